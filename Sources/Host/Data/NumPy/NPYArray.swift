/// An array read from an `.npy` file or from an entry of an `.npz` archive.
public struct NPYArray: Sendable {
  /// Where it was read from, for messages.
  public let place: DataPlace
  /// The type of the elements.
  public let dtype: DType
  /// The dimensions; empty for a single number.
  public let shape: [Int]
  /// The elements in C order, little-endian, whatever the file's orders were.
  public let bytes: [UInt8]

  /// The number of elements.
  public var count: Int { bytes.count / dtype.size }

  /// Reads the array that is the whole content of the file at `path`.
  public init(path: String) throws(DataError) {
    let content: [UInt8]
    do { content = try readFile(at: path) } catch { throw .file(error) }
    try self.init(content: content, place: DataPlace(file: path))
  }

  /// Reads the array that `content` holds, header first.
  package init(content: [UInt8], place: DataPlace) throws(DataError) {
    let header = try NPYHeader(content, place: place)
    try header.checkSize(ofContent: content.count, place: place)
    self.init(content: content, header: header, place: place)
  }

  /// Takes the elements of `content`, whose header and size have been checked.
  init(content: consuming [UInt8], header: NPYHeader, place: DataPlace) {
    self.place = place
    dtype = header.dtype
    shape = header.shape
    content.removeFirst(header.dataOffset)
    if header.isBigEndian { swapBytes(of: &content, width: dtype.size) }
    bytes = header.isFortranOrder ? cOrder(of: content, shape: shape, width: dtype.size) : content
  }
}

extension NPYHeader {
  /// Checks that the elements fill the rest of a content of `size` bytes exactly.
  func checkSize(ofContent size: Int, place: DataPlace) throws(DataError) {
    guard size - dataOffset == dataSize else {
      throw .malformed(
        place, expected: "\(dataSize) bytes for shape \(shape) of type \(dtype.rawValue)",
        found: "\(size - dataOffset)")
    }
  }
}

// MARK: - Conversion

extension NPYArray {
  /// The elements as single-precision numbers, rounded where they do not fit.
  public func floats() -> [Float] {
    switch dtype {
    case .bool: bytes.littleEndianNumbers(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .int8: bytes.littleEndianNumbers(UInt8.self) { Float(Int8(bitPattern: $0)) }
    case .int16: bytes.littleEndianNumbers(UInt16.self) { Float(Int16(bitPattern: $0)) }
    case .int32: bytes.littleEndianNumbers(UInt32.self) { Float(Int32(bitPattern: $0)) }
    case .int64: bytes.littleEndianNumbers(UInt64.self) { Float(Int64(bitPattern: $0)) }
    case .uint8: bytes.littleEndianNumbers(UInt8.self) { Float($0) }
    case .uint16: bytes.littleEndianNumbers(UInt16.self) { Float($0) }
    case .uint32: bytes.littleEndianNumbers(UInt32.self) { Float($0) }
    case .uint64: bytes.littleEndianNumbers(UInt64.self) { Float($0) }
    case .float16: bytes.littleEndianNumbers(UInt16.self) { Float(Float16(bitPattern: $0)) }
    case .float32: bytes.littleEndianNumbers(UInt32.self) { Float(bitPattern: $0) }
    case .float64: bytes.littleEndianNumbers(UInt64.self) { Float(Double(bitPattern: $0)) }
    }
  }

  /// The elements as whole numbers; an element with a fraction, or outside their range, is refused.
  public func int64s() throws(DataError) -> [Int64] {
    switch dtype {
    case .bool: return bytes.littleEndianNumbers(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .int8: return bytes.littleEndianNumbers(UInt8.self) { Int64(Int8(bitPattern: $0)) }
    case .int16: return bytes.littleEndianNumbers(UInt16.self) { Int64(Int16(bitPattern: $0)) }
    case .int32: return bytes.littleEndianNumbers(UInt32.self) { Int64(Int32(bitPattern: $0)) }
    case .int64: return bytes.littleEndianNumbers(UInt64.self) { Int64(bitPattern: $0) }
    case .uint8: return bytes.littleEndianNumbers(UInt8.self) { Int64($0) }
    case .uint16: return bytes.littleEndianNumbers(UInt16.self) { Int64($0) }
    case .uint32: return bytes.littleEndianNumbers(UInt32.self) { Int64($0) }
    case .uint64: return try whole(bytes.littleEndianNumbers(UInt64.self) { $0 }) { Int64(exactly: $0) }
    case .float16, .float32: return try whole(floats()) { Int64(exactly: $0) }
    case .float64:
      let values = bytes.littleEndianNumbers(UInt64.self) { Double(bitPattern: $0) }
      return try whole(values) { Int64(exactly: $0) }
    }
  }

  private func whole<Value>(_ values: [Value], _ convert: (Value) -> Int64?) throws(DataError) -> [Int64] {
    var result: [Int64] = []
    result.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      guard let number = convert(value) else {
        throw .notWhole(place, index: index, value: "\(value)")
      }
      result.append(number)
    }
    return result
  }
}

// MARK: - Orders

/// Reverses the bytes of every element of `width` bytes.
private func swapBytes(of bytes: inout [UInt8], width: Int) {
  guard width > 1 else { return }
  for start in stride(from: 0, to: bytes.count, by: width) {
    for index in 0..<width / 2 { bytes.swapAt(start + index, start + width - 1 - index) }
  }
}

/// The elements of `bytes`, which stand in Fortran order (the first index fastest), in C order.
private func cOrder(of bytes: [UInt8], shape: [Int], width: Int) -> [UInt8] {
  let dimensions = shape.filter { $0 != 1 }
  guard dimensions.count > 1, !bytes.isEmpty else { return bytes }
  var strides: [Int] = []
  var stride = width
  for dimension in dimensions {
    strides.append(stride)
    stride *= dimension
  }
  var ordered: [UInt8] = []
  ordered.reserveCapacity(bytes.count)
  var index = [Int](repeating: 0, count: dimensions.count)
  var source = 0
  while ordered.count < bytes.count {
    for byte in 0..<width { ordered.append(bytes[source + byte]) }
    var axis = dimensions.count - 1
    while axis >= 0 {
      index[axis] += 1
      source += strides[axis]
      if index[axis] < dimensions[axis] { break }
      source -= strides[axis] * dimensions[axis]
      index[axis] = 0
      axis -= 1
    }
  }
  return ordered
}
