/// An array of bytes in the IDX format, in which MNIST and its successors are published.
///
/// Two zeros, the type of the elements, the number of dimensions; the dimensions as 32-bit numbers, the most
/// significant byte first; the elements. Of its types only the one that images and labels have is read: bytes.
package struct IDX: Sendable, Equatable {
  /// The dimensions: one to four.
  package let shape: [Int]
  /// The elements, the last dimension fastest.
  package let bytes: [UInt8]

  /// Reads the array that `file` is the whole content of; `path` is for messages.
  package init(parsing file: [UInt8], path: String) throws(ImportError) {
    let header = try Header(file, path: path)
    guard file.count == header.fileSize else {
      throw .malformed(
        path: path, expected: "\(header.fileSize) bytes for shape \(header.shape)",
        found: "\(file.count)")
    }
    guard canAllocate(byteCount: file.count) else { throw .outOfMemory(path: path, bytes: file.count) }
    shape = header.shape
    bytes = Array(file[header.size...])
  }

  /// Reads the array in the gzip file `file`, of which no more is unpacked than the array's header says.
  package init(unpacking file: [UInt8], path: String) throws(ImportError) {
    let gzip = try Gzip(parsing: file, path: path)
    let header = try Header(gzip.start(Header.limit), path: path)
    guard gzip.size == header.fileSize else {
      throw .malformed(
        path: path, expected: "\(header.fileSize) bytes for shape \(header.shape)",
        found: "\(gzip.size) packed")
    }
    try self.init(parsing: gzip.content(limit: ImportLimit.file), path: path)
  }
}

extension IDX {
  /// What stands before the elements.
  struct Header {
    /// The most bytes that a header takes.
    static let limit = 4 + 4 * 4

    let shape: [Int]
    /// The bytes of the header and those of the whole file.
    let size, fileSize: Int

    /// Reads the header at the front of `bytes`; what follows it does not matter.
    init(_ bytes: [UInt8], path: String) throws(ImportError) {
      guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0 else {
        let found = bytes.isEmpty ? "no bytes" : "bytes \(Array(bytes.prefix(4)))"
        throw .malformed(path: path, expected: "an IDX file, which begins with two zeros", found: found)
      }
      guard bytes[2] == 8 else {
        throw .unsupported(path: path, expected: "unsigned bytes (IDX type 8)", found: "type \(bytes[2])")
      }
      let rank = Int(bytes[3])
      size = 4 + 4 * rank
      guard (1...4).contains(rank), bytes.count >= size else {
        throw .malformed(
          path: path, expected: "one to four dimensions", found: "\(rank) in \(bytes.count) bytes")
      }
      shape = (1...rank).map { axis in
        bytes[4 * axis..<4 * axis + 4].reduce(0) { $0 << 8 | Int($1) }
      }
      guard let elements = NamedTensor.byteCount(shape, .u8), elements <= ImportLimit.file else {
        throw .malformed(
          path: path, expected: "at most \(ImportLimit.file) elements", found: "shape \(shape)")
      }
      fileSize = size + elements
    }
  }
}
