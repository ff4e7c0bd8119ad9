/// What runs without a plan belong to: one method are runs that differ in nothing that matters but the seed.
enum MethodLabels {
  /// Settings that do not change what a run learns, or only name what other settings say.
  private static let immaterial = RunIdentity.irrelevant.subtracting(["init"])
    .union(["seed", "record", "eval_every"])

  /// The label of each run's method: strategy and objective, with the settings that differ among the runs of these
  /// and matter.
  static func labels(of runs: [RunSummary]) -> [String] {
    var families: [String: Family] = [:]
    for run in runs { families[run.method, default: Family()].add(run) }
    return runs.map { run in
      guard let family = families[run.method] else { return run.method }
      let differing = run.settings.filter { setting in
        guard !immaterial.contains(setting.key), setting.value != .null else { return false }
        return family.differs(setting.key) && (setting.key != "steps" || family.stepsMatter)
      }
      let texts = differing.map { "\($0.key)=\($0.value.string ?? $0.value.line)" }
      return shown(([run.method] + texts).joined(separator: " "), limit: 300)
    }
  }

  /// The values that the settings of a method's runs have.
  private struct Family {
    private var count = 0
    private var values: [String: [String: Int]] = [:]
    private(set) var stepsMatter = false

    mutating func add(_ run: RunSummary) {
      count += 1
      var names: Set<String> = []
      for setting in run.settings where names.insert(setting.key).inserted {
        values[setting.key, default: [:]][setting.value.line, default: 0] += 1
      }
      stepsMatter = stepsMatter || !Self.stepsFollow(in: run)
    }

    func differs(_ name: String) -> Bool { values[name]?.first?.value != count }

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
  }

  /// Groups of some of `all` the runs of one label, each with the words that tell it from the others: those of the
  /// folder that they are in where no folder has a seed twice, or else each run alone with its own.
  static func groups(
    of runs: [FoundRuns.Run], among all: [FoundRuns.Run]
  ) -> [(name: String, runs: [FoundRuns.Run])] {
    var folders: [String: [FoundRuns.Run]] = [:]
    for run in runs { folders[home(of: run.summary), default: []].append(run) }
    let isClear = folders.values.allSatisfy { Set($0.map(\.summary.seed)).count == $0.count }
    let names = isClear ? folders.keys.sorted() : runs.map(\.summary.folder)
    // What tells them apart is looked for among all runs of the label.
    let others = distinct(all.map { isClear ? home(of: $0.summary) : $0.summary.folder })
    return names.enumerated().map { index, name in
      (shortest(name, among: others), isClear ? folders[name] ?? [] : [runs[index]])
    }
  }

  /// The folder that holds a run, or the comparison that it is a row of.
  private static func home(of run: RunSummary) -> String {
    let parent = folder(of: run.folder)
    return lastPart(of: parent) == "rows" ? folder(of: parent) : parent
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
