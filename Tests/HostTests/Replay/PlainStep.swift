import Foundation
import Host

/// A recorded step, weighed by plain formulas.
struct PlainStep {
  let losses: [Double]
  let targets: [Int]
  private let cosines: [Float]

  init(_ archive: NPZ) throws {
    losses = try archive.array("loss").floats().map(Double.init)
    targets = try archive.array("target").int64s().map { Int($0) }
    cosines = try archive.array("cosine").floats()
  }

  /// The softmax over the negated numbers of samples whose gradients agree, which sum to one.
  func agreementWeights(gamma: Float, temperature: Double) -> [Double] {
    let count = losses.count
    let powers = (0..<count).map { i in
      exp(-Double((0..<count).filter { cosines[i * count + $0] >= gamma }.count) / temperature)
    }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}

/// Covariance over the product of the standard deviations, from the raw moments.
func pearson(_ x: [Double], _ y: [Double]) -> Double {
  let n = Double(x.count)
  func mean(_ values: [Double]) -> Double { values.reduce(0, +) / n }
  let covariance = mean(zip(x, y).map { $0 * $1 }) - mean(x) * mean(y)
  func deviation(_ values: [Double]) -> Double {
    (mean(values.map { $0 * $0 }) - mean(values) * mean(values)).squareRoot()
  }
  return covariance / (deviation(x) * deviation(y))
}

/// One more than the smaller values, and half of the equal others.
func ranks(_ values: [Double]) -> [Double] {
  values.map { value in
    let smaller = values.filter { $0 < value - 1e-12 }.count
    let equal = values.filter { abs($0 - value) <= 1e-12 }.count
    return Double(smaller) + Double(equal + 1) / 2
  }
}
