/// The mean of every training sample's scores over the epochs, in memory that does not grow.
public struct ScoreLedger: Sendable, Equatable {
  private let classes: [Int64]
  private var sums: [Double]
  private var counts: [UInt32]

  /// No scores yet for samples of these `classes`, `[N]`; a sample's id is its row.
  public init(classes: [Int64]) {
    self.classes = classes
    sums = [Double](repeating: 0, count: classes.count)
    counts = [UInt32](repeating: 0, count: classes.count)
  }

  /// Adds the scores of one batch.
  ///
  /// - Parameters:
  ///   - scores: one for each sample of the batch, `[B]`.
  ///   - sampleIDs: their ids, `[B]`.
  public mutating func add(_ scores: Span<Float>, sampleIDs: Span<Int64>) {
    precondition(scores.count == sampleIDs.count, "\(scores.count) scores of \(sampleIDs.count) samples")
    for index in scores.indices {
      let sample = Int(sampleIDs[index])
      sums[sample] += Double(scores[index])
      counts[sample] &+= 1
    }
  }

  /// The mean score of `sample`; NaN if it was never scored.
  public func mean(of sample: Int) -> Double { sums[sample] / Double(counts[sample]) }

  /// The content of `score.npy`: f64 [N, 3], each row a sample's id, its mean score (NaN if it was never
  /// scored) and its class.
  public var tensor: NamedTensor {
    var rows: [Double] = []
    rows.reserveCapacity(3 * classes.count)
    for sample in classes.indices { rows += [Double(sample), mean(of: sample), Double(classes[sample])] }
    return NamedTensor(name: "score", shape: [classes.count, 3], doubles: rows)
  }
}

// MARK: - State

extension ScoreLedger {
  /// The sums and numbers of all scores so far.
  var snapshot: Snapshot {
    var snapshot = Snapshot()
    snapshot.add("sums", doubles: sums)
    snapshot.add("counts", integers: counts)
    return snapshot
  }

  /// Goes back to the scores so far then.
  package mutating func restore(_ snapshot: Snapshot) throws(SnapshotError) {
    sums = try snapshot.doubles("sums", count: classes.count)
    counts = try snapshot.counts("counts", count: classes.count).map { UInt32(clamping: $0) }
  }
}
