internal import Host

func checkZip(_ bytes: [UInt8]) throws {
  let archive = try ZipArchive(bytes: bytes, path: inputName)
  try promise(Set(archive.entries.map(\.name)).count == archive.entries.count, "a name twice")
  let ranges = archive.entries.map(\.data).sorted { $0.lowerBound < $1.lowerBound }
  for (first, second) in zip(ranges, ranges.dropFirst()) {
    try promise(first.upperBound <= second.lowerBound, "entries overlap")
  }
  for entry in archive.entries {
    try promise(entry.data.upperBound <= bytes.count, "'\(entry.name)' ends after the file")
    let limit = entry.isDeflated ? (entry.data.count + 1) * 1032 : entry.data.count
    try promise(entry.size <= limit, "'\(entry.name)' is said to have \(entry.size) bytes")
  }
}

func checkNPZ(_ bytes: [UInt8]) throws {
  let archive = try NPZ(bytes: bytes, path: inputName)
  var tensors: [NamedTensor] = []
  for name in archive.names {
    let array = try attempt { () throws -> NPYArray in
      do throws(DataError) { return try archive.array(name) } catch {
        if case .noSuchArray = error { throw BrokenPromise("'\(name)' is listed and not there") }
        throw error
      }
    }
    guard let array else { continue }
    try checkArray(array)
    tensors.append(tensor(array, name: name))
  }
  let again = try NPZ(bytes: NumPyWriter.npz(tensors), path: inputName)
  try promise(again.names == tensors.map(\.name), "other names after writing and reading")
  for tensor in tensors { try checkEqual(again.array(tensor.name), tensor) }
}

func checkNPY(_ bytes: [UInt8]) throws {
  let array = try NPYArray(content: bytes, place: DataPlace(file: inputName))
  try checkArray(array)
  let tensor = tensor(array, name: "x")
  try checkEqual(NPYArray(content: NumPyWriter.npy(tensor), place: DataPlace(file: inputName)), tensor)
}

func checkImages(_ bytes: [UInt8]) throws {
  let images = try ImageDataset(archive: NPZ(bytes: bytes, path: inputName))
  try promise(images.count > 0 && images.labels.count == images.count, "\(images.labels.count) labels")
  try promise(images.labels.allSatisfy { (0..<Int64(images.classes)).contains($0) }, "a label out of range")
  try promise(images.groups.map { $0.count == images.count && $0.allSatisfy { $0 >= 0 } } ?? true, "groups")
  let counts = images.classCounts
  try promise(counts.allSatisfy { $0 > 0 } && counts.reduce(0, +) == images.count, "an empty class")
  let count =
    switch images.pixels {
    case .bytes(let pixels): pixels.count
    case .floats(let pixels): pixels.count
    }
  try promise(count == images.count * images.imageSize, "\(count) pixels of \(images.imageSize) an image")
  let test = try attempt { try ImageDataset(archive: NPZ(bytes: bytes, path: inputName), testing: images) }
  try promise(test?.labels == images.labels, "a training set that is not accepted as its own test set")
}

func checkOrder(_ bytes: [UInt8]) throws {
  let count = 100
  let array = try NPYArray(content: bytes, place: DataPlace(file: inputName))
  guard case .listed(let ids) = try SampleOrder.read(array, count: count) else {
    throw BrokenPromise("an order that is not the file's")
  }
  try promise(!ids.isEmpty && ids.count == array.count, "\(ids.count) ids of \(array.count)")
  try promise(ids.allSatisfy { (0..<count).contains($0) }, "an id out of range")
}

// MARK: - Arrays

/// The elements are as many as the shape says, and can all be had as numbers.
private func checkArray(_ array: NPYArray) throws(BrokenPromise) {
  let count = array.shape.contains(0) ? 0 : array.shape.reduce(1, *)
  try promise(array.bytes.count == count * array.dtype.size, "\(array.bytes.count) bytes of \(array.shape)")
  try promise(array.floats().count == count, "\(array.floats().count) numbers of \(array.shape)")
  let integers = try attempt { try array.int64s() }
  try promise(integers.map { $0.count == count } ?? true, "other counts of whole numbers")
}

/// The array as the writer takes it.
private func tensor(_ array: NPYArray, name: String) -> NamedTensor {
  let type: NamedTensor.DataType =
    switch array.dtype {
    case .bool: .bool
    case .int8: .i8
    case .int16: .i16
    case .int32: .i32
    case .int64: .i64
    case .uint8: .u8
    case .uint16: .u16
    case .uint32: .u32
    case .uint64: .u64
    case .float16: .f16
    case .float32: .f32
    case .float64: .f64
    }
  return NamedTensor(name: name, dtype: type, shape: array.shape, bytes: array.bytes)
}

private func checkEqual(_ array: NPYArray, _ written: NamedTensor) throws(BrokenPromise) {
  let read = tensor(array, name: written.name)
  try promise(read == written, "'\(written.name)' has changed by writing and reading")
}
