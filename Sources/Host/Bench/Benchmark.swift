internal import Foundation
internal import Models

/// How fast this machine trains, phase by phase: the trainer's own step, measured without records.
public struct Benchmark: Sendable, Equatable {
  let model, dataset, strategy, gradientSource, instructionSet: String
  let batchSize, threads, warmup, steps: Int
  /// Whole steps, from asking for a batch to the updated weights.
  let step: Spread
  /// The median time of each phase, and of what lies between them, in milliseconds.
  let phases: [Phase: Double]
  let other: Double
  /// The forward pass of one batch in evaluation mode.
  let evaluation: Spread
  /// Floating-point operations of one step, convolutions and products counted plainly.
  let operations: Double
  /// What the threads reach with nothing but multiplications and additions in registers, in GFLOP/s.
  let peak: Double
  /// The most memory that the process has held, in bytes; nil where the system does not tell.
  let memory: Int?

  /// Measures.
  ///
  /// - Parameter report: called after every step with the number of steps done and of those to do.
  /// - Throws: a `Failure`.
  public init(
    _ options: BenchmarkOptions, warn: (String) -> Void, reporting report: (Int, Int) -> Void
  ) throws {
    precondition(options.steps > 0 && options.warmup >= 0, "\(options.steps) steps after \(options.warmup)")
    let strategies = try RunStrategies(options.training)
    let plan = try RunPlan(options.training, strategies, try Self.data(for: options))
    for surprise in plan.surprises { warn(surprise) }
    let pool = try Engine.threads(options.training.threads)
    let messages = PluginMessages()
    var learner = try Learner(plan, pool: pool, messages: messages) { false }
    var batches = FullBatches(plan)

    var seconds: [Double] = []
    var times: [PhaseTimes] = []
    seconds.reserveCapacity(options.steps)
    times.reserveCapacity(options.steps)
    let clock = ContinuousClock()
    let total = options.warmup + options.steps
    for step in 0..<total {
      let began = clock.now
      let batch = batches.next()
      let loaded = clock.now
      let context = StepContext(
        batch: batch.count, epoch: batches.epoch, step: step, progress: Double(step) / Double(total),
        learningRate: Double(plan.recipe.learningRate))
      _ = try learner.learn(from: batch, context)
      if step >= options.warmup {
        var parts = learner.times
        parts[.data] = (loaded - began).seconds
        times.append(parts)
        seconds.append((clock.now - began).seconds)
      }
      messages.clear()
      report(step + 1, total)
    }
    step = Spread(seconds: seconds)
    phases = Dictionary(
      uniqueKeysWithValues: Phase.allCases.map { phase in
        (phase, Spread(seconds: times.map { $0[phase] }).median)
      })
    other = Spread(seconds: zip(seconds, times).map { $0 - $1.total }).median

    let batch = batches.next()
    seconds.removeAll(keepingCapacity: true)
    for pass in 0..<total {
      let began = clock.now
      learner.network.forward(batch.images, samples: batch.count, mode: .evaluation)
      if pass >= options.warmup { seconds.append((clock.now - began).seconds) }
    }
    evaluation = Spread(seconds: seconds)

    peak = pool.measurePeak()
    memory = Machine.peakMemory
    let network = learner.network
    // Per-sample gradients of the whole network take a backward pass of their own.
    let backward =
      StepInputs.needGram(strategies.inputs) && options.training.gradientSource == .network ? 2 : 1
    operations =
      2 * Double(plan.batchSize)
      * Double(network.multiplyAddsPerSample + backward * network.backwardMultiplyAddsPerSample)
    model = plan.model
    dataset = plan.data.name
    strategy = strategies.weighting.manifest.id
    gradientSource = options.training.gradientSource.rawValue
    instructionSet = InstructionSet.current
    batchSize = plan.batchSize
    threads = pool.threads
    (warmup, steps) = (options.warmup, options.steps)
  }

  private static func data(for options: BenchmarkOptions) throws(DataError) -> DataSource {
    let training = options.training
    guard options.isSynthetic else {
      return try DataSource(
        training.dataset, in: training.dataDirectory, normalization: training.normalization)
    }
    let images = ImageDataset.synthetic(batchSize: training.batchSize, seed: training.seed)
    return DataSource(
      name: training.dataset, training: images, test: images, normalization: training.normalization)
  }

  /// Arithmetic by the median step, in GFLOP/s.
  var rate: Double { operations / step.median / 1e6 }
  /// Images trained in a second, by the median step.
  var imagesPerSecond: Double { Double(batchSize) / step.median * 1000 }
}

/// The batches of one epoch after another, the smaller last ones left out.
private struct FullBatches: ~Copyable {
  private let loader: BatchLoader
  private(set) var epoch = 0

  init(_ plan: RunPlan) {
    loader = plan.trainingLoader()
    loader.start(epoch: 0)
  }

  mutating func next() -> Batch {
    while true {
      if let batch = loader.next(), batch.count == loader.batchSize { return batch }
      epoch += 1
      loader.start(epoch: epoch)
    }
  }
}
