extension Batch {
  /// An input of floats with a row for each sample, all of them finite.
  ///
  /// - Parameters:
  ///   - input: one of `[B]`, or of `[B, width]`.
  ///   - width: the elements of a row.
  /// - Throws: `StrategyError.numeric` for one that is infinite or no number, `.argument` for another shape,
  ///   and what `floats` throws.
  @_lifetime(copy self)
  public func finite(_ input: Input, width: Int = 1) throws -> Span<Float> {
    let values = try floats(input)
    guard values.count == count * width else {
      throw StrategyError.argument(
        "'\(input.rawValue)' has \(values.count) elements for \(count) samples of \(width)")
    }
    for i in values.indices where !values[i].isFinite {
      throw StrategyError.numeric("the \(input.rawValue) of sample \(i / width) of the batch is \(values[i])")
    }
    return values
  }

  /// The class of each sample, `[B]`, each less than `classes`.
  ///
  /// - Throws: `StrategyError.argument` for another class or shape, and what `integers` throws.
  @_lifetime(copy self)
  public func targets(of classes: Int) throws -> Span<Int64> {
    let targets = try integers(.target)
    guard targets.count == count else {
      throw StrategyError.argument("\(targets.count) classes of \(count) samples")
    }
    for i in targets.indices where targets[i] < 0 || targets[i] >= classes {
      throw StrategyError.argument("sample \(i) of the batch is of class \(targets[i]) of \(classes)")
    }
    return targets
  }
}

extension Setup {
  /// Training samples per class; a class without any counts as one of a single sample, so that none is
  /// divided by.
  public var countsFromOne: [Double] { classCounts.map { Double(max(1, $0)) } }
}
