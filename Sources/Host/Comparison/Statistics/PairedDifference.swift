/// How much a metric of a method differs from the baseline's, seed by seed.
public struct PairedDifference: Sendable {
  /// The seeds of the pairs that have the metric.
  public let seeds: [UInt64]
  /// The method's value minus the baseline's, in the order of `seeds`.
  public let values: [Double]
  /// What these are like.
  public let spread: SampleSpread
  /// The test of their signs; nil of fewer than two.
  public let test: SignFlipTest?
  /// The test's p, adjusted by Holm's method for all methods that are compared with the baseline by this metric.
  public internal(set) var adjustedP: Double?
  /// How many methods that are.
  public internal(set) var family = 0

  /// The differences of the pairs' values of `metric`.
  init(_ metric: Metric, _ pairing: Pairing) {
    var seeds: [UInt64] = []
    var values: [Double] = []
    for pair in pairing.pairs {
      guard let value = pair.run.value(of: metric), let base = pair.base.value(of: metric) else { continue }
      seeds.append(pair.seed)
      // What only rounding can have made is none.
      values.append(abs(value - base) <= 1e-14 * max(value, base) ? 0 : value - base)
    }
    (self.seeds, self.values) = (seeds, values)
    spread = SampleSpread(values)
    test = values.count >= 2 ? SignFlipTest(values) : nil
  }
}

/// A metric of all methods, and how it differs from the baseline.
public struct MetricComparison: Sendable {
  /// A method's part.
  public struct Row: Sendable {
    /// The method's label.
    public let label: String
    /// The metric over the method's finished runs.
    public let spread: SampleSpread
    /// The difference to the baseline; nil for the baseline itself.
    public let difference: PairedDifference?
    /// What can be said about it; nil for the baseline itself.
    public let conclusion: Conclusion?
  }

  /// The metric.
  public let metric: Metric
  /// The methods, in the order of the comparison.
  public let rows: [Row]

  /// Whether any finished run has the metric.
  public var isKnown: Bool { rows.contains { $0.spread.count > 0 } }

  /// The metric of `methods`, whose pairs with the first of them are `pairings`.
  init(_ metric: Metric, of methods: [ComparedMethod], _ pairings: [Pairing]) {
    self.metric = metric
    var differences = pairings.map { PairedDifference(metric, $0) }
    let tested = differences.indices.filter { differences[$0].test != nil }
    let adjusted = holmAdjusted(tested.compactMap { differences[$0].test?.p })
    for (index, p) in zip(tested, adjusted) {
      differences[index].adjustedP = p
      differences[index].family = tested.count
    }
    rows = methods.enumerated().map { index, method in
      let difference = index > 0 ? differences[index - 1] : nil
      return Row(
        label: method.label, spread: SampleSpread(method.values(of: metric)), difference: difference,
        conclusion: difference.map { Conclusion($0, metric, pairings[index - 1]) })
    }
  }
}
