internal import Models

/// Makes batches: what it writes depends on the sample ids and the epoch only, not on thread or time.
struct BatchFiller: Sendable {
  private let dataset: ImageDataset
  private let augmentation: Augmentation
  private let seed: UInt64
  private let border: Int
  /// The normalised value of each byte, `[256, C]`; empty for other pixels.
  private let table: [Float]
  /// Normalised black, `[C]`.
  private let black: [Float]
  /// A stored float `v` becomes `(v / divisor + shift) / deviation`.
  private let divisor: Float
  private let shift: [Float]
  private let deviation: [Float]

  init(_ dataset: ImageDataset, normalizer: PixelNormalizer, augmentation: Augmentation, seed: UInt64) {
    precondition(
      normalizer.mean.count == dataset.channels,
      "a normalizer of \(normalizer.mean.count) channels for images of \(dataset.channels)")
    self.dataset = dataset
    self.augmentation = augmentation
    self.seed = seed
    border = Augmentation.border(height: dataset.height, width: dataset.width)
    let convention = dataset.convention
    let shift = normalizer.mean.map { convention.offset - $0 }
    divisor = convention.divisor
    deviation = normalizer.deviation
    self.shift = shift
    black = zip(normalizer.mean, normalizer.deviation).map { (0 - $0) / $1 }
    guard convention == .bytes else {
      table = []
      return
    }
    table = (0..<256).flatMap { byte in
      zip(shift, normalizer.deviation).map { (Float(byte) / convention.divisor + $0) / $1 }
    }
  }

  /// Overwrites `batch` with the samples `ids` as `epoch` sees them.
  func fill(_ batch: Batch, with ids: ArraySlice<Int>, epoch: Int) {
    var stream = RandomStream(seed: seed, name: "augment", substream: UInt32(truncatingIfNeeded: epoch))
    for (index, id) in ids.enumerated() {
      let window = augmentation.window(sample: id, border: border, stream: &stream)
      write(id, through: window, into: &batch.images, at: index * dataset.imageSize)
      batch.targets[index] = dataset.labels[id]
      batch.sampleIDs[index] = Int64(id)
      batch.groups[index] = dataset.groups?[id] ?? dataset.labels[id]
    }
    batch.count = ids.count
  }

  private func write(
    _ id: Int, through window: Augmentation.Window, into images: inout Buffer<Float>, at start: Int
  ) {
    let channels = dataset.channels
    let source = id * dataset.imageSize
    var output = images.mutableSpan
    let (shift, deviation) = (shift.span, deviation.span)
    switch dataset.pixels {
    case .bytes(let bytes):
      let image = bytes.span.extracting(source..<source + dataset.imageSize)
      let table = table.span
      copy(window, into: &output, at: start) { table[Int(image[$0]) * channels + $1] }
    case .floats(let floats):
      let image = floats.span.extracting(source..<source + dataset.imageSize)
      copy(window, into: &output, at: start) { (image[$0] / divisor + shift[$1]) / deviation[$1] }
    }
  }

  /// Writes one image, whose value at an offset of a channel is `value(offset, channel)`.
  @inline(__always)
  private func copy(
    _ window: Augmentation.Window, into output: inout MutableSpan<Float>, at start: Int,
    value: (Int, Int) -> Float
  ) {
    let (height, width, channels) = (dataset.height, dataset.width, dataset.channels)
    let black = black.span
    var target = start
    for y in 0..<height {
      let row = y + window.top
      let isInside = row >= 0 && row < height
      for x in 0..<width {
        let column = (window.isMirrored ? width - 1 - x : x) + window.left
        if isInside && column >= 0 && column < width {
          let offset = (row * width + column) * channels
          for channel in 0..<channels { output[target + channel] = value(offset + channel, channel) }
        } else {
          for channel in 0..<channels { output[target + channel] = black[channel] }
        }
        target += channels
      }
    }
  }
}
