internal import Models

/// A strategy that is shown a recorded run, with the services that the run lent it.
///
/// A class, because it owns an instance, and `map` makes it where there is a second strategy.
final class ReplayedStrategy {
  /// What it is, for the answer.
  let side: Replay.Side
  private var instance: StrategyInstance

  /// Makes the instance, as the run would have made it.
  init(
    _ strategy: LocatedStrategy, _ settings: [String], _ trace: Trace, pool: ThreadPool,
    messages: PluginMessages, isCancelled: @escaping @Sendable () -> Bool, placement: StrategyPlacement
  ) throws {
    try strategy.require(.weighting)
    let manifest = strategy.manifest
    let values = try manifest.values(settings)
    for input in manifest.inputs where !input.isOptional && !trace.inputs.contains(input.name) {
      throw TraceError.missingInput(strategy: manifest.id, input: input.name, folder: trace.folder)
    }
    instance = try StrategyInstance(
      strategy, settings: settings, setup: trace.header.setup, available: trace.inputs,
      services: .run(for: manifest.id, pool: pool, messages: messages, isCancelled: isCancelled),
      placement: placement)
    side = Replay.Side(manifest, values)
  }

  /// The weights of a step, `[B]`.
  func weigh(_ context: StepContext, _ tensors: StepTensors) throws(PluginError) -> [Float] {
    _ = try instance.step(context, tensors)
    return tensors.output(.weight).buffer.array(prefix: context.batch)
  }
}

extension Replay.Side {
  /// A strategy with its parameters.
  init(_ manifest: StrategyManifest, _ values: [ParameterValue]) {
    strategy = TraceHeader.Plugin(manifest, values)
    let changed = zip(manifest.parameters, values).filter { $0.defaultValue != $1 }
    label = (["\(manifest.id) \(manifest.version)"] + changed.map { "\($0.name)=\($1)" }).joined(
      separator: " ")
    isRecorded = false
  }
}

extension TraceHeader.Plugin {
  /// The strategy with every parameter, for people.
  var label: String {
    (["\(id) \(version)"] + parameters.map { "\($0.key)=\($0.value.string ?? $0.value.line)" }).joined(
      separator: " ")
  }
}
