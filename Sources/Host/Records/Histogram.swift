/// How often values of each size occurred, in buckets that grow by a tenth: TensorBoard's, whatever the range.
///
/// Its size does not depend on how much is counted.
public struct Histogram: Sendable, Equatable {
  /// The number of values counted; values that are not finite are left out.
  public private(set) var count = 0
  /// The smallest value; positive infinity before the first.
  public private(set) var minimum = Double.infinity
  /// The largest value; negative infinity before the first.
  public private(set) var maximum = -Double.infinity
  /// The sum of the values.
  public private(set) var sum = 0.0
  /// The sum of the values' squares.
  public private(set) var squareSum = 0.0
  private var counts = [Int](repeating: 0, count: Self.limits.count)

  /// Nothing counted yet.
  public init() {}

  /// The mean of the values; NaN before the first.
  public var mean: Double { sum / Double(count) }

  /// Counts one value.
  public mutating func add(_ value: Double) {
    guard value.isFinite else { return }
    count += 1
    minimum = min(minimum, value)
    maximum = max(maximum, value)
    sum += value
    squareSum += value * value
    counts[Self.bucket(of: value)] += 1
  }

  /// The buckets from the first to the last that is not empty: each one's upper limit and count. Runs of empty
  /// buckets are one.
  public var buckets: [(limit: Double, count: Int)] {
    guard let first = counts.firstIndex(where: { $0 > 0 }), let last = counts.lastIndex(where: { $0 > 0 })
    else { return [] }
    var buckets: [(limit: Double, count: Int)] = []
    for index in first...last {
      if counts[index] == 0, buckets.last?.count == 0 { buckets.removeLast() }
      buckets.append((Self.limits[index], counts[index]))
    }
    return buckets
  }

  // MARK: - Buckets

  /// Upper limits: 0, ±1e-12 · 1.1ᵏ up to 1e20, and the largest number.
  private static let limits: [Double] = {
    var positive: [Double] = []
    var limit = 1e-12
    while limit < 1e20 {
      positive.append(limit)
      limit *= 1.1
    }
    positive.append(.greatestFiniteMagnitude)
    return positive.reversed().map { -$0 } + [0] + positive
  }()

  /// The first bucket whose limit is above `value`; the last bucket for the largest number.
  private static func bucket(of value: Double) -> Int {
    var low = 0
    var high = limits.count - 1
    while low < high {
      let middle = (low + high) / 2
      if value < limits[middle] { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

// MARK: - State

extension Histogram {
  /// Everything counted.
  var snapshot: Snapshot {
    var snapshot = Snapshot()
    snapshot.add("count", integers: [count])
    snapshot.add("moments", doubles: [minimum, maximum, sum, squareSum])
    snapshot.add("counts", integers: counts)
    return snapshot
  }

  /// Goes back to what was counted then.
  package mutating func restore(_ snapshot: Snapshot) throws(SnapshotError) {
    count = try snapshot.counts("count", count: 1)[0]
    let moments = try snapshot.doubles("moments", count: 4)
    (minimum, maximum, sum, squareSum) = (moments[0], moments[1], moments[2], moments[3])
    counts = try snapshot.counts("counts", count: counts.count)
  }
}
