internal import Models
internal import PluginABI

/// An instance of a strategy that is shown structs of any length, and outputs between guard zones.
///
/// A class, so that the instance is destroyed with it whatever a test throws.
@safe
final class RawStrategy {
  private let functions: StrategyFunctions
  private let manifest: StrategyManifest
  private let setup: StrategySetup
  private let services: HostServices
  private var instance: UnsafeMutableRawPointer?

  /// The services in the order of the table, each with its offset.
  static let hostFields: [(name: String, offset: Int)] = [
    "log", "error", "metric", "cancelled", "scratch", "parallel_for", "sgemm", "uniform", "put", "get",
    "query",
  ].enumerated().map { index, name in
    unsafe (name, MemoryLayout<br_host>.size - (11 - index) * MemoryLayout<UnsafeRawPointer>.size)
  }

  /// The last fields of a step, which a strategy may do without, each with its offset.
  static let stepFields: [(name: String, offset: Int)] = ["epoch", "step", "progress", "learning_rate"]
    .enumerated().map { unsafe ($1, MemoryLayout<br_step>.size - (4 - $0) * 8) }

  /// The last field of a setup.
  static let setupFields: [(name: String, offset: Int)] = unsafe [("seed", MemoryLayout<br_setup>.size - 8)]

  /// Makes an instance.
  init(
    _ trial: StrategyTrial, setup length: RecordLength = .whole, host: RecordLength = .whole
  ) throws(PluginError) {
    manifest = trial.manifest
    setup = trial.setup()
    functions = try trial.strategy.functions()
    services = HostServices(strategy: manifest.id, seed: trial.seed, services: trial.services)
    let parameters = ParameterBlock(manifest.parameters.map(\.defaultValue))
    let id = CText(manifest.id)
    var counts = Buffer<Int64>(count: setup.classCounts.count)
    for (index, count) in setup.classCounts.enumerated() { counts[index] = count }
    let table = unsafe GuardedRecord(services.table.pointee, host)
    let record = unsafe GuardedRecord(
      br_setup(
        struct_size: 0, param_count: UInt32(manifest.parameters.count),
        params: UnsafePointer(parameters.values), strategy_id: UnsafePointer(id.start), host: table.pointer,
        classes: Int64(setup.sizes.classes), features: Int64(setup.sizes.features),
        gradient_length: Int64(setup.sizes.gradientLength), training_samples: Int64(setup.trainingSamples),
        largest_batch: Int64(setup.sizes.batch), class_count: UnsafePointer(counts.base), seed: setup.seed),
      length)
    var made: UnsafeMutableRawPointer?
    _ = try services.during(.create) { unsafe functions.create(record.pointer, &made) }
    unsafe instance = unsafe made
    unsafe withExtendedLifetime((parameters, id, table, record)) {}
    withExtendedLifetime(counts) {}
  }

  deinit { unsafe functions.destroy(instance) }

  /// What one step gave, and the outputs beside which it wrote.
  struct Outcome {
    let answer: Answer
    let overrun: [StrategyOutput]
  }

  /// Runs one step.
  func step(
    _ batch: TrialBatch, _ context: StepContext, record length: RecordLength = .whole,
    host: RecordLength = .whole
  ) throws(PluginError) -> Outcome {
    let tensors = batch.tensors()
    var sizes = setup.sizes
    sizes.batch = batch.count
    let ports = StrategyPorts(manifest)
    ports.connect(to: tensors, sizes)
    let outputs = manifest.outputs.map { GuardedOutput(count: sizes.count($0.dimensions)) }
    for (index, output) in outputs.enumerated() { unsafe ports.outputs[index].data = output.data }

    let table = unsafe GuardedRecord(services.table.pointee, host)
    let record = unsafe GuardedRecord(
      br_step(
        struct_size: 0, input_count: UInt32(manifest.inputs.count),
        output_count: UInt32(manifest.outputs.count), reserved: 0, inputs: UnsafePointer(ports.inputs),
        outputs: UnsafePointer(ports.outputs), host: table.pointer, batch: Int64(batch.count),
        epoch: Int64(context.epoch), step: Int64(context.step), progress: context.progress,
        learning_rate: context.learningRate),
      length)
    let isUniform = try services.during(.step(context.step)) {
      unsafe functions.step(instance, record.pointer)
    }
    unsafe withExtendedLifetime((table, record, ports, tensors)) {}

    for (name, output) in zip(manifest.outputs, outputs) { output.copy(to: tensors.output(name)) }
    let outcome = try OutputCheck.check(
      manifest, tensors, sizes, step: context.step, isUniform: isUniform)
    let overrun = zip(manifest.outputs, outputs).filter { !$1.isIntact }.map(\.0)
    return Outcome(answer: Answer(outcome, manifest, tensors, batch), overrun: overrun)
  }

  /// Saves the state with a table of this length, and loads it again.
  func saveAndLoad(host: RecordLength) throws(PluginError) {
    let table = unsafe GuardedRecord(services.table.pointee, host)
    let state = try services.saving { unsafe functions.save?(instance, table.pointer) ?? BR_ERROR_INTERNAL }
    try services.loading(state) { unsafe functions.load?(instance, table.pointer) ?? BR_ERROR_INTERNAL }
  }
}

/// Memory for an output with a zone on either side that nobody may write to.
@safe
private final class GuardedOutput {
  private static let zone = 256
  private static let mark = Float(bitPattern: 0x7FC0_CA4A)
  private let count: Int
  private var buffer: Buffer<Float>

  init(count: Int) {
    self.count = count
    buffer = Buffer(count: count + 2 * Self.zone, repeating: Self.mark)
  }

  var data: UnsafeMutableRawPointer { unsafe UnsafeMutableRawPointer(buffer.base + Self.zone) }

  var isIntact: Bool {
    let zones = [0..<Self.zone, Self.zone + count..<buffer.count]
    return zones.joined().allSatisfy { buffer[$0].bitPattern == Self.mark.bitPattern }
  }

  func copy(to slot: TensorSlot<Float>) {
    for index in 0..<count { slot.buffer[index] = buffer[Self.zone + index] }
  }
}
