internal import Foundation

/// Student's t distribution.
package enum Student {
  /// The value that |t| exceeds with probability 1 − `level`, found by bisection to the last digits of a `Double`.
  ///
  /// - Parameters:
  ///   - level: the probability of the interval, above 0 and under 1.
  ///   - freedom: the degrees of freedom, at least 1.
  package static func quantile(level: Double, freedom: Int) -> Double {
    precondition(level > 0 && level < 1 && freedom >= 1, "level \(level) of \(freedom) degrees of freedom")
    var low = 0.0
    var high = 1.0
    while tail(beyond: high, freedom: freedom) > 1 - level, high < 1e150 { high *= 2 }
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return high }
      if tail(beyond: middle, freedom: freedom) > 1 - level { low = middle } else { high = middle }
    }
  }

  /// The probability of |T| > `t`: I(ν / (ν + t²); ν/2, 1/2) with ν degrees of freedom (Abramowitz and Stegun:
  /// "Handbook of mathematical functions", 1964, 26.7.1 and 26.5.27).
  package static func tail(beyond t: Double, freedom: Int) -> Double {
    let v = Double(freedom)
    return incompleteBeta(v / (v + t * t), v / 2, 0.5)
  }
}

/// The regularized incomplete beta function I(x; a, b), by the continued fraction of the NIST "Digital library of
/// mathematical functions", 8.17.22, evaluated by Lentz's method as Thompson and Barnett changed it ("Coulomb and
/// Bessel functions of complex arguments and order", J. Comput. Phys. 64, 1986).
///
/// - Parameters:
///   - x: in 0…1.
///   - a: above 0.
///   - b: above 0.
package func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  if x <= 0 { return 0 }
  if x >= 1 { return 1 }
  // The fraction converges fast on this side; the other one follows from I(x; a, b) = 1 − I(1 − x; b, a).
  if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
  let scale = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x)) / a
  func nonzero(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
  var c = 1.0
  var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
  var fraction = d
  for step in 1...10_000 {
    let m = Double(step)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    var factor = 1.0
    for coefficient in [even, odd] {
      d = 1 / nonzero(1 + coefficient * d)
      c = nonzero(1 + coefficient / c)
      factor = c * d
      fraction *= factor
    }
    if abs(factor - 1) < 1e-16 { break }
  }
  return scale * fraction
}

private func logGamma(_ x: Double) -> Double { lgamma(x) }
