/// The loss of a run: cross-entropy, or a plugin's.
enum Objective: ~Copyable {
  case crossEntropy
  case plugin(StrategyInstance)

  /// Leaves the batch's loss and its gradient by the logits in `inputs`, which hold those of the cross-entropy.
  ///
  /// - Parameter wanted: the inputs that the plugin asked for.
  mutating func evaluate(
    _ context: StepContext, _ inputs: inout StepInputs, wanted: Set<StrategyInput>
  ) throws(PluginError) {
    guard hasPlugin else { return }
    inputs.fillFromGradients(wanted, samples: context.batch)
    let tensors = inputs.tensors
    try withPlugin { plugin throws(PluginError) in _ = try plugin.step(context, tensors) }
    inputs.takeObjective(samples: context.batch)
  }

  /// Everything that later steps depend on; empty where there is no plugin, or it has no state.
  mutating func saveState() throws(PluginError) -> [NamedTensor] {
    try withPlugin { plugin throws(PluginError) in try plugin.saveState() } ?? []
  }

  /// Goes back to a saved state.
  mutating func loadState(_ state: [NamedTensor]) throws(PluginError) {
    try withPlugin { plugin throws(PluginError) in try plugin.loadState(state) }
  }

  /// Ends the plugin, where there is one.
  mutating func finish() throws(PluginError) {
    try withPlugin { plugin throws(PluginError) in try plugin.finish() }
  }

  private var hasPlugin: Bool {
    switch self {
    case .crossEntropy: false
    case .plugin: true
    }
  }

  /// Calls `body` with the plugin, where there is one.
  @discardableResult
  private mutating func withPlugin<Result>(
    _ body: (inout StrategyInstance) throws(PluginError) -> Result
  ) throws(PluginError) -> Result? {
    switch consume self {
    case .crossEntropy:
      self = .crossEntropy
      return nil
    case .plugin(var plugin):
      do throws(PluginError) {
        let result = try body(&plugin)
        self = .plugin(plugin)
        return result
      } catch {
        self = .plugin(plugin)
        throw error
      }
    }
  }
}
