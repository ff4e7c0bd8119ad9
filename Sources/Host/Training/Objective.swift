/// The loss of a run: cross-entropy, or a plugin's.
enum Objective: ~Copyable {
  case crossEntropy
  case plugin(StrategyInstance)

  /// Ends the plugin, where there is one.
  mutating func finish() throws(PluginError) {
    switch consume self {
    case .crossEntropy: self = .crossEntropy
    case .plugin(var instance):
      do throws(PluginError) { try instance.finish() } catch {
        self = .plugin(instance)
        throw error
      }
      self = .plugin(instance)
    }
  }

  /// Leaves the batch's loss and its gradient by the logits in `inputs`, which hold those of the cross-entropy.
  ///
  /// - Parameter wanted: the inputs that the plugin asked for.
  mutating func evaluate(
    _ context: StepContext, _ inputs: inout StepInputs, wanted: Set<StrategyInput>
  ) throws(PluginError) {
    switch consume self {
    case .crossEntropy: self = .crossEntropy
    case .plugin(var instance):
      inputs.fillFromGradients(wanted, samples: context.batch)
      do throws(PluginError) { _ = try instance.step(context, inputs.tensors) } catch {
        self = .plugin(instance)
        throw error
      }
      self = .plugin(instance)
      inputs.takeObjective(samples: context.batch)
    }
  }
}
