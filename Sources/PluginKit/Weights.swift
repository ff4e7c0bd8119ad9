/// What the weights of a batch are filled with.
extension MutableSpan where Element == Float {
  /// Overwrites the weights by shares of one: `share(i) / Σ share`.
  ///
  /// - Parameter share: what sample `i` counts beside the others; asked for twice. Finite and at least zero.
  /// - Throws: `StrategyError.useUniformWeights` where no sample counts.
  public mutating func fillShares(_ share: (Int) -> Double) throws {
    var sum = 0.0
    for i in indices { sum += share(i) }
    guard sum > 0 else { throw StrategyError.useUniformWeights }
    for i in indices { self[i] = Float(share(i) / sum) }
  }

  /// Makes weights that are all zero, which the host does not take, so small that the batch's gradient is
  /// nothing; momentum and weight decay still act.
  ///
  /// For methods that mean it where they give a batch no weight at all: "learn nothing from it". Where equal
  /// weights are meant, throw `StrategyError.useUniformWeights`.
  public mutating func replaceAllZero() {
    for i in indices where self[i] != 0 { return }
    for i in indices { self[i] = 0x1p-64 }
  }
}
