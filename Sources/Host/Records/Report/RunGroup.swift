/// Runs on the same data, side by side: only these are compared.
public struct RunGroup: Sendable {
  /// A run and what to call it.
  public struct Row: Sendable {
    /// The method, with the settings that tell the run from others of its method.
    public let label: String
    /// The run.
    public let run: RunSummary
  }

  /// The runs, the baseline first: ERM, or else the first run.
  public let rows: [Row]

  /// Groups `runs`, at least one, of the same data.
  init(_ runs: [RunSummary]) {
    var runs = runs
    if let baseline = runs.firstIndex(where: { $0.method == "erm" }) {
      runs.insert(runs.remove(at: baseline), at: 0)
    }
    rows = zip(Self.labels(of: runs), runs).map { Row(label: $0, run: $1) }
  }

  /// The run that the others are compared with.
  public var baseline: Row { rows[0] }

  /// The data set's name.
  public var data: String { baseline.run.data }

  /// Training samples per class, `[C]`.
  public var trainCounts: [Int] { baseline.run.trainCounts }

  /// The classes, those of many training samples first.
  var classes: [Int] {
    let counts = trainCounts
    return counts.indices.sorted { (-counts[$0], $0) < (-counts[$1], $1) }
  }

  /// The data in a few words.
  var title: String {
    let samples = sampleCount(trainCounts).map { "\($0)" } ?? "–"
    return "\(shown(data)): \(samples) training samples in \(trainCounts.count) classes"
  }
}

// MARK: - Labels

extension RunGroup {
  /// Settings that do not change what a run learns, or only name what other settings say.
  private static let immaterial: Set<String> = ["record", "workers", "log_every", "eval_every", "preset"]

  /// The methods' names; where one occurs twice, with the settings that differ among its runs and matter; where
  /// that is not enough, with the folder.
  private static func labels(of runs: [RunSummary]) -> [String] {
    let values = runs.map { run in
      Dictionary(run.settings.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
    let labels = runs.map { run in
      let siblings = runs.indices.filter { runs[$0].method == run.method }
      let stepsMatter = !siblings.allSatisfy { stepsFollow(in: runs[$0]) }
      let differing = run.settings.filter { setting in
        let isMaterial = setting.key == "steps" ? stepsMatter : !immaterial.contains(setting.key)
        return isMaterial && setting.value != .null
          && siblings.contains { values[$0][setting.key] != setting.value }
      }
      let texts = differing.map { "\($0.key)=\($0.value.string ?? $0.value.line)" }
      return shown(([run.method] + texts).joined(separator: " "), limit: 300)
    }
    return labels.indices.map { index in
      let alike = runs.indices.filter { labels[$0] == labels[index] }.map { runs[$0].folder }
      return alike.count > 1
        ? "\(labels[index]) (\(shortest(runs[index].folder, among: alike)))" : labels[index]
    }
  }

  /// Whether the number of steps is that of whole epochs, as it is unless `--steps` says otherwise.
  private static func stepsFollow(in run: RunSummary) -> Bool {
    func number(_ name: String) -> Int? { run.settings.first { $0.key == name }?.value.int }
    guard let steps = number("steps"), let epochs = number("epochs"), let batch = number("batch_size"),
      let samples = sampleCount(run.trainCounts), batch > 0
    else { return false }
    let batches = samples / batch + (samples % batch > 0 ? 1 : 0)
    let (product, overflow) = batches.multipliedReportingOverflow(by: epochs)
    return !overflow && product == steps
  }

  /// The fewest last parts of the path that no other of `paths` ends with.
  private static func shortest(_ path: String, among paths: [String]) -> String {
    let parts = path.split(separator: "/")
    let others = paths.filter { $0 != path }.map { $0.split(separator: "/") }
    for count in 1..<max(parts.count, 1)
    where !others.contains(where: { $0.suffix(count) == parts.suffix(count) }) {
      return parts.suffix(count).joined(separator: "/")
    }
    return path
  }
}

/// The sum of the classes' counts; nil where it has no room in an `Int`.
private func sampleCount(_ counts: [Int]) -> Int? {
  var sum = 0
  for count in counts {
    let (next, overflow) = sum.addingReportingOverflow(count)
    if overflow { return nil }
    sum = next
  }
  return sum
}
