/// What every training sample came to over all its visits, in memory that does not grow.
public struct SampleLedger: Sendable, Equatable {
  private let classes: [Int64]
  private var visits: [Int64]
  private var weightSums: [Double]
  private var lossSums: [Double]
  private var predictions: [Int64]
  private var scoreSums: [Double]
  private var scoreCounts: [Int64]

  /// No visits yet of samples of these `classes`, `[N]`; a sample's id is its row.
  public init(classes: [Int64]) {
    self.classes = classes
    visits = [Int64](repeating: 0, count: classes.count)
    weightSums = [Double](repeating: 0, count: classes.count)
    lossSums = weightSums
    predictions = [Int64](repeating: -1, count: classes.count)
    scoreSums = weightSums
    scoreCounts = visits
  }

  /// The number of samples.
  public var count: Int { classes.count }

  /// Adds one visit of a sample.
  ///
  /// - Parameters:
  ///   - weight: the sample's relative weight, as `relativeWeight` gives it.
  ///   - loss: its unweighted loss, in nats.
  ///   - prediction: the class of its largest logit.
  public mutating func add(sample: Int, weight: Double, loss: Double, prediction: Int) {
    visits[sample] &+= 1
    weightSums[sample] += weight
    lossSums[sample] += loss
    predictions[sample] = Int64(prediction)
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
      scoreSums[sample] += Double(scores[index])
      scoreCounts[sample] &+= 1
    }
  }

  // MARK: - Means

  /// The mean relative weight of `sample`; NaN if it was never visited.
  public func weight(of sample: Int) -> Double { weightSums[sample] / Double(visits[sample]) }
  /// The mean unweighted loss of `sample`, in nats; NaN if it was never visited.
  public func loss(of sample: Int) -> Double { lossSums[sample] / Double(visits[sample]) }
  /// The mean score of `sample`; NaN if it was never scored.
  public func score(of sample: Int) -> Double { scoreSums[sample] / Double(scoreCounts[sample]) }

  /// The visited samples of the largest and of the smallest mean weight, the most extreme first, `count` of each if
  /// there are so many; of equal ones those of lower id.
  public func extremes(_ count: Int) -> (most: [Int], least: [Int]) {
    let visited = visits.indices.filter { visits[$0] > 0 }
    let most = visited.sorted { (-weight(of: $0), $0) < (-weight(of: $1), $1) }
    let least = visited.sorted { (weight(of: $0), $0) < (weight(of: $1), $1) }
    return (Array(most.prefix(count)), Array(least.prefix(count)))
  }

  // MARK: - Files

  /// The content of `score.npy`: f64 [N, 3], each row a sample's id, its mean score (NaN if it was never
  /// scored) and its class.
  public var scoreTensor: NamedTensor {
    var rows: [Double] = []
    rows.reserveCapacity(3 * classes.count)
    for sample in classes.indices { rows += [Double(sample), score(of: sample), Double(classes[sample])] }
    return NamedTensor(name: "score", shape: [classes.count, 3], doubles: rows)
  }

  /// The content of `samples.npz`, one element a sample: `class`, `visits` and `prediction` (of the last visit, -1
  /// before the first) i64 [N]; `weight`, `loss` and, where asked for, `score` f64 [N], means over the visits that
  /// are NaN without any.
  public func tensors(hasScores: Bool) -> [NamedTensor] {
    func whole(_ name: String, _ values: [Int64]) -> NamedTensor {
      NamedTensor(name: name, shape: [values.count], integers: values)
    }
    func means(_ name: String, _ mean: (Int) -> Double) -> NamedTensor {
      NamedTensor(name: name, shape: [classes.count], doubles: classes.indices.map(mean))
    }
    let all = [
      whole("class", classes), whole("visits", visits), means("weight", weight), means("loss", loss),
      whole("prediction", predictions),
    ]
    return hasScores ? all + [means("score", score)] : all
  }
}

// MARK: - State

extension SampleLedger {
  /// The sums and numbers of all visits so far.
  func snapshot(hasScores: Bool) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.add("visits", integers: visits)
    snapshot.add("weights", doubles: weightSums)
    snapshot.add("losses", doubles: lossSums)
    snapshot.add("predictions", integers: predictions)
    if hasScores {
      snapshot.add("score_sums", doubles: scoreSums)
      snapshot.add("score_counts", integers: scoreCounts)
    }
    return snapshot
  }

  /// Goes back to the visits so far then.
  ///
  /// - Parameter classes: the number of classes, which predictions stay below.
  package mutating func restore(
    _ snapshot: Snapshot, hasScores: Bool, classes: Int
  ) throws(SnapshotError) {
    let visits = try snapshot.counts("visits", count: count).map { Int64($0) }
    let predictions = try snapshot.integers("predictions", count: count)
    for (visits, prediction) in zip(visits, predictions) {
      guard visits > 0 ? (0..<Int64(classes)).contains(prediction) : prediction == -1 else {
        throw .value(name: "predictions", "\(prediction) after \(visits) visits")
      }
    }
    (self.visits, self.predictions) = (visits, predictions)
    weightSums = try snapshot.doubles("weights", count: count)
    lossSums = try snapshot.doubles("losses", count: count)
    for number in weightSums + lossSums where !number.isFinite {
      throw .value(name: "weights and losses", "\(number)")
    }
    guard hasScores else { return }
    scoreSums = try snapshot.doubles("score_sums", count: count)
    scoreCounts = try snapshot.counts("score_counts", count: count).map { Int64($0) }
  }
}
