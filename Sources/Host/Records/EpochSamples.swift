/// The relative weight and the loss of every visit of an epoch. Its memory grows to the longest epoch's.
public struct EpochSamples: Sendable, Equatable {
  private var weights: [Double] = []
  private var losses: [Double] = []

  /// The shares of `weightQuantiles`.
  public static let quantiles = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]
  /// The largest number of groups of `weightByLoss`.
  public static let groups = 10

  /// No visits yet, with room for `capacity` of them.
  public init(capacity: Int) {
    weights.reserveCapacity(capacity)
    losses.reserveCapacity(capacity)
  }

  /// Adds one visit.
  public mutating func add(weight: Double, loss: Double) {
    weights.append(weight)
    losses.append(loss)
  }

  /// Begins an epoch.
  public mutating func removeAll() {
    weights.removeAll(keepingCapacity: true)
    losses.removeAll(keepingCapacity: true)
  }

  /// The quantiles of the relative weights at the shares in `quantiles`, interpolated linearly as by numpy; empty
  /// before the first visit.
  public var weightQuantiles: [Double] {
    guard !weights.isEmpty else { return [] }
    let sorted = weights.sorted()
    return Self.quantiles.map { share in
      let place = share * Double(sorted.count - 1)
      let below = min(Int(place), sorted.count - 1)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
    }
  }

  /// The visits sorted by loss (equal ones as they came) in ten groups whose sizes differ by one at most, or one group
  /// a visit where they are fewer: each group's mean loss and mean relative weight.
  public var weightByLoss: [(loss: Double, weight: Double)] {
    let order = losses.indices.sorted { (losses[$0], $0) < (losses[$1], $1) }
    let groups = min(Self.groups, order.count)
    return (0..<groups).map { group in
      let members = order[group * order.count / groups..<(group + 1) * order.count / groups]
      let (loss, weight) = members.reduce((0.0, 0.0)) { ($0.0 + losses[$1], $0.1 + weights[$1]) }
      return (loss / Double(members.count), weight / Double(members.count))
    }
  }

  /// The members of the epoch's row in `metrics.jsonl`.
  var members: [JSON.Member] {
    [
      .init("weight_quantiles", JSON(weightQuantiles)),
      .init("weight_by_loss", .array(weightByLoss.map { JSON([$0.loss, $0.weight]) })),
    ]
  }
}

/// A weight as a multiple of the mean weight of its batch: w · B / Σw, so that uniform weights are 1; 0 where the batch
/// teaches nothing.
func relativeWeight(_ weight: Float, of sum: Double, samples: Int) -> Double {
  teaches(sum, samples: samples) ? Double(weight) * Double(samples) / sum : 0
}

/// Whether weights of this sum move anything: strategies that mean "learn nothing" give each sample 2⁻⁶⁴, for the host
/// takes no weights that are all zero.
func teaches(_ sum: Double, samples: Int) -> Bool { sum > Double(samples) * 0x1p-60 }

// MARK: - State

extension EpochSamples {
  /// The visits of the epoch so far.
  var snapshot: Snapshot {
    var snapshot = Snapshot()
    snapshot.add("count", integers: [weights.count])
    snapshot.add("weights", doubles: weights)
    snapshot.add("losses", doubles: losses)
    return snapshot
  }

  /// Goes back to the visits so far then.
  package mutating func restore(_ snapshot: Snapshot) throws(SnapshotError) {
    let count = try snapshot.counts("count", count: 1)[0]
    let weights = try snapshot.doubles("weights", count: count)
    let losses = try snapshot.doubles("losses", count: count)
    for number in weights + losses where !number.isFinite {
      throw .value(name: "weights and losses", "\(number)")
    }
    removeAll()
    self.weights += weights
    self.losses += losses
  }
}
