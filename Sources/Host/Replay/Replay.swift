internal import Models

/// How strategies weigh the batches of a recorded run: A, and B beside it, which is another strategy or the weights as
/// they were recorded.
///
/// What the strategies are shown is what the run showed; that other weights would have led the run elsewhere is left
/// out of account.
public struct Replay: Sendable {
  /// Whose weights these are.
  struct Side: Sendable, Equatable {
    /// The strategy's id, version and the value of every parameter.
    let strategy: TraceHeader.Plugin
    /// The strategy with the parameters that differ from their defaults; for people.
    let label: String
    /// Whether these are the weights as recorded.
    let isRecorded: Bool
  }

  /// What one side's weights of one step are like.
  struct Measures: Sendable, Equatable {
    let effectiveSampleSize: Double
    /// The share of each class in the weight, `[C]`.
    let classShare: [Double]
    /// How weight and loss go together.
    let loss: Correlation
  }

  /// One step of the run.
  struct Step: Sendable, Equatable {
    let step, epoch, batch: Int
    /// The share of each class in the samples, `[C]`.
    let sampleShare: [Double]
    let a, b: Measures
    /// How the weights of A and B go together.
    let agreement: Correlation
  }

  /// One sample of the last steps; weights are multiplied by the batch's size, so that 1 is the plain mean's.
  struct Sample: Sendable, Equatable {
    let target: Int
    let loss, a, b: Double
  }

  /// How the weights of the recorded strategy compare with those recorded.
  struct Reproduction: Sendable, Equatable {
    /// Steps that the run did not defer the strategy in.
    var compared = 0
    /// Those of them whose weights are the recorded ones, bit for bit.
    var identical = 0
    var firstDifference: Int?
    var largestDifference: Float = 0
  }

  /// The most samples that the picture shows one by one.
  static let shownSamples = 600

  let folder: String
  let header: TraceHeader
  let recordedSteps: Int
  let groups: ShotGroups
  let a, b: Side
  private(set) var steps: [Step] = []
  /// Of the last steps, at most `shownSamples`, in the order of the run.
  private(set) var samples: [Sample] = []
  /// Nil where A is not the strategy that was recorded.
  private(set) var reproduction: Reproduction?

  /// Feeds the trace to the strategies.
  ///
  /// - Parameters:
  ///   - isInterrupted: whether the user wants it to end; asked before every step.
  ///   - warn: is told what the plugins have to say.
  ///   - report: called after every step with the number of steps done and of those to do.
  /// - Throws: a `Failure`.
  public init(
    _ options: ReplayOptions, isInterrupted: @escaping @Sendable () -> Bool = { Interruption.isRequested },
    warn: (String) -> Void, reporting report: (Int, Int) -> Void
  ) throws {
    let catalog = PluginCatalog.standard(options.isolation.access)
    let strategy = try catalog.find(options.strategy)
    let other = try options.against.map { name throws(PluginError) in try catalog.find(name) }
    let trace = try Trace(in: options.trace)
    let shown = options.steps ?? 0...trace.count - 1
    guard shown.upperBound < trace.count else {
      throw TraceError.noSuchSteps(folder: trace.folder, asked: shown, count: trace.count)
    }
    let pool = try Engine.threads(nil)
    let messages = PluginMessages()
    let tensors = try Self.tensors(for: [strategy, other].compactMap { $0 }, trace, options.isolation)
    func replayed(_ strategy: LocatedStrategy, _ settings: [String]) throws -> ReplayedStrategy {
      try ReplayedStrategy(
        strategy, settings, trace, pool: pool, messages: messages, isCancelled: isInterrupted,
        placement: options.isolation.placement(of: strategy.manifest, tensors, threads: pool.threads))
    }
    let first = try replayed(strategy, options.settings)
    let second = try other.map { try replayed($0, options.againstSettings) }

    folder = trace.folder
    header = trace.header
    recordedSteps = trace.count
    groups = ShotGroups(trainingCounts: trace.header.setup.classCounts.map { Int($0) })
    a = first.side
    b = second?.side ?? Side(recorded: trace.header)
    if a.strategy == trace.header.strategy { reproduction = Reproduction() }

    let total = shown.upperBound + 1
    for index in 0..<total {
      if isInterrupted() { throw TraceError.interrupted(steps: index, of: total) }
      let recorded = try trace.read(index, into: tensors)
      do throws(PluginError) {
        let weights = try first.weigh(recorded.context, tensors)
        compare(weights, recorded)
        let others = try second?.weigh(recorded.context, tensors) ?? recorded.weights
        if shown.contains(index) { add(recorded.context, tensors, weights, others) }
      } catch {
        guard error.mayFollowCancellation, isInterrupted() else { throw error }
        throw TraceError.interrupted(steps: index, of: total)  // the plugin was told to return soon
      }
      for line in messages.takeLines() where line.level != .debug { warn("\(line.plugin): \(line.text)") }
      messages.clear()
      report(index + 1, total)
    }
    samples = Self.thinned(samples)
  }

  /// Room for what the strategies are shown, and for what the figures are made of.
  private static func tensors(
    for strategies: [LocatedStrategy], _ trace: Trace, _ isolation: IsolationOptions
  ) throws(PluginError) -> StepTensors {
    let declared = strategies.flatMap { $0.manifest.inputs.map(\.name) }
    let inputs = Set(declared).intersection(trace.inputs).union([.loss, .target])
    let sizes = trace.header.setup.sizes
    return strategies.contains(where: { isolation.isolates($0.manifest) })
      ? try .shared(inputs: inputs, sizes: sizes) : StepTensors(inputs: inputs, sizes: sizes)
  }

  // MARK: - Taking in a step

  private mutating func compare(_ weights: [Float], _ recorded: Trace.Step) {
    guard var result = reproduction, recorded.context.epoch >= header.deferUntil else { return }
    result.compared += 1
    if zip(weights, recorded.weights).allSatisfy({ $0.bitPattern == $1.bitPattern }) {
      result.identical += 1
    } else {
      result.firstDifference = result.firstDifference ?? recorded.context.step
      let largest = zip(weights, recorded.weights).map { abs($0 - $1) }.max() ?? 0
      result.largestDifference = max(result.largestDifference, largest)
    }
    reproduction = result
  }

  private mutating func add(_ context: StepContext, _ tensors: StepTensors, _ a: [Float], _ b: [Float]) {
    let losses = tensors.floats(.loss).buffer.array(prefix: context.batch)
    let targets = tensors.integers(.target).buffer.array(prefix: context.batch).map { Int($0) }
    let equal = [Float](repeating: 1, count: context.batch)
    let classes = header.setup.sizes.classes
    steps.append(
      Step(
        step: context.step, epoch: context.epoch, batch: context.batch,
        sampleShare: shares(of: equal, targets, classes: classes),
        a: Measures(a, losses, targets, classes: classes), b: Measures(b, losses, targets, classes: classes),
        agreement: Correlation(a, b)))

    let (sumA, sumB) = (sum(a), sum(b))
    let scale = Double(context.batch)
    samples += targets.indices.map { i in
      Sample(
        target: targets[i], loss: Double(losses[i]), a: Double(a[i]) / sumA * scale,
        b: Double(b[i]) / sumB * scale)
    }
    // Whole steps, as few as are enough.
    if samples.count - context.batch >= Self.shownSamples {
      samples.removeFirst(samples.count - max(context.batch, Self.shownSamples))
    }
  }

  /// At most `shownSamples`, evenly taken.
  private static func thinned(_ samples: [Sample]) -> [Sample] {
    guard samples.count > shownSamples else { return samples }
    return (0..<shownSamples).map { samples[$0 * samples.count / shownSamples] }
  }
}

extension Replay.Side {
  /// The weights as recorded.
  init(recorded header: TraceHeader) {
    strategy = header.strategy
    label = "\(header.strategy.label), as recorded"
    isRecorded = true
  }
}

extension Replay.Measures {
  /// Measures the weights of one batch.
  init(_ weights: [Float], _ losses: [Float], _ targets: [Int], classes: Int) {
    effectiveSampleSize = Host.effectiveSampleSize(of: weights.span)
    classShare = shares(of: weights, targets, classes: classes)
    loss = Correlation(weights, losses)
  }
}

private func sum(_ weights: [Float]) -> Double { weights.reduce(0) { $0 + Double($1) } }

/// The share of each class in the sum of the weights.
private func shares(of weights: [Float], _ targets: [Int], classes: Int) -> [Double] {
  var shares = [Double](repeating: 0, count: classes)
  let sum = sum(weights)
  for (target, weight) in zip(targets, weights) { shares[target] += Double(weight) / sum }
  return shares
}
