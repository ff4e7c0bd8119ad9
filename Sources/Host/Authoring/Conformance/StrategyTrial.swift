internal import Models

/// A library on trial.
struct LibraryTrial {
  let path: String
  /// Whether it is a manifest file for plain functions.
  var isSidecar: Bool { path.hasSuffix(".json") }

  /// Opens the library and reads its manifest.
  func library() throws(PluginError) -> PluginLibrary { try PluginLibrary(path: path) }
}

/// A strategy on trial: makes instances and batches for the tests, and says where they stand.
struct StrategyTrial {
  let strategy: LocatedStrategy
  let seed: UInt64
  let pool: ThreadPool
  /// The process before the library was opened.
  let surroundings: Surroundings
  /// What the library wrote to standard output when it was opened.
  let printed: String
  /// Told what is about to be tried, for a report of a crash.
  let announce: (String) -> Void

  var manifest: StrategyManifest { strategy.manifest }

  /// Samples in the batches of most tests.
  static let usualBatch = 32

  // MARK: - Making

  func setup(largestBatch: Int = 64) -> StrategySetup { .trial(largestBatch: largestBatch, seed: seed) }

  /// The `number`th batch of the trial.
  func batch(
    _ count: Int = usualBatch, number: Int = 0, of setup: StrategySetup? = nil,
    losses: TrialBatch.Losses = .drawn, onlyClass: Int? = nil
  ) -> TrialBatch {
    TrialBatch(
      count, of: setup ?? self.setup(), seed: seed &+ UInt64(number), losses: losses, onlyClass: onlyClass,
      pool: pool)
  }

  func instance(
    _ settings: [String] = [], of setup: StrategySetup? = nil, services: StrategyServices? = nil
  ) throws(PluginError) -> StrategyInstance {
    try StrategyInstance(
      strategy, settings: settings, setup: setup ?? self.setup(), services: services ?? self.services)
  }

  /// The run's services with two threads; what the plugin says is dropped.
  var services: StrategyServices {
    .run(for: manifest.id, pool: pool, messages: PluginMessages(), isCancelled: { false })
  }

  // MARK: - Running

  func context(_ count: Int, step: Int) -> StepContext {
    StepContext(
      batch: count, epoch: step / 10, step: step, progress: min(1, Double(step) / 100), learningRate: 0.1)
  }

  func step(
    _ instance: inout StrategyInstance, _ batch: TrialBatch, at step: Int = 0,
    without absent: Set<StrategyInput> = []
  ) throws(PluginError) -> Answer {
    let tensors = batch.tensors(without: absent)
    let outcome = try instance.step(context(batch.count, step: step), tensors)
    return Answer(outcome, manifest, tensors, batch)
  }

  /// What a new instance answers to these batches, one after the other.
  func answers(
    to batches: [TrialBatch], _ settings: [String] = [], services: StrategyServices? = nil
  ) throws(PluginError) -> [Answer] {
    guard let setup = batches.first?.setup else { return [] }
    var instance = try instance(settings, of: setup, services: services)
    var answers: [Answer] = []
    for (number, batch) in batches.enumerated() {
      answers.append(try step(&instance, batch, at: number))
    }
    return answers
  }

  /// Runs a part of a test; `what` goes before the text of its faults.
  func during<Result>(_ what: String, _ body: () throws -> Result) throws -> Result {
    announce(what)
    do { return try body() } catch let failure as any Failure {
      throw Fault("\(what): \(failure.problem)", try: failure.remedy)
    }
  }
}

/// What a step gave.
struct Answer: Equatable {
  let isUniform: Bool
  let outputs: [StrategyOutput: [Float]]

  init(isUniform: Bool, outputs: [StrategyOutput: [Float]]) {
    self.isUniform = isUniform
    self.outputs = outputs
  }

  init(_ outcome: StepOutcome, _ manifest: StrategyManifest, _ tensors: StepTensors, _ batch: TrialBatch) {
    isUniform = outcome.isUniform
    var sizes = batch.setup.sizes
    sizes.batch = batch.count
    let given = manifest.outputs.filter { $0 != .score || outcome.hasScores }
    outputs = Dictionary(
      uniqueKeysWithValues: given.map {
        ($0, tensors.output($0).buffer.array(prefix: sizes.count($0.dimensions)))
      })
  }

  /// Where it differs from `other` by a bit, or by more than a share of the largest number; nil where it does not.
  func difference(from other: Answer, tolerance: Float = 0) -> String? {
    for output in StrategyOutput.allCases {
      guard let mine = outputs[output], let theirs = other.outputs[output] else {
        if (outputs[output] == nil) != (other.outputs[output] == nil) {
          return "\(output.rawValue) is missing"
        }
        continue
      }
      let margin = tolerance * theirs.reduce(0) { max($0, abs($1)) }
      for (i, (x, y)) in zip(mine, theirs).enumerated() {
        if tolerance == 0 ? x.bitPattern != y.bitPattern : !(abs(x - y) <= margin) {
          return "\(output.rawValue)[\(i)] is \(x) instead of \(y)"
        }
      }
    }
    return nil
  }
}
