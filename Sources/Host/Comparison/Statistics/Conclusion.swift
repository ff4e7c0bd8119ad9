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
    /// The 95 % interval alone, where so few seeds leave the test no chance.
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
    let amount = number(abs(average))
    guard let test = difference.test, let adjusted = difference.adjustedP else {
      let side = average == 0 ? "equal" : "\(amount) \(average > 0 ? "higher" : "lower")"
      let text = "\(side) in the one paired seed: no deviation, no interval and no p can be given"
      self.init(.tooFewSeeds, nil, text, metric)
      return
    }
    if difference.values.allSatisfy({ $0 == 0 }) {
      self.init(.equal, nil, "the same in all \(seeds)", metric)
      return
    }
    let interval = difference.spread.interval
    let excludes = interval?.excludesZero == true
    let range = interval.map { "the 95 % interval, \(signed($0.low)) to \(signed($0.high))," }
    let direction: Finding = average > 0 ? .higher : .lower
    let word = average > 0 ? "higher" : "lower"
    let p =
      "sign-flip p \(probability(test.p))"
      + (difference.family > 1 ? ", \(probability(adjusted)) adjusted for \(difference.family) methods" : "")
      + (test.isExact ? "" : ", of \(test.flips) random flips")
    let smallest = min(1, test.smallest * Double(difference.family))
    let bound =
      difference.family > 1
      ? "p adjusted for \(difference.family) methods can be under \(probability(smallest))"
      : "p can be under \(probability(smallest))"

    if smallest > Self.level {
      if excludes, let range {
        let caution = difference.family > 1 ? ", nor adjusted for \(difference.family) methods" : ""
        let text =
          "\(word) by \(amount): \(range) excludes 0, though with \(seeds) no sign-flip \(bound); the interval "
          + "takes differences to be normally distributed and is not confirmed by that test\(caution)"
        self.init(direction, .interval, text, metric)
      } else {
        let why = range.map { "\($0) includes 0" } ?? "equal differences have no interval"
        self.init(.tooFewSeeds, nil, "too few seeds to tell (\(count)): \(why), and no \(bound)", metric)
      }
    } else if adjusted <= Self.level {
      let aside = excludes ? "" : range.map { "; \($0) includes 0" } ?? ""
      let inside = excludes ? range.map { "\($0) excludes 0; " } ?? "" : ""
      self.init(direction, .test, "\(word) by \(amount) in \(seeds): \(inside)\(p)\(aside)", metric)
    } else {
      let aside = excludes ? range.map { ", although \($0) excludes 0" } ?? "" : ""
      self.init(.notDistinguishable, nil, "not distinguishable with \(seeds): \(p)\(aside)", metric)
    }
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

/// A difference as sentences show it: in four digits after the point, or in the digits that it takes.
func number(_ value: Double) -> String {
  abs(value) >= 0.00005 || value == 0 ? decimal(value, places: 4) : scientific(value)
}

/// A difference with its sign, which is never left out.
func signed(_ value: Double) -> String {
  let text = number(value)
  return value > 0 && !text.hasPrefix("-") ? "+" + text : text
}

/// A probability: three digits after the point, or two that count where it is smaller than that.
func probability(_ p: Double) -> String {
  if p >= 0.0995 || p == 0 { return decimal(p, places: 2) }
  return p >= 0.00095 ? decimal(p, places: p >= 0.00995 ? 3 : 4) : scientific(p)
}

/// Two digits and a power of ten.
private func scientific(_ value: Double) -> String {
  guard value != 0, value.isFinite else { return value.description }
  var exponent = 0
  var mantissa = abs(value)
  while mantissa < 0.995, exponent > -400 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
  while mantissa >= 9.95, exponent < 400 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
  return (value < 0 ? "-" : "") + decimal(mantissa, places: 1) + "e\(exponent)"
}
