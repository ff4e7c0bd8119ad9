/// How durations spread, in milliseconds.
package struct Spread: Sendable, Equatable {
  /// The durations in the order measured.
  package let all: [Double]
  private let sorted: [Double]

  /// At least one duration, in seconds.
  package init(seconds: [Double]) {
    precondition(!seconds.isEmpty, "a spread of no durations")
    all = seconds.map { $0 * 1000 }
    sorted = all.sorted()
  }

  package var median: Double { quantile(0.5) }
  package var least: Double { sorted[0] }

  /// The value that the share `rank` of the durations does not exceed, interpolated between neighbours.
  package func quantile(_ rank: Double) -> Double {
    let position = rank * Double(sorted.count - 1)
    let below = Int(position)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
  }
}
