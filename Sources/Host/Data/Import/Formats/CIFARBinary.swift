/// One file of CIFAR's binary version: records of labels and 32 × 32 pixels, all red ones first, then green, blue.
package struct CIFARBinary: Sendable, Equatable {
  /// The images, each with the label that training uses: of CIFAR-100 the fine one.
  package let images: LabelledImages

  /// Reads the records that `file` is the whole content of; `path` is for messages.
  package init(parsing file: [UInt8], of variant: CIFAR, path: String) throws(ImportError) {
    let labels = variant.labelClasses.count
    let size = labels + CIFAR.pixels
    guard !file.isEmpty, file.count % size == 0 else {
      throw .malformed(path: path, expected: "records of \(size) bytes", found: "\(file.count) bytes in all")
    }
    for (index, classes) in variant.labelClasses.enumerated() {
      for (image, offset) in stride(from: index, to: file.count, by: size).enumerated()
      where Int(file[offset]) >= classes {
        throw .badLabel(path: path, image: image, label: Int(file[offset]), classes: classes)
      }
    }
    let starts = stride(from: 0, to: file.count, by: size)
    images = CIFAR.images(
      planes: file, starts: starts.map { $0 + labels }, labels: starts.map { Int(file[$0 + labels - 1]) })
  }
}

/// The two collections of Krizhevsky ("Learning multiple layers of features from tiny images", 2009).
package enum CIFAR: Sendable {
  case ten
  case hundred

  /// The bytes of an image's pixels.
  static let pixels = 3 * side * side
  private static let side = 32

  /// How many classes each label of a record has; the last label is the one to train on.
  var labelClasses: [Int] { self == .ten ? [10] : [20, 100] }

  /// The number of classes to train on.
  var classes: Int { self == .ten ? 10 : 100 }

  /// The images whose three colour planes begin at `starts`, `step` bytes from pixel to pixel; a label each.
  static func images(planes: [UInt8], starts: [Int], step: Int = 1, labels: [Int]) -> LabelledImages {
    let plane = side * side
    var bytes = [UInt8](repeating: 0, count: starts.count * pixels)
    for (image, start) in starts.enumerated() {
      let target = image * pixels
      for pixel in 0..<plane {
        for channel in 0..<3 {
          bytes[target + 3 * pixel + channel] = planes[start + (channel * plane + pixel) * step]
        }
      }
    }
    return LabelledImages(height: side, width: side, channels: 3, pixels: bytes, labels: labels)
  }
}
