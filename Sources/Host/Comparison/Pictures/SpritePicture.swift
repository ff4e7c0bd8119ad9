/// An image of the training set with what is to be said of it.
package struct SpriteImage: Sendable, Equatable {
  /// Lines of text below the image.
  let lines: [String]

  package init(lines: [String]) { self.lines = lines }
}

extension Picture {
  /// Images side by side, cut from one PNG, with lines of text below each.
  ///
  /// - Parameters:
  ///   - pixels: the images one below the other, `[count · height, width, 3]`, 8-bit RGB.
  ///   - columns: how many images have room; fewer leave space.
  package static func sprite(
    _ images: [SpriteImage], pixels: [UInt8], height: Int, width: Int, columns: Int, _ description: String
  ) -> Picture {
    precondition(columns > 0 && images.count <= columns, "\(images.count) images in \(columns) columns")
    let space = max(1, width / 12)
    guard !images.isEmpty, height > 0, width > 0,
      let png = PNGFile.encoded(
        strip(pixels, height: height, width: width, count: images.count, space: space),
        height: height, width: (width + space) * images.count, channels: 4)
    else { return .empty(description) }
    let slot = Frame.narrow / Double(columns)
    let tall = slot * Double(height) / Double(width + space)
    let lines = images.map(\.lines.count).max() ?? 0
    var svg: HTML = """
      <image class="pixels" x="0" y="0" width="\(px: slot * Double(images.count))" height="\(px: tall)" \
      href="\(dataAddress(png: png))"/>\n
      """
    for (index, image) in images.enumerated() {
      let left = Double(index) * slot
      for (line, text) in image.lines.enumerated() {
        svg +=
          Text(
            text, x: left, y: tall + 13 + Double(line) * 13, style: line == 0 ? "small" : "small soft",
            limit: 14
          ).svg
      }
    }
    return Picture(
      width: Frame.narrow, height: tall + 18 + Double(lines) * 13, description: description, body: svg)
  }

  /// Images one below the other as a strip from left to right, with clear columns after each.
  private static func strip(_ pixels: [UInt8], height: Int, width: Int, count: Int, space: Int) -> [UInt8] {
    precondition(pixels.count == count * height * width * 3, "\(pixels.count) bytes for \(count) images")
    var strip: [UInt8] = []
    strip.reserveCapacity(count * height * (width + space) * 4)
    for y in 0..<height {
      for image in 0..<count {
        for x in 0..<width {
          let source = ((image * height + y) * width + x) * 3
          strip += [pixels[source], pixels[source + 1], pixels[source + 2], 255]
        }
        strip += [UInt8](repeating: 0, count: space * 4)
      }
    }
    return strip
  }
}
