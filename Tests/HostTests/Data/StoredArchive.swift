import Host

/// An array to be written into an archive by the tests themselves, where numpy would not write it.
struct TestArray {
  var name: String
  var descr: String
  var shape: [Int]
  var bytes: [UInt8]

  init(_ name: String, descr: String = "|u1", shape: [Int], bytes: [UInt8]) {
    (self.name, self.descr, self.shape, self.bytes) = (name, descr, shape, bytes)
  }

  init(_ name: String, int64s: [Int64]) {
    self.init(name, descr: "<i8", shape: [int64s.count], bytes: int64s.flatMap { littleEndian($0, width: 8) })
  }

  init(_ name: String, shape: [Int], floats: [Float]) {
    let bytes = floats.flatMap { littleEndian(Int64($0.bitPattern), width: 4) }
    self.init(name, descr: "<f4", shape: shape, bytes: bytes)
  }

  /// The content of an `.npy` file.
  var npy: [UInt8] {
    let tuple = shape.map { "\($0), " }.joined()
    let header = Array("{'descr': '\(descr)', 'fortran_order': False, 'shape': (\(tuple)), }\n".utf8)
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + littleEndian(Int64(header.count), width: 2) + header
      + bytes
  }
}

func littleEndian(_ number: Int64, width: Int) -> [UInt8] {
  (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * Int64($0))) }
}

/// One entry of a zip archive, with every field that a test may want to be wrong.
struct TestEntry {
  var name: [UInt8]
  var content: [UInt8]
  var checksum: UInt32
  var method = 0
  var flags = 0
  var packedSize: Int
  var size: Int
  /// Where the directory says that the local header is; nil for the truth.
  var offset: Int?

  init(_ array: TestArray) { self.init(name: array.name + ".npy", content: array.npy) }

  init(name: String, content: [UInt8]) {
    self.name = Array(name.utf8)
    self.content = content
    checksum = Zlib.checksum(content.span)
    (packedSize, size) = (content.count, content.count)
  }
}

/// A zip archive of `entries`.
func archive(of entries: [TestEntry]) -> [UInt8] {
  var file: [UInt8] = []
  var directory: [UInt8] = []
  for entry in entries {
    let start = file.count
    let fields: [(Int, Int)] = [
      (20, 2), (entry.flags, 2), (entry.method, 2), (0, 4), (Int(entry.checksum), 4), (entry.packedSize, 4),
      (entry.size, 4), (entry.name.count, 2), (0, 2),
    ]
    let common = fields.flatMap { littleEndian(Int64($0), width: $1) }
    file += [0x50, 0x4B, 3, 4] + common + entry.name + entry.content
    directory += [0x50, 0x4B, 1, 2, 20, 0] + common + [UInt8](repeating: 0, count: 10)
    directory += littleEndian(Int64(entry.offset ?? start), width: 4) + entry.name
  }
  let end = [
    (0, 4), (entries.count, 2), (entries.count, 2), (directory.count, 4), (file.count, 4), (0, 2),
  ]
  return file + directory + [0x50, 0x4B, 5, 6] + end.flatMap { littleEndian(Int64($0), width: $1) }
}

/// A valid archive of `arrays`, not compressed.
func storedArchive(of arrays: [TestArray]) -> [UInt8] { archive(of: arrays.map { TestEntry($0) }) }
