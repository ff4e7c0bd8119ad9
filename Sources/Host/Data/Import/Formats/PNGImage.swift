internal import CPNG

/// A picture in PNG, as 8-bit pixels: by libpng's simplified interface, which also expands palettes and small depths.
///
/// Pictures of 16 bits a channel are refused, as are those with pixels that are not opaque.
package struct PNGImage: Sendable, Equatable {
  /// The size in pixels.
  package let height, width: Int
  /// 1 (gray) or 3 (red, green, blue).
  package let channels: Int
  /// `[H, W, C]`.
  package let pixels: [UInt8]

  /// The longest side that is read.
  package static let maximalSide = 4096

  /// Whether `bytes` begin like a PNG file.
  package static func begins(_ bytes: [UInt8]) -> Bool { bytes.holds([0x89, 0x50, 0x4E, 0x47], at: 0) }

  /// Reads the picture that `file` is the content of; `path` is for messages.
  package init(parsing file: [UInt8], path: String) throws(ImportError) {
    guard Self.begins(file) else {
      let found = file.isEmpty ? "an empty file" : "a file that begins with bytes \(Array(file.prefix(4)))"
      throw .unsupported(path: path, expected: "a PNG image", found: found)
    }
    var image = unsafe png_image()
    unsafe image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { unsafe png_image_free(&image) }
    let begun = unsafe file.withUnsafeBytes { bytes in
      // The picture keeps the pointer, hence both calls inside.
      guard unsafe png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else {
        return Result<[UInt8], Refusal>.failure(.unreadable)
      }
      return unsafe Self.content(of: &image)
    }
    let content: [UInt8]
    switch begun {
    case .success(let read): content = read
    case .failure(.unreadable):
      let message = unsafe withUnsafeBytes(of: image.message) { text in
        unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw .malformed(path: path, expected: "a whole PNG image", found: "a broken one (libpng: \(message))")
    case .failure(.size(let height, let width)):
      throw .unsupported(
        path: path, expected: "sides of at most \(Self.maximalSide) pixels", found: "\(height) × \(width)")
    case .failure(.depth):
      throw .unsupported(path: path, expected: "up to 8 bits a channel", found: "16 bits")
    }
    (height, width) = unsafe (Int(image.height), Int(image.width))
    let hasColor = unsafe image.format & png_uint_32(PNG_FORMAT_FLAG_COLOR) != 0
    let hasAlpha = unsafe image.format & png_uint_32(PNG_FORMAT_FLAG_ALPHA) != 0
    channels = hasColor ? 3 : 1
    guard hasAlpha else {
      pixels = content
      return
    }
    let size = channels + 1
    guard stride(from: channels, to: content.count, by: size).allSatisfy({ content[$0] == 255 }) else {
      throw .transparent(path: path)
    }
    var opaque: [UInt8] = []
    opaque.reserveCapacity(height * width * channels)
    for start in stride(from: 0, to: content.count, by: size) { opaque += content[start..<start + channels] }
    pixels = opaque
  }

  private enum Refusal: Error { case unreadable, depth, size(height: Int, width: Int) }

  /// The pixels, with alpha if the picture has it, of a picture whose header has been read.
  private static func content(of image: inout png_image) -> Result<[UInt8], Refusal> {
    let (height, width) = unsafe (Int(image.height), Int(image.width))
    guard (1...maximalSide).contains(height), (1...maximalSide).contains(width) else {
      return .failure(.size(height: height, width: width))
    }
    guard unsafe image.format & png_uint_32(PNG_FORMAT_FLAG_LINEAR) == 0 else { return .failure(.depth) }
    unsafe image.format &= png_uint_32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA)
    let hasColor = unsafe image.format & png_uint_32(PNG_FORMAT_FLAG_COLOR) != 0
    let hasAlpha = unsafe image.format & png_uint_32(PNG_FORMAT_FLAG_ALPHA) != 0
    var content = [UInt8](
      repeating: 0, count: height * width * ((hasColor ? 3 : 1) + (hasAlpha ? 1 : 0)))
    guard unsafe png_image_finish_read(&image, nil, &content, 0, nil) != 0 else {
      return .failure(.unreadable)
    }
    return .success(content)
  }
}
