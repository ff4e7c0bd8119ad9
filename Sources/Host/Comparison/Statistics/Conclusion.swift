/// What the differences of a metric allow to say, and no more.
public struct Conclusion: Sendable, Equatable {
  /// What was found.
  public enum Finding: Sendable, Equatable {
    case higher, lower
    /// Every pair has the same value.
    case equal
    /// The test could have found a difference and did not.
    case notDistinguishable
    /// Not even the clearest differences would have been found.
    case tooFewSeeds
    /// No runs could be paired.
    case unpaired
  }

  /// What a difference is found by.
  public enum Basis: Sendable, Equatable {
    /// The sign-flip test, whose adjusted p is at most 0.05.
    case test
    /// The interval alone, adjusted for the number of methods, where so few seeds leave the test no chance.
    case interval
  }

  /// What was found.
  public let finding: Finding
  /// What a difference was found by; nil where none was.
  public let basis: Basis?
  /// It in words, to follow the method's and the metric's name: "higher by 0.012 …".
  public let text: String
  /// Whether the difference is for the better; nil where none was found.
  public let isBetter: Bool?

  /// The adjusted p that a difference is found at.
  static let level = 1 - SampleSpread.level

  init(_ difference: PairedDifference, _ metric: Metric, _ pairing: Pairing) {
    let count = difference.values.count
    let seeds = "\(count) paired seeds"
    guard let average = difference.spread.mean else {
      self.init(.unpaired, nil, Self.refusal(pairing), metric)
      return
    }
    guard let test = difference.test, let adjusted = difference.adjustedP,
      let smallest = difference.smallestAdjustedP
    else {
      let side = average == 0 ? "equal" : Self.change(average, metric)
      let text = "\(side) in the one paired seed: no deviation, no interval and no p"
      self.init(.tooFewSeeds, nil, text, metric)
      return
    }
    if difference.values.allSatisfy({ $0 == 0 }) {
      self.init(.equal, nil, "the same in all \(seeds)", metric)
      return
    }
    let interval = difference.spread.interval
    let range = interval.map { "\(signed($0.low)) to \(signed($0.high))" } ?? ""
    let excludes = interval?.excludesZero == true
    let direction: Finding = average > 0 ? .higher : .lower
    let change = Self.change(average, metric)
    let family = difference.family > 1 ? " adjusted for \(difference.family) methods" : ""

    var p = "sign-flip p \(probability(test.p))"
    if difference.family > 1 { p += ", \(probability(adjusted))\(family)" }
    if !test.isExact { p += ", of \(test.flips) random flips" }

    if adjusted <= Self.level {
      let side = excludes ? ", 95 % interval" : ", though the 95 % interval includes 0:"
      let text = "\(change) with \(seeds): \(p)" + (interval == nil ? "" : "\(side) \(range)")
      self.init(direction, .test, text, metric)
    } else if smallest <= Self.level {
      let aside = excludes ? ", although the 95 % interval excludes 0 (\(range))" : ""
      self.init(.notDistinguishable, nil, "not distinguishable with \(seeds): \(p)\(aside)", metric)
    } else {
      // No differences of so few seeds could have convinced the test. Intervals of several methods are wider, so that
      // all of them hold the truth together with the probability of one (Bonferroni).
      let wide = difference.spread.interval(level: 1 - Self.level / Double(difference.family))
      let isClear = wide?.excludesZero == true
      let range = wide.map { "\(signed($0.low)) to \(signed($0.high))" } ?? ""
      let kind =
        difference.family > 1 ? "95 % interval for \(difference.family) methods at once" : "95 % interval"
      let bound = "\(count) seeds give no sign-flip p\(family) under \(probability(smallest))"
      guard isClear else {
        let why = wide == nil ? "equal differences have no interval" : "the \(kind) includes 0 (\(range))"
        self.init(.tooFewSeeds, nil, "too few seeds to tell: \(why), and \(bound)", metric)
        return
      }
      let text = "\(change): the \(kind) excludes 0 (\(range), for normal differences), though \(bound)"
      self.init(direction, .interval, text, metric)
    }
  }

  /// How much higher or lower, and which that is where less is better.
  private static func change(_ average: Double, _ metric: Metric) -> String {
    let side = average > 0 ? "higher" : "lower"
    let sense = metric.isLowerBetter ? average > 0 ? " (worse)" : " (better)" : ""
    return "\(side)\(sense) by \(number(abs(average)))"
  }

  private init(_ finding: Finding, _ basis: Basis?, _ text: String, _ metric: Metric) {
    self.finding = finding
    self.basis = basis
    self.text = text
    switch finding {
    case .higher: isBetter = !metric.isLowerBetter
    case .lower: isBetter = metric.isLowerBetter
    default: isBetter = nil
    }
  }

  private static func refusal(_ pairing: Pairing) -> String {
    guard let first = pairing.refusals.first else {
      return pairing.pairs.isEmpty
        ? "no finished runs of one seed to pair" : "not known of both runs of any pair"
    }
    let names = first.differences.map { "\($0.name) (\($0.here) here, \($0.there) there)" }
    return "not paired, for runs of one seed differ in \(names.joined(separator: ", "))"
  }
}
