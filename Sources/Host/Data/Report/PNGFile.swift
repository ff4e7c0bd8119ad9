internal import CPNG

/// Pictures in PNG, by libpng's simplified interface.
package enum PNGFile {
  /// The PNG of an 8-bit picture, `[height, width, channels]`, RGB or RGB with opacity; nil where libpng can't make it.
  package static func encoded(_ pixels: [UInt8], height: Int, width: Int, channels: Int = 3) -> [UInt8]? {
    precondition(channels == 3 || channels == 4, "\(channels) channels")
    precondition(
      pixels.count == height * width * channels,
      "\(pixels.count) bytes for \(height) × \(width) × \(channels)")
    guard let rows = UInt32(exactly: height), let columns = UInt32(exactly: width) else { return nil }
    var image = unsafe png_image()
    unsafe image.version = png_uint_32(PNG_IMAGE_VERSION)
    unsafe image.width = columns
    unsafe image.height = rows
    unsafe image.format = png_uint_32(
      channels == 4 ? PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA : PNG_FORMAT_FLAG_COLOR)
    defer { unsafe png_image_free(&image) }
    var size: png_alloc_size_t = 0
    // The first call measures, the second one writes.
    guard unsafe png_image_write_to_memory(&image, nil, &size, 0, pixels, 0, nil) != 0 else { return nil }
    var file = [UInt8](repeating: 0, count: Int(size))
    guard unsafe png_image_write_to_memory(&image, &file, &size, 0, pixels, 0, nil) != 0 else { return nil }
    return Array(file.prefix(Int(size)))
  }
}
