/// From where to where.
public struct Interval: Sendable, Equatable {
  /// The ends, the lower one first.
  public let low, high: Double

  /// Whether 0 is outside.
  public var excludesZero: Bool { low > 0 || high < 0 }
}

/// What a few values are like: their mean, and how far they lie from it.
public struct SampleSpread: Sendable, Equatable {
  /// How many values there are.
  public let count: Int
  /// Their mean; nil without values.
  public let mean: Double?
  /// Their sample standard deviation, √(Σ(x − mean)² / (n − 1)); nil of fewer than two.
  public let deviation: Double?
  /// The 95 % interval of the mean, mean ± t · deviation / √n with Student's t at n − 1 degrees of freedom (Student:
  /// "The probable error of a mean", Biometrika 6, 1908); nil of fewer than two values and of equal ones, which say
  /// nothing about how far others might lie.
  public var interval: Interval? { interval(level: Self.level) }

  /// The probability of intervals.
  public static let level = 0.95

  /// The interval of the mean at another probability; nil where there is none.
  func interval(level: Double) -> Interval? {
    guard let mean, let deviation, deviation > 0 else { return nil }
    let reach = Student.quantile(level: level, freedom: count - 1) * deviation / Double(count).squareRoot()
    return Interval(low: mean - reach, high: mean + reach)
  }

  /// What `values` are like, each finite.
  public init(_ values: [Double]) {
    count = values.count
    mean = Host.mean(of: values)
    guard let mean, count >= 2 else {
      deviation = nil
      return
    }
    let squares = values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
    let largest = values.reduce(0.0) { max($0, abs($1)) }
    let found = (squares / Double(count - 1)).squareRoot()
    deviation = found <= 1e-13 * largest ? 0 : found  // of equal values, rounding may leave a little
  }
}
