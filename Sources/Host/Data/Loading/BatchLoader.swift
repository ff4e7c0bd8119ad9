// A class because its end stops the workers, wherever the loop that uses it is left.

/// The batches of a data set, epoch by epoch, prepared ahead by worker threads.
///
/// ```swift
/// let loader = BatchLoader(training, batchSize: 128, normalizer: normalizer, seed: 1, workers: 2)
/// loader.start(epoch: 0)
/// while let batch = loader.next() { … }
/// ```
///
/// The batches depend on the arguments only: any number of workers gives the same bytes. The last batch of an
/// epoch may be smaller. After the first epoch, only the order of an epoch is allocated.
public final class BatchLoader {
  /// The most samples of a batch.
  public let batchSize: Int
  /// The number of samples of an epoch.
  public let sampleCount: Int
  private let rows: [Int]
  private let order: SampleOrder
  private let seed: UInt64
  private let queue: BatchQueue

  /// Prepares batches of `dataset`.
  ///
  /// - Parameters:
  ///   - dataset: the images.
  ///   - rows: those of them that are used; all by default. Sample ids stay rows of the whole set.
  ///   - batchSize: at least 1; a larger one than the epoch has samples means all of them.
  ///   - order: how an epoch visits the rows; listed ids stand for themselves.
  ///   - normalizer: made from the training set, for test sets too.
  ///   - augmentation: the random change of each image.
  ///   - seed: of the streams `order` and `augment`, whose substreams are the epochs.
  ///   - workers: threads that prepare batches; with 0, `next` does.
  public init(
    _ dataset: ImageDataset, rows: [Int]? = nil, batchSize: Int, order: SampleOrder = .shuffled,
    normalizer: PixelNormalizer, augmentation: Augmentation = .none, seed: UInt64 = 0, workers: Int = 0
  ) {
    precondition(batchSize > 0 && workers >= 0, "a batch size of \(batchSize), \(workers) workers")
    self.rows = rows ?? Array(0..<dataset.count)
    self.order = order
    self.seed = seed
    if case .listed(let ids) = order { sampleCount = ids.count } else { sampleCount = self.rows.count }
    self.batchSize = min(batchSize, max(sampleCount, 1))
    let filler = BatchFiller(dataset, normalizer: normalizer, augmentation: augmentation, seed: seed)
    queue = BatchQueue(
      filler: filler, batchSize: self.batchSize, imageSize: dataset.imageSize, workers: workers)
  }

  deinit { queue.stop() }

  /// The number of batches of an epoch.
  public var batchCount: Int { (sampleCount + batchSize - 1) / batchSize }

  /// Begins `epoch` (counted from 0) at batch `first`, dropping what is left of the one before.
  public func start(epoch: Int, atBatch first: Int = 0) {
    precondition(first >= 0 && first <= batchCount, "batch \(first) of \(batchCount)")
    queue.start(ids: order.ids(rows: rows, seed: seed, epoch: epoch), epoch: epoch, first: first)
  }

  /// The next batch of the epoch, valid until `next` or `start` is called again; nil at the epoch's end.
  public func next() -> Batch? { queue.take() }

  /// The whole of `dataset` by row, without augmentation, begun already.
  public static func evaluating(
    _ dataset: ImageDataset, batchSize: Int, normalizer: PixelNormalizer, workers: Int = 0
  ) -> BatchLoader {
    let loader = BatchLoader(
      dataset, batchSize: batchSize, order: .sequential, normalizer: normalizer, workers: workers)
    loader.start(epoch: 0)
    return loader
  }

  /// The bytes that a loader's batches and threads take: to be asked before it is made.
  static func bytes(of dataset: ImageDataset, batchSize: Int, workers: Int) -> Double {
    let pixels = Double(dataset.channels * dataset.height * dataset.width)
    let batches =
      Double(BatchQueue.slots(workers: workers) * batchSize) * pixels * Double(MemoryLayout<Float>.size)
    return batches + Double(workers * threadAddressSpace)
  }

  /// A thread's stack, and the arena that its first allocation reserves.
  private static let threadAddressSpace = 72 << 20
}
