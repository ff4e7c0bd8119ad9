internal import Models
internal import PluginABI

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

/// One running instance of a strategy, owned by one training run.
///
/// The instance is destroyed with this value; its library stays open. Calls may come from any thread, one at a
/// time.
@safe
public struct StrategyInstance: ~Copyable {
  /// What the strategy says about itself.
  public let manifest: StrategyManifest
  /// The value of every parameter, in the manifest's order.
  public let values: [ParameterValue]
  private let sizes: TensorSizes
  private let functions: StrategyFunctions
  private let instance: UnsafeMutableRawPointer?
  private let services: HostServices
  private let ports: StrategyPorts

  /// Makes an instance.
  ///
  /// - Parameters:
  ///   - strategy: the strategy, from a `PluginCatalog`.
  ///   - settings: texts such as `gamma=0.5` for parameters that differ from their defaults.
  ///   - setup: what is known of the run.
  ///   - available: the inputs that the run can compute.
  ///   - services: what the run lends to the plugin.
  /// - Throws: `PluginError` for settings, an input that is not available, an incomplete table, and whatever
  ///   the plugin refuses.
  public init(
    _ strategy: LocatedStrategy, settings: [String] = [], setup: StrategySetup,
    available: Set<StrategyInput> = Set(StrategyInput.allCases), services: StrategyServices = .serial
  ) throws(PluginError) {
    let functions = try strategy.functions()
    try self.init(
      strategy.manifest, functions, settings: settings, setup: setup, available: available, services: services
    )
  }

  /// Makes an instance of the strategy whose code is `functions`.
  init(
    _ manifest: StrategyManifest, _ functions: StrategyFunctions, settings: [String], setup: StrategySetup,
    available: Set<StrategyInput> = Set(StrategyInput.allCases), services: StrategyServices
  ) throws(PluginError) {
    let values = try manifest.values(settings)
    if let missing = manifest.inputs.first(where: { !$0.isOptional && !available.contains($0.name) }) {
      throw .unavailableInput(strategy: manifest.id, input: missing.name)
    }
    let host = HostServices(strategy: manifest.id, seed: setup.seed, services: services)
    unsafe self.instance = try unsafe create(functions, manifest, values, setup, host)
    self.manifest = manifest
    self.values = values
    self.sizes = setup.sizes
    self.functions = functions
    self.services = host
    self.ports = StrategyPorts(manifest)
  }

  deinit { unsafe functions.destroy(instance) }

  // MARK: - Steps

  /// Has the strategy fill its outputs for one batch, and checks them.
  ///
  /// - Parameters:
  ///   - context: where in the run this is; its batch is at most that of the setup.
  ///   - tensors: holds the declared inputs for this batch (an optional one may be missing) and the batch's
  ///     sample ids; its declared outputs are *overwritten*.
  /// - Throws: `PluginError.failed` and `.badOutput`; the outputs are then meaningless.
  public mutating func step(
    _ context: StepContext, _ tensors: StepTensors
  ) throws(PluginError) -> StepOutcome {
    precondition(
      (1...max(1, sizes.batch)).contains(context.batch) && sizes == tensors.sizes,
      "a batch of \(context.batch) and tensors of \(tensors.sizes) for a setup of \(sizes)")
    var sizes = sizes
    sizes.batch = context.batch
    ports.connect(to: tensors, sizes)
    OutputCheck.mark(manifest.outputs, tensors, sizes)

    var step = unsafe br_step()
    unsafe step.struct_size = UInt32(MemoryLayout<br_step>.size)
    unsafe step.input_count = UInt32(manifest.inputs.count)
    unsafe step.output_count = UInt32(manifest.outputs.count)
    unsafe step.inputs = UnsafePointer(ports.inputs)
    unsafe step.outputs = UnsafePointer(ports.outputs)
    unsafe step.host = UnsafePointer(services.table)
    unsafe step.batch = Int64(context.batch)
    unsafe step.epoch = Int64(context.epoch)
    unsafe step.step = Int64(context.step)
    unsafe step.progress = context.progress
    unsafe step.learning_rate = context.learningRate
    let code = try services.during(.step(context.step)) {
      unsafe functions.step(instance, &step)
    }
    return try OutputCheck.check(manifest, tensors, sizes, step: context.step, isUniform: code == BR_UNIFORM)
  }

  // MARK: - State

  /// Everything that later steps depend on; empty where the strategy has no state.
  public mutating func saveState() throws(PluginError) -> [NamedTensor] {
    guard manifest.hasState else { return [] }
    return try services.saving {
      unsafe functions.save?(instance, UnsafePointer(services.table)) ?? BR_ERROR_INTERNAL
    }
  }

  /// Goes back to a saved state.
  ///
  /// - Throws: `PluginError.failed` when the plugin refuses it, and `.badState` for state that the strategy
  ///   does not have; the instance then stays as it was.
  public mutating func loadState(_ state: [NamedTensor]) throws(PluginError) {
    guard manifest.hasState else {
      guard state.isEmpty else {
        throw .badState(strategy: manifest.id, reason: "\(state.count) tensors for a strategy without state")
      }
      return
    }
    try services.loading(state) {
      unsafe functions.load?(instance, UnsafePointer(services.table)) ?? BR_ERROR_INTERNAL
    }
  }
}

/// Calls the plugin's `create`; everything that it is shown dies afterwards.
private func create(
  _ functions: StrategyFunctions, _ manifest: StrategyManifest, _ values: [ParameterValue],
  _ setup: StrategySetup,
  _ host: HostServices
) throws(PluginError) -> UnsafeMutableRawPointer? {
  let parameters = ParameterBlock(values)
  let id = CText(manifest.id)
  var counts = Buffer<Int64>(count: setup.classCounts.count)
  for (index, count) in setup.classCounts.enumerated() { counts[index] = count }
  var instance: UnsafeMutableRawPointer?
  var record = unsafe br_setup()
  unsafe record.struct_size = UInt32(MemoryLayout<br_setup>.size)
  unsafe record.param_count = UInt32(values.count)
  unsafe record.params = UnsafePointer(parameters.values)
  unsafe record.strategy_id = UnsafePointer(id.start)
  unsafe record.host = UnsafePointer(host.table)
  unsafe record.classes = Int64(setup.sizes.classes)
  unsafe record.features = Int64(setup.sizes.features)
  unsafe record.gradient_length = Int64(setup.sizes.gradientLength)
  unsafe record.training_samples = Int64(setup.trainingSamples)
  unsafe record.largest_batch = Int64(setup.sizes.batch)
  unsafe record.class_count = UnsafePointer(counts.base)
  unsafe record.seed = setup.seed
  _ = try host.during(.create) { unsafe functions.create(&record, &instance) }
  withExtendedLifetime((parameters, id)) {}
  return unsafe instance
}
