/// A picture of a few images of each class: one row a class, in the order of the file.
public struct ContactSheet: Sendable {
  /// The size of the picture, in pixels.
  public let height, width: Int
  /// `[height, width, 3]`, 8-bit RGB.
  public let pixels: [UInt8]

  private static let gap = 2
  private static let paper: UInt8 = 255
  private static let maximalRows = 100

  /// Draws the first `columns` images of each class; of more than 100 classes, those of the first 100.
  ///
  /// Small images are enlarged to about 32 pixels, large ones reduced to at most 128.
  public init(of dataset: ImageDataset, columns: Int = 12) {
    precondition(columns > 0, "\(columns) columns")
    var rows = [[Int]](repeating: [], count: min(dataset.classes, Self.maximalRows))
    for (image, label) in dataset.labels.enumerated() {
      guard Int(label) < rows.count, rows[Int(label)].count < columns else { continue }
      rows[Int(label)].append(image)
    }
    self.init(of: dataset, rows: rows, columns: columns)
  }

  /// Draws these images, each in one of the `rows`, from left to right.
  ///
  /// - Parameter columns: room in a row; nil for that of the longest.
  public init(of dataset: ImageDataset, rows: [[Int]], columns: Int? = nil) {
    let columns = columns ?? rows.map(\.count).max() ?? 0
    let side = max(dataset.height, dataset.width)
    let (zoom, step) = (max(1, 32 / side), (side + 127) / 128)
    let cellHeight = max(1, dataset.height * zoom / step)
    let cellWidth = max(1, dataset.width * zoom / step)
    height = rows.count * (cellHeight + Self.gap) + Self.gap
    width = columns * (cellWidth + Self.gap) + Self.gap
    var pixels = [UInt8](repeating: Self.paper, count: height * width * 3)
    let places = rows.enumerated().flatMap { row, images in
      images.prefix(columns).enumerated().map { (row: row, column: $0, image: $1) }
    }
    for (row, column, image) in places {
      let top = Self.gap + row * (cellHeight + Self.gap)
      let left = Self.gap + column * (cellWidth + Self.gap)
      for y in 0..<cellHeight {
        for x in 0..<cellWidth {
          let color = dataset.color(
            ofImage: image, y: min(y * step / zoom, dataset.height - 1),
            x: min(x * step / zoom, dataset.width - 1))
          for channel in 0..<3 { pixels[((top + y) * width + left + x) * 3 + channel] = color[channel] }
        }
      }
    }
    self.pixels = pixels
  }

  /// Writes the picture of `dataset` as a PNG file at `path`, whole or not at all.
  public static func write(_ dataset: ImageDataset, columns: Int = 12, to path: String) throws(FileError) {
    let sheet = ContactSheet(of: dataset, columns: columns)
    guard let file = PNGFile.encoded(sheet.pixels, height: sheet.height, width: sheet.width) else {
      throw .unrepresentable(path: path, content: "a picture of \(sheet.width) × \(sheet.height) pixels")
    }
    try AtomicFile.write(file, to: path)
  }
}

extension ImageDataset {
  /// The color of a pixel, 8-bit RGB: of fewer than three channels the first as gray, of more the first three.
  func color(ofImage image: Int, y: Int, x: Int) -> SIMD3<UInt8> {
    let start = ((image * height + y) * width + x) * channels
    var brightness = SIMD3<Float>()
    for channel in 0..<3 {
      let index = start + (channels < 3 ? 0 : channel)
      let value =
        switch pixels {
        case .bytes(let bytes): Float(bytes[index])
        case .floats(let floats): floats[index]
        }
      brightness[channel] = value / convention.divisor + convention.offset
    }
    return SIMD3<UInt8>((brightness * 255).rounded(.toNearestOrAwayFromZero))
  }
}
