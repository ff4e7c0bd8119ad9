internal import CZlib

/// The few calls of zlib that archives need.
package enum Zlib {
  /// What `inflate` gave.
  package struct Inflated: Sendable {
    /// The bytes unpacked.
    package var bytes: [UInt8]
    /// Whether the stream ended, exactly with its last source byte.
    package var isComplete: Bool
  }

  /// What stands around a deflate stream.
  package enum Wrapping: Sendable {
    /// Nothing, as in a zip archive.
    case none
    /// A header and a checksum, as in a gzip file; both are checked.
    case gzip

    fileprivate var windowBits: Int32 { self == .none ? -MAX_WBITS : MAX_WBITS + 16 }
  }

  /// The CRC-32 of `bytes`.
  package static func checksum(_ bytes: Span<UInt8>) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      UInt32(truncatingIfNeeded: unsafe crc32_z(0, buffer.baseAddress, buffer.count))
    }
  }

  /// Unpacks the deflate stream `source` into at most `limit` bytes; nil where the stream is broken.
  package static func inflate(
    _ source: Span<UInt8>, wrappedIn wrapping: Wrapping = .none, limit: Int
  ) -> Inflated? {
    unsafe source.withUnsafeBufferPointer { unsafe inflate($0, wrapping, limit: limit) }
  }

  private static func inflate(
    _ source: UnsafeBufferPointer<UInt8>, _ wrapping: Wrapping, limit: Int
  ) -> Inflated? {
    var stream = unsafe z_stream()
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    guard unsafe inflateInit2_(&stream, wrapping.windowBits, ZLIB_VERSION, size) == Z_OK else { return nil }
    defer { _ = unsafe inflateEnd(&stream) }
    var result = Z_OK
    var read = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { target, count in
      while result == Z_OK {
        // The counts of a stream have 32 bits.
        let input = min(source.count - read, 1 << 30)
        let output = min(limit - count, 1 << 30)
        unsafe stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress?.advanced(by: read))
        unsafe stream.avail_in = UInt32(input)
        unsafe stream.next_out = target.baseAddress?.advanced(by: count)
        unsafe stream.avail_out = UInt32(output)
        result = unsafe CZlib.inflate(&stream, Z_NO_FLUSH)
        read += input - Int(unsafe stream.avail_in)
        count += output - Int(unsafe stream.avail_out)
      }
    }
    // Z_BUF_ERROR: no progress, for want of source bytes or of room.
    guard result == Z_STREAM_END || result == Z_BUF_ERROR else { return nil }
    return Inflated(bytes: bytes, isComplete: result == Z_STREAM_END && read == source.count)
  }
}
