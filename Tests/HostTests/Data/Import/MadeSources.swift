import Host

// Published forms written by the tests themselves, where a real writer would not write what a test needs.

/// An IDX file of unsigned bytes.
func idx(shape: [Int], bytes: [UInt8], type: UInt8 = 8) -> [UInt8] {
  let extents = shape.flatMap { extent in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: extent >> $0) } }
  return [0, 0, type, UInt8(shape.count)] + extents + bytes
}

/// A gzip file of stored blocks; `size` is what its end says.
func gzipped(_ bytes: [UInt8], size: Int? = nil) -> [UInt8] {
  var file: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
  var rest = bytes[...]
  repeat {
    let block = rest.prefix(65_535)
    rest = rest.dropFirst(block.count)
    file.append(rest.isEmpty ? 1 : 0)
    file += littleEndian(Int64(block.count), width: 2) + littleEndian(Int64(~block.count), width: 2) + block
  } while !rest.isEmpty
  file += littleEndian(Int64(Zlib.checksum(bytes.span)), width: 4)
  return file + littleEndian(Int64(size ?? bytes.count), width: 4)
}

/// One member of a tar archive, with every field that a test may want to be wrong.
struct TestMember {
  var name: String
  var content: [UInt8]
  var type = UInt8(ascii: "0")
  /// The size field; nil for the truth.
  var size: [UInt8]?
  var magic = Array("ustar\0".utf8) + Array("00".utf8)
  /// What is added to the checksum.
  var error = 0

  init(_ name: String, _ content: [UInt8], type: UInt8 = UInt8(ascii: "0")) {
    (self.name, self.content, self.type) = (name, content, type)
  }

  var bytes: [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ bytes: [UInt8], at offset: Int) {
      for (index, byte) in bytes.enumerated() { header[offset + index] = byte }
    }
    put(Array(name.utf8), at: 0)
    put(size ?? Array(octal(content.count, 11).utf8), at: 124)
    put([UInt8](repeating: 0x20, count: 8), at: 148)
    header[156] = type
    put(magic, at: 257)
    let sum = header.reduce(0) { $0 + Int($1) } + error
    put(Array((octal(sum, 6) + "\0 ").utf8), at: 148)
    return header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  private func octal(_ number: Int, _ width: Int) -> String {
    let digits = String(number, radix: 8)
    return String(repeating: "0", count: width - digits.count) + digits
  }
}

/// A tar archive.
func tar(_ members: [TestMember]) -> [UInt8] {
  members.flatMap(\.bytes) + [UInt8](repeating: 0, count: 1024)
}

/// Pieces of pickles, instruction by instruction, as Python 2 wrote them.
enum TestPickle {
  static func text(_ text: String) -> [UInt8] { [0x55, UInt8(text.utf8.count)] + text.utf8 }
  static func integer(_ number: Int) -> [UInt8] { [0x4A] + littleEndian(Int64(number), width: 4) }
  static func list(_ items: [UInt8]) -> [UInt8] { [0x5D, 0x28] + items + [0x65] }
  static func global(_ module: String, _ name: String) -> [UInt8] {
    [0x63] + Array("\(module)\n\(name)\n".utf8)
  }
  static func whole(_ content: [UInt8]) -> [UInt8] { [0x80, 2] + content + [0x2E] }
  static func dictionary(_ pairs: [UInt8]) -> [UInt8] { whole([0x7D, 0x28] + pairs + [0x75]) }

  /// An array of numpy's.
  static func array(shape: [Int], _ bytes: [UInt8], type: String = "u1") -> [UInt8] {
    let parts: [[UInt8]] = [
      global("numpy.core.multiarray", "_reconstruct"), global("numpy", "ndarray"), [0x4B, 0, 0x85], text("b"),
      [0x87, 0x52, 0x28, 0x4B, 1, 0x28], shape.flatMap(integer), [0x74], global("numpy", "dtype"), text(type),
      [0x4B, 0, 0x4B, 1, 0x87, 0x52, 0x28, 0x4B, 3], text("|"), [0x4E, 0x4E, 0x4E], integer(-1), integer(-1),
      [0x4B, 0, 0x74, 0x62, 0x89, 0x54], littleEndian(Int64(bytes.count), width: 4), bytes, [0x74, 0x62],
    ]
    return parts.flatMap { $0 }
  }

  /// A batch of CIFAR-10 of one-coloured images.
  static func batch(labels: [Int], rows: Int? = nil, type: String = "u1") -> [UInt8] {
    let pixels = labels.indices.flatMap { [UInt8](repeating: UInt8($0 + 1), count: 3072) }
    let data = array(shape: [rows ?? labels.count, 3072], pixels, type: type)
    let parts = [text("labels"), list(labels.flatMap(integer)), text("data"), data]
    return dictionary(parts.flatMap { $0 })
  }
}
