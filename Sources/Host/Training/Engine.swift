internal import Models

/// Starts what a run computes on.
enum Engine {
  /// The kernels' threads, `count` of them or one a core, with the matrix library on the calling thread only.
  static func threads(_ count: Int?) throws(TrainingError) -> ThreadPool {
    let count = count ?? Machine.cores
    let pool: ThreadPool
    do throws(ThreadPoolError) { pool = try ThreadPool(threads: count) } catch {
      throw .noThreads(error.threads)
    }
    guard BLAS.threads == 1 else {
      throw .blasThreads(threads: BLAS.threads, build: BLAS.configuration)
    }
    return pool
  }

  /// The network for images of a data set.
  ///
  /// - Parameters:
  ///   - sampleGram: whether the Gram matrix of whole-network gradients will be asked for.
  ///   - besides: the bytes that the run takes for batches of this size beside the network.
  static func network(
    _ name: String, for dataset: ImageDataset, capacity: Int, seed: UInt64, pool: ThreadPool,
    purpose: Purpose = .training, sampleGram: Bool = false, besides: Double = 0
  ) throws(TrainingError) -> Network {
    guard let architecture = Architecture(rawValue: name) else {
      throw .unknownModel(name)
    }
    let image = ImageShape(channels: dataset.channels, height: dataset.height, width: dataset.width)
    let bytes =
      Network.bytes(
        architecture, image: image, classes: dataset.classes, capacity: capacity, threads: pool.threads,
        for: purpose, sampleGram: sampleGram) + besides + Double(pool.threads * BLAS.bytesPerThread)
    guard bytes < 0x1p62, canAllocate(byteCount: Int(bytes)) else {
      throw .noMemory(model: name, batchSize: capacity, bytes: Int(min(bytes, 0x1p62)))
    }
    let network = Network(
      architecture, image: image, classes: dataset.classes, capacity: capacity, seed: seed, pool: pool,
      for: purpose)
    if sampleGram { network.reserveSampleGram() }
    return network
  }
}

extension Network {
  /// Classifies a whole data set in evaluation mode; the loader has begun its epoch, and begins the next one here.
  ///
  /// - Parameter isInterrupted: asked before every batch; nil is returned as soon as it says yes.
  func predictions(
    on loader: BatchLoader, isInterrupted: () -> Bool
  ) throws(TrainingError) -> Predictions? {
    var logits: [Float] = []
    var targets: [Int] = []
    var rows = Buffer<Float>(count: capacity * classes)
    while let batch = loader.next() {
      if isInterrupted() { return nil }
      forward(batch.images, samples: batch.count, mode: .evaluation)
      copyLogits(into: &rows, samples: batch.count)
      logits += rows.array(prefix: batch.count * classes)
      targets += batch.targets.array(prefix: batch.count).map(Int.init)
    }
    loader.start(epoch: 0)
    if let index = logits.firstIndex(where: { !$0.isFinite }) {
      throw .nonFiniteLogit(image: index / classes, value: logits[index])
    }
    return Predictions(classes: classes, logits: logits, targets: targets)
  }

  /// Classifies a whole data set in evaluation mode; the loader has begun its epoch, and begins the next one here.
  func predictions(on loader: BatchLoader) throws(TrainingError) -> Predictions {
    try predictions(on: loader) { false } ?? Predictions(classes: classes, logits: [], targets: [])
  }
}
