internal import Models

/// Every setting of `plugin bench`.
public struct StrategyBenchmarkOptions: Sendable, Equatable {
  /// The strategy that is measured: an id, or a path.
  public var strategy: String
  /// Its parameters as `name=value`.
  public var settings: [String] = []
  /// The sizes of the batches.
  public var batchSizes = [32, 128, 512]
  /// The numbers of classes, each with each size.
  public var classes = [10, 100]
  /// Calls that are measured, after a tenth as many that are not.
  public var calls = 300
  /// Where it runs: by default both in this process and in one of its own.
  public var isolation = IsolationOptions()

  /// The defaults for a strategy.
  public init(strategy: String) { self.strategy = strategy }
}

/// How long a strategy takes for one batch, and how often it allocates, over sizes of batches and numbers of classes.
public struct StrategyBenchmark: Sendable {
  /// What calls took.
  struct Measurement: Sendable {
    let spread: Spread
    /// Nil where they are not counted.
    let allocationsPerCall: Double?
  }

  /// One size of batches and number of classes, measured in every way.
  struct Row: Sendable {
    let batch, classes: Int
    let measurements: [Measurement]
  }

  /// An instance that is ready to be called, and what it is shown.
  struct Subject: ~Copyable {
    var instance: StrategyInstance
    let tensors: StepTensors
  }

  /// A way of calling the strategy: makes an instance whose steps the meter measures.
  struct Way {
    /// The key in JSON, and the words of the table.
    let key, name: String
    /// Whether the plugin's allocations are in this process, where they are counted.
    let countsAllocations: Bool
    let make: (TrialBatch, StepMeter) throws -> Subject
  }

  /// The length of the features that strategies are shown.
  static let features = 64

  let strategy: StrategyManifest
  let values: [ParameterValue]
  let calls, warmup, threads: Int
  let countsAllocations: Bool
  let ways: [(key: String, name: String)]
  let rows: [Row]

  /// Measures.
  ///
  /// - Parameter report: called after every row with the number of rows done and of those to do.
  /// - Throws: a `Failure`.
  public init(_ options: StrategyBenchmarkOptions, reporting report: (Int, Int) -> Void) throws {
    let located = try PluginCatalog.standard(.isolated(options.isolation.process)).find(options.strategy)
    let pool = try Engine.threads(nil)
    let messages = PluginMessages()
    let counter = AllocationCounter()
    strategy = located.manifest
    values = try located.manifest.values(options.settings)
    calls = options.calls
    warmup = max(1, options.calls / 10)
    threads = pool.threads
    countsAllocations = counter != nil
    let ways = Self.ways(located, values, options.isolation, pool: pool, messages: messages)
    self.ways = ways.map { ($0.key, $0.name) }

    var rows: [Row] = []
    let sizes = options.batchSizes.flatMap { batch in options.classes.map { (batch: batch, classes: $0) } }
    for (batch, classes) in sizes {
      try Self.checkMemory(batch: batch, classes: classes)
      let setup = StrategySetup.trial(largestBatch: batch, classes: classes, features: Self.features, seed: 1)
      let inputs = TrialBatch(batch, of: setup, seed: 1, pool: pool)
      var measurements: [Measurement] = []
      for way in ways {
        let meter = StepMeter(calls: max(calls, warmup), counter: counter)
        var subject = try way.make(inputs, meter)
        try Self.call(&subject, warmup, from: 0, of: warmup + calls, messages)
        meter.clear()
        try Self.call(&subject, calls, from: warmup, of: warmup + calls, messages)
        measurements.append(
          Measurement(
            spread: Spread(seconds: meter.seconds),
            allocationsPerCall: way.countsAllocations && counter != nil
              ? Double(meter.allocations) / Double(calls) : nil))
      }
      rows.append(Row(batch: batch, classes: classes, measurements: measurements))
      report(rows.count, sizes.count)
    }
    self.rows = rows
  }

  // MARK: - Ways

  /// The ways that a run can call the strategy. The isolated one comes first, so that a plugin that crashes is an
  /// error; bare functions have no other, unless they are asked to.
  private static func ways(
    _ located: LocatedStrategy, _ values: [ParameterValue], _ options: IsolationOptions, pool: ThreadPool,
    messages: PluginMessages
  ) -> [Way] {
    let manifest = located.manifest
    let services = StrategyServices.run(for: manifest.id, pool: pool, messages: messages) { false }
    let isolated = Way(key: "isolated", name: "isolated", countsAllocations: false) { batch, meter in
      let tensors = try batch.tensors(for: manifest, areShared: true)
      var process = options.process
      process.threads = pool.threads
      let runner = try IsolatedStrategy(located, values, batch.setup, services, process, tensors)
      return Subject(
        instance: StrategyInstance(manifest, values, batch.setup.sizes, MeteredStrategy(runner, meter)),
        tensors: tensors)
    }
    let here = Way(key: "in_process", name: "in process", countsAllocations: true) { batch, meter in
      let tensors = try batch.tensors(for: manifest, areShared: false)
      let runner = try LocalStrategy(manifest, located.functions(), values, batch.setup, services)
      return Subject(
        instance: StrategyInstance(manifest, values, batch.setup.sizes, MeteredStrategy(runner, meter)),
        tensors: tensors)
    }
    switch options.choice {
    case .all: return [isolated]
    case .none: return [here]
    case .bareFunctions: return options.isolates(manifest) ? [isolated] : [isolated, here]
    }
  }

  /// Shows the batch so many times.
  private static func call(
    _ subject: inout Subject, _ calls: Int, from first: Int, of total: Int, _ messages: PluginMessages
  ) throws(PluginError) {
    for step in first..<first + calls {
      let context = StepContext(
        batch: subject.tensors.sizes.batch, epoch: step, step: step, progress: Double(step) / Double(total),
        learningRate: 0.1)
      _ = try subject.instance.step(context, subject.tensors)
      messages.clear()
    }
  }

  /// Refuses sizes whose inputs memory cannot hold: rows of gradients and matrices of the batch, a few of each.
  private static func checkMemory(batch: Int, classes: Int) throws(TrainingError) {
    let bytes = 4 * batch * (3 * classes * (features + 3) + 8 * batch)
    guard canAllocate(byteCount: bytes) else {
      throw .noMemory(model: "a strategy for \(classes) classes", batchSize: batch, bytes: bytes)
    }
  }
}
