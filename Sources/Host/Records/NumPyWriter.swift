/// Tensors as NumPy reads them.
///
/// Formats: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html and PKWARE's APPNOTE.TXT.
public enum NumPyWriter {
  /// Writes one tensor as an `.npy` file, whole or not at all.
  public static func write(_ tensor: NamedTensor, to path: String) throws(FileError) {
    try AtomicFile.write(npy(tensor), to: path)
  }

  /// Writes tensors as an `.npz` file, whole or not at all; no two of one name.
  public static func write(
    _ tensors: [NamedTensor], to path: String, durable: Bool = true
  ) throws(FileError) {
    precondition(Set(tensors.map(\.name)).count == tensors.count, "two tensors of one name")
    let limit = Int(UInt32.max) - 1 << 16
    let size = tensors.reduce(0) { $0 + $1.bytes.count + 2 * $1.name.utf8.count + 1024 }
    guard size <= limit else { throw .unrepresentable(path: path, content: "an archive of \(size) bytes") }
    try AtomicFile.write(npz(tensors), to: path, durable: durable)
  }

  /// The bytes of an `.npy` file, version 1.0; BF16, which NumPy lacks, becomes F32.
  package static func npy(_ tensor: NamedTensor) -> [UInt8] {
    if tensor.dtype == .bf16 {
      return npy(NamedTensor(name: tensor.name, shape: tensor.shape, floats: tensor.floats()))
    }
    let extents = tensor.shape.map { "\($0)," }.joined(separator: " ")
    let description =
      "{'descr': '\(code(of: tensor.dtype))', 'fortran_order': False, 'shape': (\(extents)), }"
    let unpadded = 10 + description.utf8.count + 1
    let padding = (64 - unpadded % 64) % 64
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes.reserveCapacity(unpadded + padding + tensor.bytes.count)
    bytes.appendLittleEndian(UInt16(unpadded + padding - 10))
    bytes += description.utf8
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
    bytes += tensor.bytes
    return bytes
  }

  /// The bytes of an uncompressed zip archive of `.npy` files; the same tensors give the same bytes.
  package static func npz(_ tensors: [NamedTensor]) -> [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for tensor in tensors {
      let content = npy(tensor)
      let name = Array((tensor.name + ".npy").utf8)
      let start = UInt32(archive.count)
      var entry: [UInt8] = []
      entry.appendLittleEndian(UInt16(20))  // version needed
      entry.appendLittleEndian(UInt16(0x800))  // names are UTF-8
      entry.appendLittleEndian(UInt16(0))  // stored
      entry.appendLittleEndian(UInt16(0))  // midnight
      entry.appendLittleEndian(UInt16(0x21))  // 1 January 1980
      entry.appendLittleEndian(Zlib.checksum(content.span))
      entry.appendLittleEndian(UInt32(content.count))
      entry.appendLittleEndian(UInt32(content.count))
      entry.appendLittleEndian(UInt16(name.count))
      entry.appendLittleEndian(UInt16(0))  // no extra field

      archive.appendLittleEndian(UInt32(0x0403_4B50))
      archive += entry + name + content

      directory.appendLittleEndian(UInt32(0x0201_4B50))
      directory.appendLittleEndian(UInt16(20))  // version made by
      directory += entry
      directory += [UInt8](repeating: 0, count: 10)  // no comment, disk 0, no attributes
      directory.appendLittleEndian(start)
      directory += name
    }
    let start = UInt32(archive.count)
    archive += directory
    archive.appendLittleEndian(UInt32(0x0605_4B50))
    archive.appendLittleEndian(UInt32(0))  // disk 0
    archive.appendLittleEndian(UInt16(tensors.count))
    archive.appendLittleEndian(UInt16(tensors.count))
    archive.appendLittleEndian(UInt32(directory.count))
    archive.appendLittleEndian(start)
    archive.appendLittleEndian(UInt16(0))  // no comment
    return archive
  }

  private static func code(of dtype: NamedTensor.DataType) -> String {
    switch dtype {
    case .f64: "<f8"
    case .f32, .bf16: "<f4"
    case .f16: "<f2"
    case .i64: "<i8"
    case .i32: "<i4"
    case .i16: "<i2"
    case .i8: "|i1"
    case .u64: "<u8"
    case .u32: "<u4"
    case .u16: "<u2"
    case .u8: "|u1"
    case .bool: "|b1"
    }
  }
}
