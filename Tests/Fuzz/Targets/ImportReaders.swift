internal import Host

func checkIDX(_ bytes: [UInt8]) throws {
  let file = try IDX(parsing: bytes, path: inputName)
  try promise(file.shape.reduce(1, *) == file.bytes.count, "\(file.bytes.count) bytes of \(file.shape)")
  try promise(file.bytes.count <= bytes.count, "more bytes than there are")
}

func checkCIFARBinary(_ bytes: [UInt8]) throws {
  var isAccepted = false
  for variant in [CIFAR.ten, .hundred] {
    guard let file = try attempt({ try CIFARBinary(parsing: bytes, of: variant, path: inputName) }) else {
      continue
    }
    try check(file.images, out: bytes.count)
    isAccepted = true
  }
  if !isAccepted { _ = try CIFARBinary(parsing: bytes, of: .ten, path: inputName) }
}

/// Pickles, of CIFAR's Python version and in general.
func checkPickle(_ bytes: [UInt8]) throws {
  if let file = try? CIFARPickle(parsing: bytes, of: .ten, path: inputName) {
    try check(file.images, out: bytes.count)
  }
  let pickle = try Pickle(parsing: bytes, path: inputName)
  let size = pickle.sequences.count + pickle.dictionaries.count + pickle.arrays.count
  try promise(size <= bytes.count, "\(size) things out of \(bytes.count) bytes")
}

func checkTar(_ bytes: [UInt8]) throws {
  let archive = try TarArchive(parsing: bytes, path: inputName)
  var end = 0
  for member in archive.members {
    try promise(
      member.data.lowerBound >= end && member.data.upperBound <= bytes.count, "members that overlap")
    end = member.data.upperBound
  }
}

func checkGzip(_ bytes: [UInt8]) throws {
  let content = try Gzip(parsing: bytes, path: inputName).content(limit: 1 << 22)
  try promise(content.count <= 1 << 22, "\(content.count) bytes")
}

func checkPNG(_ bytes: [UInt8]) throws {
  let image = try PNGImage(parsing: bytes, path: inputName)
  try promise([1, 3].contains(image.channels), "\(image.channels) channels")
  let count = image.height * image.width * image.channels
  try promise(image.pixels.count == count, "\(image.pixels.count) bytes of \(count)")
}

private func check(_ images: LabelledImages, out count: Int) throws {
  try promise(
    images.pixels.count == images.count * 3072, "\(images.pixels.count) bytes of \(images.count) images")
  try promise(images.pixels.count <= count, "more pixels than bytes")
  try promise(images.labels.allSatisfy { (0..<100).contains($0) }, "a label out of range")
}
