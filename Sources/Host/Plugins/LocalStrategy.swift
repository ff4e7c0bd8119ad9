internal import Models
internal import PluginABI

/// An instance of a strategy whose code runs in this process.
///
/// The instance is destroyed with this object; its library stays open.
@safe
final class LocalStrategy: StrategyRunner {
  private let functions: StrategyFunctions
  private let instance: UnsafeMutableRawPointer?
  private let services: HostServices
  private let ports: StrategyPorts
  private var hasEnded = false

  /// Makes an instance.
  ///
  /// - Throws: `PluginError` for whatever the plugin refuses.
  init(
    _ manifest: StrategyManifest, _ functions: StrategyFunctions, _ values: [ParameterValue],
    _ setup: StrategySetup, _ services: StrategyServices
  ) throws(PluginError) {
    let host = HostServices(strategy: manifest.id, seed: setup.seed, services: services)
    unsafe self.instance = try unsafe create(functions, manifest, values, setup, host)
    self.functions = functions
    self.services = host
    self.ports = StrategyPorts(manifest)
  }

  deinit { finish() }

  func finish() {
    if hasEnded { return }
    hasEnded = true
    unsafe functions.destroy(instance)
  }

  func step(
    _ context: StepContext, _ tensors: StepTensors, _ sizes: TensorSizes
  ) throws(PluginError) -> Bool {
    ports.connect(to: tensors, sizes)
    var step = unsafe br_step()
    unsafe step.struct_size = UInt32(MemoryLayout<br_step>.size)
    unsafe step.input_count = UInt32(ports.inputCount)
    unsafe step.output_count = UInt32(ports.outputCount)
    unsafe step.inputs = UnsafePointer(ports.inputs)
    unsafe step.outputs = UnsafePointer(ports.outputs)
    unsafe step.host = UnsafePointer(services.table)
    unsafe step.batch = Int64(context.batch)
    unsafe step.epoch = Int64(context.epoch)
    unsafe step.step = Int64(context.step)
    unsafe step.progress = context.progress
    unsafe step.learning_rate = context.learningRate
    return try services.during(.step(context.step)) { unsafe functions.step(instance, &step) }
  }

  func saveState() throws(PluginError) -> [NamedTensor] {
    try services.saving {
      unsafe functions.save?(instance, UnsafePointer(services.table)) ?? BR_ERROR_INTERNAL
    }
  }

  func loadState(_ state: [NamedTensor]) throws(PluginError) {
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
  withExtendedLifetime(counts) {}
  return unsafe instance
}
