/// The training samples that a method weighs most and least, over its finished runs.
public struct SampleExtremes: Sendable {
  /// A sample, with means over the runs that trained on it.
  public struct Sample: Sendable, Equatable {
    /// Its row in the training set.
    public let id: Int
    /// Its class.
    public let label: Int
    /// The class that most runs last predicted it as, the first of equal ones.
    public let prediction: Int?
    /// Its mean relative weight; 1 is uniform.
    public let weight: Double
    /// Its mean unweighted loss, in nats.
    public let loss: Double
    /// Its mean score; nil where the strategy gives none.
    public let score: Double?
  }

  /// The samples of the largest weights, the largest first; of equal weights the smaller id.
  public let most: [Sample]
  /// The samples of the smallest weights, the smallest first; of equal weights the smaller id.
  public let least: [Sample]
  /// How many runs these are of.
  public let runs: Int
  /// What could not be read.
  public let notes: [String]

  /// Reads the samples of the method's finished runs, one after the other; nil where none of them has any.
  public init?(of method: ComparedMethod, count: Int) {
    var sums: Sums?
    var notes: [String] = []
    var runs = 0
    for run in method.finished {
      let records: SampleRecords
      do { records = try SampleRecords(readingFrom: run.folder, classes: run.trainCounts.count) } catch {
        if case .file(.missing) = error { continue }  // of an older version
        notes.append(error.problem)
        continue
      }
      if sums == nil {
        sums = Sums(records)
      } else if sums?.add(records) != true {
        notes.append("'\(run.folder)/\(SampleRecords.name)' is of other samples than those of its method")
        continue
      }
      runs += 1
    }
    guard let sums else { return nil }
    self.runs = runs
    self.notes = notes
    let visited = sums.counts.indices.filter { sums.counts[$0] > 0 }
    let ordered = visited.sorted { (sums.mean(sums.weights, $0), $0) < (sums.mean(sums.weights, $1), $1) }
    least = ordered.prefix(count).map { sums.sample($0) }
    let reversed = visited.sorted { (-sums.mean(sums.weights, $0), $0) < (-sums.mean(sums.weights, $1), $1) }
    most = reversed.prefix(count).map { sums.sample($0) }
  }
}

/// Sums over the runs of a method, `[N]` each.
private struct Sums {
  let classes: [Int]
  var counts: [Int]
  var weights, losses: [Double]
  var scores: [Double]?
  /// The predictions of each run.
  var predictions: [[Int32]]

  init(_ records: SampleRecords) {
    classes = records.classes
    counts = [Int](repeating: 0, count: classes.count)
    weights = [Double](repeating: 0, count: classes.count)
    losses = weights
    scores = records.scores == nil ? nil : weights
    predictions = []
    _ = add(records)
  }

  /// Adds a run; false where it is of other samples.
  mutating func add(_ records: SampleRecords) -> Bool {
    guard records.classes == classes else { return false }
    for sample in classes.indices where records.visits[sample] > 0 {
      counts[sample] += 1
      weights[sample] += records.weights[sample]
      losses[sample] += records.losses[sample]
      scores?[sample] += records.scores?[sample] ?? .nan
    }
    predictions.append(records.predictions.map { Int32(clamping: $0) })
    return true
  }

  func mean(_ sums: [Double], _ sample: Int) -> Double { sums[sample] / Double(counts[sample]) }

  func sample(_ id: Int) -> SampleExtremes.Sample {
    var votes: [Int: Int] = [:]
    for run in predictions where run[id] >= 0 { votes[Int(run[id]), default: 0] += 1 }
    let score = scores.map { mean($0, id) }
    return SampleExtremes.Sample(
      id: id, label: classes[id], prediction: votes.min { (-$0.value, $0.key) < (-$1.value, $1.key) }?.key,
      weight: mean(weights, id), loss: mean(losses, id), score: score?.isFinite == true ? score : nil)
  }
}
