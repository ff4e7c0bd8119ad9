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

  /// The metric of `methods`, each with its pairs with what it is compared with; nil for a baseline.
  init(_ metric: Metric, of methods: [ComparedMethod], _ pairings: [Pairing?]) {
    self.metric = metric
    var differences = pairings.map { $0.map { PairedDifference(metric, $0) } }
    let tested = differences.indices.filter { differences[$0]?.test != nil }
    let adjusted = holmAdjusted(tested.compactMap { differences[$0]?.test?.p })
    for (index, p) in zip(tested, adjusted) {
      differences[index]?.adjustedP = p
      differences[index]?.family = tested.count
    }
    rows = methods.indices.map { index in
      let difference = differences[index]
      let conclusion = pairings[index].flatMap { pairing in
        difference.map { Conclusion($0, metric, pairing) }
      }
      return Row(
        label: methods[index].label, spread: SampleSpread(methods[index].values(of: metric)),
        difference: difference, conclusion: conclusion)
    }
  }
}
