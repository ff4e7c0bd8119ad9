/// A gzip file of one member (RFC 1952), unpacked no further than it says at its end.
package struct Gzip: Sendable {
  /// The size of the content, as the file declares it; checked when it is unpacked.
  package let size: Int
  private let file: [UInt8]
  private let path: String

  /// Whether `bytes` begin like a gzip file.
  package static func begins(_ bytes: [UInt8]) -> Bool { bytes.holds([0x1F, 0x8B], at: 0) }

  /// Checks the frame of the gzip file that `file` is the whole content of; `path` is for messages.
  package init(parsing file: [UInt8], path: String) throws(ImportError) {
    guard Self.begins(file), file.count >= 18, let size = file.littleEndian(UInt32.self, at: file.count - 4)
    else {
      throw .malformed(path: path, expected: "a gzip file", found: "\(file.count) other bytes")
    }
    // Deflate can't do better than 1032 to 1.
    guard Int(size) / 1032 <= file.count else {
      throw .malformed(
        path: path, expected: "at most \(file.count) × 1032 bytes unpacked",
        found: "a declared size of \(size)")
    }
    (self.size, self.file, self.path) = (Int(size), file, path)
  }

  /// The first `count` bytes of the content, or all of fewer.
  package func start(_ count: Int) throws(ImportError) -> [UInt8] {
    guard let start = Zlib.inflate(file.span, wrappedIn: .gzip, limit: max(count, 1)) else { throw broken }
    return start.bytes
  }

  /// The whole content, of at most `limit` bytes.
  package func content(limit: Int) throws(ImportError) -> [UInt8] {
    guard size <= limit else { throw .tooLarge(path: path, bytes: size, limit: limit) }
    guard canAllocate(byteCount: size) else { throw .outOfMemory(path: path, bytes: size) }
    let inflated = Zlib.inflate(file.span, wrappedIn: .gzip, limit: max(size, 1))
    guard let inflated else { throw broken }
    guard inflated.isComplete, inflated.bytes.count == size else {
      throw .malformed(
        path: path, expected: "one gzip member of \(size) bytes, as the file's end says",
        found: "another length, or more after it")
    }
    return inflated.bytes
  }

  private var broken: ImportError {
    .malformed(path: path, expected: "gzip content", found: "a broken stream or a wrong checksum")
  }
}
