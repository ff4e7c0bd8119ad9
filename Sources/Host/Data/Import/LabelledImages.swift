/// Labelled images of one size as bytes.
package struct LabelledImages: Sendable, Equatable {
  /// The size of every image, in pixels.
  package let height, width: Int
  /// Colour channels: 1 or 3.
  package let channels: Int
  /// `[N, H, W, C]`, 0 black and 255 white.
  package private(set) var pixels: [UInt8]
  /// `[N]`.
  package private(set) var labels: [Int]

  /// The number of images, N.
  package var count: Int { labels.count }

  /// Images of `[N, H, W, C]` bytes with a label each.
  package init(height: Int, width: Int, channels: Int, pixels: [UInt8] = [], labels: [Int] = []) {
    precondition(
      pixels.count == labels.count * height * width * channels,
      "\(pixels.count) bytes for \(labels.count) × \(height) × \(width) × \(channels)")
    (self.height, self.width, self.channels) = (height, width, channels)
    (self.pixels, self.labels) = (pixels, labels)
  }

  /// Adds images of the same size.
  package mutating func append(_ more: LabelledImages) {
    precondition(
      (height, width, channels) == (more.height, more.width, more.channels),
      "\(more.height) × \(more.width) × \(more.channels) to \(height) × \(width) × \(channels)")
    pixels += more.pixels
    labels += more.labels
  }

  /// How many images each of `classes` classes has; each label is below.
  package func counts(classes: Int) -> [Int] {
    labels.reduce(into: [Int](repeating: 0, count: classes)) { $0[$1] += 1 }
  }

  /// The arrays of a data set's file.
  package var tensors: [NamedTensor] {
    let shape = datasetShape(count: count, height: height, width: width, channels: channels)
    return [
      NamedTensor(name: "images", dtype: .u8, shape: shape, bytes: pixels),
      NamedTensor(name: "labels", shape: [count], integers: labels.map { Int64($0) }),
    ]
  }
}

/// The shape under which `ImageLayout` reads `[N, H, W, C]` back as such, whatever the size.
func datasetShape(count: Int, height: Int, width: Int, channels: Int) -> [Int] {
  let plain = channels == 1 ? [count, height, width] : [count, height, width, channels]
  let layout = try? ImageLayout(shape: plain, place: DataPlace(file: ""))
  return layout == .gray || layout == .channelsLast ? plain : [count, 1, height, width, channels]
}
