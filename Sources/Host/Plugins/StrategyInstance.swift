/// What is known when an instance of a strategy is made.
public struct StrategySetup: Sendable, Equatable {
  /// The dimensions, with the largest batch.
  public var sizes: TensorSizes
  /// Training samples; ids are less than this.
  public var trainingSamples: Int
  /// Training samples per class, as many as there are classes.
  public var classCounts: [Int64]
  /// The seed of the run.
  public var seed: UInt64

  /// What is known of a run.
  public init(sizes: TensorSizes, trainingSamples: Int, classCounts: [Int64], seed: UInt64) {
    precondition(
      classCounts.count == sizes.classes, "\(classCounts.count) counts of \(sizes.classes) classes")
    self.sizes = sizes
    self.trainingSamples = trainingSamples
    self.classCounts = classCounts
    self.seed = seed
  }
}

/// Where in the run a step is.
public struct StepContext: Sendable, Equatable {
  /// Samples in this batch, at least one.
  public var batch: Int
  /// The epoch, from 0.
  public var epoch: Int
  /// The step, from 0, counted over the whole run.
  public var step: Int
  /// The planned share of the run that is done, 0…1.
  public var progress: Double
  /// The learning rate of this step.
  public var learningRate: Double

  /// A place in the run.
  public init(batch: Int, epoch: Int, step: Int, progress: Double, learningRate: Double) {
    self.batch = batch
    self.epoch = epoch
    self.step = step
    self.progress = progress
    self.learningRate = learningRate
  }
}

/// What a step of a strategy gave.
public struct StepOutcome: Sendable, Equatable {
  /// The strategy asked for uniform weights this step; `weight` then holds 1/B.
  public let isUniform: Bool
  /// `score` holds this batch's scores.
  public let hasScores: Bool

  /// An outcome.
  public init(isUniform: Bool, hasScores: Bool) {
    self.isUniform = isUniform
    self.hasScores = hasScores
  }
}

/// Where a strategy's code is to run.
public enum StrategyPlacement {
  /// In this process.
  case here
  /// In a process of its own, which reads the inputs of these tensors: made by `StepTensors.shared`, and those of
  /// every step.
  case isolated(Isolation, StepTensors)
}

/// One running instance of a strategy, owned by one training run.
///
/// The instance is destroyed with this value. Calls may come from any thread, one at a time.
public struct StrategyInstance: ~Copyable {
  /// What the strategy says about itself.
  public let manifest: StrategyManifest
  /// The value of every parameter, in the manifest's order.
  public let values: [ParameterValue]
  private let sizes: TensorSizes
  private let runner: any StrategyRunner

  /// Makes an instance.
  ///
  /// - Parameters:
  ///   - strategy: the strategy, from a `PluginCatalog`.
  ///   - settings: texts such as `gamma=0.5` for parameters that differ from their defaults.
  ///   - setup: what is known of the run.
  ///   - available: the inputs that the run can compute.
  ///   - services: what the run lends to the plugin.
  ///   - placement: where its code runs.
  /// - Throws: `PluginError` for settings, an input that is not available, an incomplete table, whatever the
  ///   plugin refuses, and a process that cannot be had or ends.
  public init(
    _ strategy: LocatedStrategy, settings: [String] = [], setup: StrategySetup,
    available: Set<StrategyInput> = Set(StrategyInput.allCases), services: StrategyServices = .serial,
    placement: StrategyPlacement = .here
  ) throws(PluginError) {
    let values = try Self.values(strategy.manifest, settings, available)
    let runner: any StrategyRunner =
      switch placement {
      case .here: try LocalStrategy(strategy.manifest, strategy.functions(), values, setup, services)
      case .isolated(let isolation, let tensors):
        try IsolatedStrategy(strategy, values, setup, services, isolation, tensors)
      }
    self.init(strategy.manifest, values, setup.sizes, runner)
  }

  /// The instance that `runner` runs; the values are those of its parameters.
  init(
    _ manifest: StrategyManifest, _ values: [ParameterValue], _ sizes: TensorSizes,
    _ runner: any StrategyRunner
  ) {
    self.manifest = manifest
    self.values = values
    self.sizes = sizes
    self.runner = runner
  }

  /// The parameters' values, once every input that is needed is found to be available.
  private static func values(
    _ manifest: StrategyManifest, _ settings: [String], _ available: Set<StrategyInput>
  ) throws(PluginError) -> [ParameterValue] {
    let values = try manifest.values(settings)
    if let missing = manifest.inputs.first(where: { !$0.isOptional && !available.contains($0.name) }) {
      throw .unavailableInput(strategy: manifest.id, input: missing.name)
    }
    return values
  }

  // MARK: - Steps

  /// Has the strategy fill its outputs for one batch, and checks them.
  ///
  /// - Parameters:
  ///   - context: where in the run this is; its batch is at most that of the setup.
  ///   - tensors: holds the declared inputs for this batch (an optional one may be missing) and the batch's
  ///     sample ids; its declared outputs are *overwritten*.
  /// - Throws: `PluginError.failed`, `.badOutput` and `.ended`; the outputs are then meaningless.
  public mutating func step(
    _ context: StepContext, _ tensors: StepTensors
  ) throws(PluginError) -> StepOutcome {
    precondition(
      (1...max(1, sizes.batch)).contains(context.batch) && sizes == tensors.sizes,
      "a batch of \(context.batch) and tensors of \(tensors.sizes) for a setup of \(sizes)")
    var sizes = sizes
    sizes.batch = context.batch
    OutputCheck.mark(manifest.outputs, tensors, sizes)
    let isUniform = try runner.step(context, tensors, sizes)
    return try OutputCheck.check(manifest, tensors, sizes, step: context.step, isUniform: isUniform)
  }

  /// Destroys the plugin's instance, which is otherwise done when this value goes; nothing can be asked of it then.
  ///
  /// - Throws: `PluginError.ended` where an isolated plugin does not survive it.
  public mutating func finish() throws(PluginError) { try runner.finish() }

  // MARK: - State

  /// Everything that later steps depend on; empty where the strategy has no state.
  public mutating func saveState() throws(PluginError) -> [NamedTensor] {
    manifest.hasState ? try runner.saveState() : []
  }

  /// Goes back to a saved state.
  ///
  /// - Throws: `PluginError.failed` when the plugin refuses it, and `.badState` for state that the strategy
  ///   does not have; the instance then stays as it was.
  public mutating func loadState(_ state: [NamedTensor]) throws(PluginError) {
    if manifest.hasState { return try runner.loadState(state) }
    guard state.isEmpty else {
      throw .badState(strategy: manifest.id, reason: "\(state.count) tensors for a strategy without state")
    }
  }
}
