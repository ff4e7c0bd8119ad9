internal import Models

/// An instance of a strategy whose code runs in a process of its own.
///
/// Inputs are read there where the trainer has put them; outputs are copied from shared memory before they are
/// looked at, so that whatever the process does later cannot change them. The process ends with this object.
final class IsolatedStrategy: StrategyRunner {
  private let id: String
  private let path: String
  private let outputNames: [StrategyOutput]
  private let process: PluginProcess
  private let services: StrategyServices
  private let tensors: StepTensors
  /// What the process writes.
  private let written: StepTensors
  private let desk: Desk
  /// How the process has ended.
  private var end: PluginError?

  /// Starts the process and makes the instance there.
  ///
  /// - Parameter tensors: from `StepTensors.shared`.
  init(
    _ strategy: LocatedStrategy, _ values: [ParameterValue], _ setup: StrategySetup,
    _ services: StrategyServices,
    _ isolation: Isolation, _ tensors: StepTensors
  ) throws(PluginError) {
    guard let inputs = tensors.sharedInputs else {
      preconditionFailure("an isolated strategy needs tensors in shared memory")
    }
    let region = TensorRegion(outputs: setup.sizes).count
    let memory = try SharedMemory(count: region + Desk.byteCount, isReadOnlyElsewhere: false)
    id = strategy.manifest.id
    path = strategy.library.path
    outputNames = strategy.manifest.outputs
    desk = Desk(in: memory, at: region)
    written = StepTensors(inputs: [], sizes: setup.sizes, in: nil, outputsIn: memory)
    process = try PluginProcess(
      isolation, label: id, inputs: inputs.descriptor, outputs: memory.descriptor)
    self.services = services
    self.tensors = tensors
    let assignment = PluginAssignment(
      path: path, strategy: id, settings: strategy.manifest.settings(values), setup: setup,
      inputs: tensors.inputs, threads: isolation.threads, timeout: isolation.timeout,
      isLockedDown: isolation.isLockedDown)
    _ = try ask(PluginMessage(.create, assignment.json), during: .create)
  }

  // MARK: - Calls

  func step(
    _ context: StepContext, _ tensors: StepTensors, _ sizes: TensorSizes
  ) throws(PluginError) -> Bool {
    precondition(tensors === self.tensors, "an isolated strategy has one set of tensors")
    desk.place(context)
    let isUniform = try ask(PluginMessage(.step), during: .step(context.step)).isUniform
    for output in outputNames {
      let count = sizes.count(output.dimensions)
      tensors.output(output).buffer.copy(written.output(output).buffer, count: count)
    }
    return isUniform
  }

  func saveState() throws(PluginError) -> [NamedTensor] {
    let answer = try ask(PluginMessage(.save), during: .save)
    guard let state = try? SafeTensors(parsing: answer.bytes, path: id) else {
      throw ended(process.giveUp(), .save)
    }
    return state.tensors
  }

  func loadState(_ state: [NamedTensor]) throws(PluginError) {
    _ = try ask(PluginMessage(.load, SafeTensors(tensors: state).encoded), during: .load)
  }

  func finish() throws(PluginError) { _ = try ask(PluginMessage(.destroy), during: .destroy) }

  // MARK: - Asking

  private struct Answer {
    var isUniform = false
    var bytes: [UInt8] = []
  }

  /// Sends a request, passes on what the plugin says meanwhile, and turns every failure into an error.
  private func ask(_ request: PluginMessage, during call: PluginCall) throws(PluginError) -> Answer {
    if let end { throw end }
    let message: PluginMessage
    do throws(ProcessEnd) {
      let first = { request.kind == .step ? self.desk.answerSoon() : nil }
      let isCancelled = { request.kind == .step && self.passCancellation() }
      message = try process.ask(request, first: first, isCancelled: isCancelled, receive: pass)
    } catch { throw ended(error, call) }
    switch message.kind {
    case .state where call == .save: return Answer(bytes: message.bytes)
    case .refusal:
      if let refusal = PluginError(refusal: message.json) { throw refusal }
    case .done:
      guard let (number, text) = message.numberAndText else { break }
      let code = Int32(truncatingIfNeeded: number)
      let isUniform = try PluginError.check(code, text.isEmpty ? nil : text, of: id, in: call)
      return Answer(isUniform: isUniform)
    default: break
    }
    throw ended(process.giveUp(), call)
  }

  /// The error for every call from now on, which tells of this one.
  private func ended(_ end: ProcessEnd, _ call: PluginCall) -> PluginError {
    let error = PluginError.ended(plugin: id, path: path, call: call, end: end, lastWords: process.lastWords)
    self.end = error
    return error
  }

  /// Tells the plugin, too, where the user wants the run to end.
  private func passCancellation() -> Bool {
    guard services.isCancelled() else { return false }
    desk.cancel()
    return true
  }

  private func pass(_ message: PluginMessage) {
    switch message.kind {
    case .log:
      guard let (level, text) = message.numberAndText else { return }
      services.log(Int32(exactly: level).flatMap { PluginLogLevel(rawValue: $0) } ?? .info, text)
    case .metric:
      guard let (bits, name) = message.numberAndText else { return }
      services.checkedMetric(name, Double(bitPattern: UInt64(bitPattern: bits)))
    case .printed: services.log(.info, "printed: \(plainText(message.bytes))")
    default: break
    }
  }
}

extension StrategyManifest {
  /// The values as `--set` takes them.
  func settings(_ values: [ParameterValue]) -> [String] {
    zip(parameters, values).map { "\($0.name)=\($1)" }
  }
}
