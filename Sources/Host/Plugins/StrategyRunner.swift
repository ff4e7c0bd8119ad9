/// Where a strategy's code runs: in this process, or in one of its own.
///
/// Calls may come from any thread, one at a time.
protocol StrategyRunner: AnyObject {
  /// Has the strategy fill its outputs for one batch; true when it asks for uniform weights instead.
  ///
  /// - Parameters:
  ///   - context: where in the run this is.
  ///   - tensors: holds the declared inputs; the declared outputs, which are marked, are *overwritten*.
  ///   - sizes: the dimensions of this batch.
  func step(
    _ context: StepContext, _ tensors: StepTensors, _ sizes: TensorSizes
  ) throws(PluginError) -> Bool

  /// Everything that later steps depend on; only asked of strategies with state.
  func saveState() throws(PluginError) -> [NamedTensor]

  /// Goes back to a saved state; only asked of strategies with state.
  func loadState(_ state: [NamedTensor]) throws(PluginError)

  /// Destroys the instance; the last call. Whoever goes without it does so, too.
  func finish() throws(PluginError)
}
