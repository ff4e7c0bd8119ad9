/// A method and its runs, which differ in nothing but the seed.
public struct ComparedMethod: Sendable {
  /// What to call it.
  public let label: String
  /// Its runs, by seed.
  public let runs: [RunSummary]
  /// The confusion counts of all finished runs that have them, together; nil where none has.
  public let confusion: ConfusionCounts?

  /// A method of these runs, at least one.
  init(label: String, runs: [RunSummary]) {
    self.label = label
    self.runs = runs.sorted { ($0.seed ?? .max, $0.folder) < ($1.seed ?? .max, $1.folder) }
    var sum: ConfusionCounts?
    for confusion in runs.lazy.filter(\.isDone).compactMap(\.confusion) {
      if sum == nil { sum = confusion } else { sum?.add(confusion) }
    }
    confusion = sum
  }

  /// The finished runs, which alone count in means.
  public var finished: [RunSummary] { runs.filter(\.isDone) }

  /// The runs that means are made of: the finished ones, or all where none is finished.
  public var counted: [RunSummary] { finished.isEmpty ? runs : finished }

  /// A metric of the finished runs, in the order of their seeds.
  public func values(of metric: Metric) -> [Double] { finished.compactMap { $0.value(of: metric) } }

  /// The mean accuracy of each class over the finished runs, `[C]`.
  public var classAccuracy: [Double?] {
    (runs.first?.trainCounts ?? []).indices.map { c in
      mean(of: finished.compactMap { c < $0.classAccuracy.count ? $0.classAccuracy[c] : nil })
    }
  }

  /// What a number of each epoch is like over the runs, by epoch.
  func curve(_ value: (EpochSummary) -> Double?) -> [(epoch: Int, spread: SampleSpread)] {
    var values: [Int: [Double]] = [:]
    for run in counted {
      for epoch in run.epochs {
        if let value = value(epoch) { values[epoch.epoch, default: []].append(value) }
      }
    }
    return values.sorted { $0.key < $1.key }.map { (epoch: $0.key, spread: SampleSpread($0.value)) }
  }

  /// The mean of a cost over the runs that know it.
  public func cost(_ value: (RunCost) -> Double?) -> Double? {
    mean(of: finished.compactMap { value($0.cost) })
  }
}

/// The mean; nil of nothing.
func mean(of values: [Double]) -> Double? {
  values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}
