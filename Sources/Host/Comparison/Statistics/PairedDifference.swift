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
  /// The test's p, adjusted by Holm's method for all methods that are compared with the same baseline by this metric.
  public internal(set) var adjustedP: Double?
  /// The smallest adjusted p that so many differences could have given, beside those of the other methods.
  public internal(set) var smallestAdjustedP: Double?
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
