import Host
import Models
import TestSupport
import Testing

/// Pixels reach the network on the scale that was asked for.
@Suite struct NormalizationTests {
  /// The first image of `dataset` as a loader delivers it.
  static func firstImage(_ dataset: ImageDataset, _ normalization: Normalization) -> [Float] {
    let normalizer = PixelNormalizer(normalization, training: dataset)
    let loader = BatchLoader.evaluating(dataset, batchSize: 1, normalizer: normalizer)
    return loader.next()?.images.array() ?? []
  }

  @Test func everyWayOfStoringPixelsGivesTheSameImages() throws {
    let bytes: [UInt8] = [0, 51, 255, 102]
    let unit = bytes.map { Float($0) / 255 }
    let ways: [[TestArray]] = [
      [TestArray("x", shape: [1, 2, 2], bytes: bytes)],
      [TestArray("x", shape: [1, 2, 2], floats: unit)],
      [TestArray("x", shape: [1, 2, 2], floats: bytes.map { Float($0) })],
      [TestArray("x", shape: [1, 2, 2], floats: unit.map { $0 - 0.5 })],
    ]
    for normalization in Normalization.allCases {
      let images = try ways.map { way in
        Self.firstImage(try ImageDatasetTests.read(way + [TestArray("y", int64s: [0])]), normalization)
      }
      for image in images {
        for (value, expected) in zip(image, images[0]) {
          #expect(abs(value - expected) < 1e-5, "\(normalization)")
        }
      }
    }
    let half = Self.firstImage(try ImageDatasetTests.read(ways[3] + [TestArray("y", int64s: [0])]), .half)
    #expect(half == unit.map { $0 - 0.5 })
  }

  @Test func theDatasetsOwnScaleHasMeanZeroAndDeviationOne() {
    let dataset = makeDataset(count: 20, height: 5, width: 4, channels: 3)
    let normalizer = PixelNormalizer(.dataset, training: dataset)
    let loader = BatchLoader.evaluating(dataset, batchSize: 20, normalizer: normalizer)
    let values = loader.next()?.images.array() ?? []
    for channel in 0..<3 {
      let own = stride(from: channel, to: values.count, by: 3).map { Double(values[$0]) }
      let mean = own.reduce(0, +) / Double(own.count)
      let variance = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(own.count)
      #expect(abs(mean) < 1e-5 && abs(variance - 1) < 1e-5, "channel \(channel): \(mean), \(variance)")
    }
  }

  @Test func imagenetHasThreeColorsOrTheirAverage() {
    let color = PixelNormalizer(.imagenet, training: makeDataset(count: 5, height: 4, width: 4, channels: 3))
    #expect(color.mean == [0.485, 0.456, 0.406] && color.deviation == [0.229, 0.224, 0.225])
    let gray = PixelNormalizer(.imagenet, training: makeDataset(count: 5, height: 4, width: 4, channels: 1))
    #expect(gray.mean == [0.449] && gray.deviation == [0.226])
  }

  /// Every image of an epoch is a window of its original, framed in normalised black, mirrored or not.
  @Test(arguments: [(Augmentation.cropFlip, 32), (.crop, 32), (.crop, 8), (.none, 8)])
  func augmentedImagesAreWindowsOfTheirOriginals(augmentation: Augmentation, side: Int) {
    let dataset = makeDataset(count: 40, height: side, width: side, channels: 1)
    let normalizer = PixelNormalizer(.imagenet, training: dataset)
    let black = -normalizer.mean[0] / normalizer.deviation[0]
    let originals =
      BatchLoader.evaluating(dataset, batchSize: 40, normalizer: normalizer).next()?.images.array() ?? []
    let loader = BatchLoader(
      dataset, batchSize: 40, order: .sequential, normalizer: normalizer, augmentation: augmentation, seed: 5)
    loader.start(epoch: 0)
    let images = loader.next()?.images.array() ?? []
    let border = augmentation == .none ? 0 : side == 32 ? 4 : 1
    var mirrored = 0
    var windows: Set<[Int]> = []
    for image in 0..<40 {
      func isWindow(top: Int, left: Int, mirror: Bool) -> Bool {
        for y in 0..<side {
          for x in 0..<side {
            let (row, column) = (y + top, (mirror ? side - 1 - x : x) + left)
            let isInside = (0..<side).contains(row) && (0..<side).contains(column)
            let expected = isInside ? originals[(image * side + row) * side + column] : black
            if images[(image * side + y) * side + x] != expected { return false }
          }
        }
        return true
      }
      var found: (Int, Int, Bool)?
      for top in -border...border {
        for left in -border...border {
          for mirror in [false, true] where isWindow(top: top, left: left, mirror: mirror) {
            found = (top, left, mirror)
          }
        }
      }
      #expect(found != nil, "image \(image)")
      if let found {
        windows.insert([found.0, found.1])
        mirrored += found.2 ? 1 : 0
      }
    }
    #expect(augmentation == .cropFlip ? (8...32).contains(mirrored) : mirrored == 0)
    #expect(windows.count == 1 ? border == 0 : windows.count > 2 * border)
  }
}
