/// The effective sample size of a weighted batch, (Σw)² / Σw²: that of equal weights is their number, that of
/// one weight among zeros is 1 (Kish: "Survey sampling", 1965). For weights that sum to one it is 1 / Σw².
///
/// NaN where no weight is above zero.
public func effectiveSampleSize(of weights: Span<Float>) -> Double {
  var sum = 0.0
  var squares = 0.0
  for index in weights.indices {
    let weight = Double(weights[index])
    sum += weight
    squares += weight * weight
  }
  return sum * sum / squares
}

/// What the weights of an epoch's batches were like.
public struct WeightStatistics: Sendable, Equatable {
  /// Every weight as the strategy gave it.
  public private(set) var histogram = Histogram()
  /// The largest share of a single sample in its batch's weight, 0…1.
  public private(set) var largestShare = 0.0
  private var batches = 0
  private var effectiveSizes = 0.0
  private var classShares: [Double]

  /// Nothing counted yet, of data of `classes` classes.
  public init(classes: Int) { classShares = [Double](repeating: 0, count: classes) }

  /// The mean of the batches' effective sample sizes; NaN before the first.
  public var effectiveSampleSize: Double { effectiveSizes / Double(batches) }

  /// The share of each class in the batches' weight, `[C]`; sums to one, NaN before the first batch.
  public var classShare: [Double] { classShares.map { $0 / Double(batches) } }

  /// Counts one batch; one that teaches nothing is left out of shares and effective sample sizes.
  ///
  /// - Parameters:
  ///   - weights: the batch's weights, `[B]`, each at least zero.
  ///   - targets: the classes of its samples, `[B]`.
  /// - Returns: the batch's effective sample size.
  @discardableResult
  public mutating func add(weights: Span<Float>, targets: Span<Int64>) -> Double {
    precondition(weights.count == targets.count, "\(weights.count) weights of \(targets.count) samples")
    var sum = 0.0
    for index in weights.indices { sum += Double(weights[index]) }
    let isTeaching = teaches(sum, samples: weights.count)
    for index in weights.indices {
      let weight = Double(weights[index])
      histogram.add(weight)
      if isTeaching {
        classShares[Int(targets[index])] += weight / sum
        largestShare = max(largestShare, weight / sum)
      }
    }
    let size = Host.effectiveSampleSize(of: weights)
    if isTeaching, size.isFinite {
      batches += 1
      effectiveSizes += size
    }
    return size
  }
}

// MARK: - State

extension WeightStatistics {
  /// Everything counted.
  var snapshot: Snapshot {
    var snapshot = Snapshot()
    snapshot.add("batches", integers: [batches])
    snapshot.add("sums", doubles: [largestShare, effectiveSizes])
    snapshot.add("class_shares", doubles: classShares)
    snapshot.add("histogram", histogram.snapshot)
    return snapshot
  }

  /// Goes back to what was counted then.
  package mutating func restore(_ snapshot: Snapshot) throws(SnapshotError) {
    batches = try snapshot.counts("batches", count: 1)[0]
    let sums = try snapshot.doubles("sums", count: 2)
    (largestShare, effectiveSizes) = (sums[0], sums[1])
    classShares = try snapshot.doubles("class_shares", count: classShares.count)
    try histogram.restore(snapshot.part("histogram"))
  }
}
