import Host
import Models
import TestSupport
import Testing

/// What the loader delivers depends on seed, epoch and sample ids alone.
@Suite struct BatchLoaderTests {
  static let side = 32
  /// 23 random images of 32 × 32 × 3, five classes, with groups.
  static let dataset = makeDataset(count: 23, height: side, width: side, channels: 3, groups: true)

  /// Everything that a loader delivers in an epoch, copied batch by batch.
  struct Delivered: Equatable, CustomTestStringConvertible {
    var images: [[Float]] = []
    var ids: [[Int64]] = []
    var targets: [[Int64]] = []
    var groups: [[Int64]] = []

    var testDescription: String { "batches of samples \(ids)" }

    init(_ loader: BatchLoader, imageSize: Int) {
      while let batch = loader.next() {
        images.append(batch.images.array(prefix: batch.count * imageSize))
        ids.append(batch.sampleIDs.array(prefix: batch.count))
        targets.append(batch.targets.array(prefix: batch.count))
        groups.append(batch.groups.array(prefix: batch.count))
      }
    }
  }

  static func loader(
    seed: UInt64 = 1, workers: Int = 0, batchSize: Int = 5, order: SampleOrder = .shuffled,
    rows: [Int]? = nil,
    augmentation: Augmentation = .cropFlip
  ) -> BatchLoader {
    BatchLoader(
      dataset, rows: rows, batchSize: batchSize, order: order,
      normalizer: PixelNormalizer(.half, training: dataset), augmentation: augmentation, seed: seed,
      workers: workers)
  }

  static func epoch(_ epoch: Int, of loader: BatchLoader, from batch: Int = 0) -> Delivered {
    loader.start(epoch: epoch, atBatch: batch)
    return Delivered(loader, imageSize: dataset.imageSize)
  }

  @Test(arguments: [1, 2, 3, 8])
  func workersDeliverTheBytesOfTheCallingThread(workers: Int) {
    let alone = Self.loader()
    let helped = Self.loader(workers: workers)
    for epoch in [0, 1, 7] {
      #expect(Self.epoch(epoch, of: helped) == Self.epoch(epoch, of: alone), "epoch \(epoch)")
    }
  }

  @Test func anEpochHasEverySampleOnceWithItsLabelAndGroup() {
    let delivered = Self.epoch(3, of: Self.loader(workers: 2))
    #expect(delivered.ids.map(\.count) == [5, 5, 5, 5, 3])
    #expect(delivered.ids.joined().sorted() == (0..<23).map(Int64.init))
    #expect(delivered.targets.joined().elementsEqual(delivered.ids.joined().map { $0 % 5 }))
    #expect(delivered.groups.joined().elementsEqual(delivered.ids.joined().map { $0 % 2 }))
  }

  @Test func epochsAndSeedsDifferInOrderAndRepeatThemselves() {
    let first = Self.epoch(0, of: Self.loader())
    #expect(first == Self.epoch(0, of: Self.loader()))
    #expect(first.ids != Self.epoch(1, of: Self.loader()).ids)
    #expect(first.ids != Self.epoch(0, of: Self.loader(seed: 2)).ids)
  }

  @Test func augmentationDependsOnSeedEpochAndSampleOnly() {
    func image(of id: Int64, in delivered: Delivered) -> [Float] {
      let flat = Array(delivered.images.joined())
      let ids = Array(delivered.ids.joined())
      let index = ids.firstIndex(of: id) ?? 0
      return Array(flat[index * Self.dataset.imageSize..<(index + 1) * Self.dataset.imageSize])
    }
    let shuffled = Self.epoch(4, of: Self.loader())
    let others = [
      Self.epoch(4, of: Self.loader(workers: 2, batchSize: 3, order: .sequential)),
      Self.epoch(4, of: Self.loader(batchSize: 23, order: .listed([22, 0, 13, 7, 7]))),
      Self.epoch(4, of: Self.loader(rows: [0, 7, 13, 22])),
    ]
    for id: Int64 in [0, 7, 13, 22] {
      for other in others { #expect(image(of: id, in: shuffled) == image(of: id, in: other), "sample \(id)") }
    }
    let sequential = Self.epoch(5, of: Self.loader(order: .sequential))
    let changed = (0..<23).filter { image(of: $0, in: sequential) != image(of: $0, in: shuffled) }
    #expect(changed.count > 18)
  }

  @Test func startingAtABatchContinuesTheEpoch() {
    let whole = Self.epoch(2, of: Self.loader(workers: 2))
    let rest = Self.epoch(2, of: Self.loader(workers: 2), from: 3)
    #expect(rest.images == Array(whole.images[3...]))
    #expect(Self.epoch(2, of: Self.loader(), from: 5).ids.isEmpty)
  }

  @Test func leavingAnEpochEarlyLosesNothingOfTheNext() {
    let expected = Self.epoch(1, of: Self.loader())
    for taken in 0..<5 {
      let loader = Self.loader(workers: 3)
      loader.start(epoch: 0)
      for _ in 0..<taken { _ = loader.next() }
      #expect(Self.epoch(1, of: loader) == expected, "after \(taken) batches")
    }
  }

  @Test func evaluationGoesByRowWithoutAugmentation() {
    let normalizer = PixelNormalizer(.half, training: Self.dataset)
    let loader = BatchLoader.evaluating(Self.dataset, batchSize: 100, normalizer: normalizer, workers: 2)
    let delivered = Delivered(loader, imageSize: Self.dataset.imageSize)
    #expect(delivered.ids == [(0..<23).map(Int64.init)])
    let alike = Self.loader(batchSize: 23, order: .sequential, augmentation: .none)
    #expect(delivered == Self.epoch(0, of: alike))
  }
}
