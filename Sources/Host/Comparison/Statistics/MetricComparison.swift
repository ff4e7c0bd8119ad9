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

  /// Adjusts the p of differences to one baseline for each other.
  private static func adjust(_ differences: inout [PairedDifference?], _ family: [Int]) {
    let tests = family.compactMap { differences[$0]?.test }
    let p = tests.map(\.p)
    let adjusted = holmAdjusted(p)
    for (place, index) in family.enumerated() {
      var least = p
      least[place] = tests[place].smallest
      differences[index]?.adjustedP = adjusted[place]
      differences[index]?.smallestAdjustedP = holmAdjusted(least)[place]
      differences[index]?.family = family.count
    }
  }

  /// The metric of `methods`, each with its pairs with what it is compared with; nil for a baseline.
  init(
    _ metric: Metric, of methods: [ComparedMethod], comparedWith references: [Int?], _ pairings: [Pairing?]
  ) {
    self.metric = metric
    var differences = pairings.map { $0.map { PairedDifference(metric, $0) } }
    let tested = differences.indices.filter { differences[$0]?.test != nil }
    for family in Dictionary(grouping: tested, by: { references[$0] }).values {
      Self.adjust(&differences, family)
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
