/// What methods are called.
enum MethodLabels {
  /// What tells runs of one method apart, and what is only recorded of them.
  static let unlearned: Set = ["seed", "record", "eval_every"]

  /// Settings that do not change what a run learns, or only name what other settings say.
  private static let immaterial = RunIdentity.irrelevant.subtracting(["init"]).union(unlearned)

  /// The label of each run's method: strategy and objective, with the settings that differ among the runs of these
  /// and matter.
  static func labels(of runs: [RunSummary]) -> [String] {
    let places = Dictionary(grouping: runs.indices, by: { runs[$0].method })
    var labels = runs.map(\.method)
    for own in places.values {
      for (place, differences) in zip(own, differences(of: own.map { runs[$0] })) {
        labels[place] = ([labels[place]] + differences).joined(separator: " ")
      }
    }
    return labels
  }

  /// The settings of each run that differ among all of them and matter, such as `epochs=5`.
  private static func differences(of runs: [RunSummary]) -> [[String]] {
    var family = Family()
    for run in runs { family.add(run) }
    return runs.map { run in
      run.settings.filter { setting in
        guard !immaterial.contains(setting.key), setting.value != .null else { return false }
        return family.differs(setting.key) && (setting.key != "steps" || family.stepsMatter)
      }.map { "\($0.key)=\($0.value.string ?? $0.value.line)" }
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

  /// Gives groups of one name names of their own: by the settings that differ, or else by folders.
  static func tellApart(_ groups: inout [RunGroups.Group]) {
    for (name, places) in namesakes(groups) {
      let settings = differences(of: places.map { groups[$0].runs[0] }).map { $0.joined(separator: " ") }
      guard Set(settings).count == places.count else { continue }
      for (place, text) in zip(places, settings) where !text.isEmpty {
        groups[place].label = "\(name) \(text)"
      }
    }
    for (name, places) in namesakes(groups) {
      let folders = folderNames(of: places.map { groups[$0].runs })
      for (place, text) in zip(places, folders) { groups[place].label = "\(name) (\(text))" }
    }
    for index in groups.indices { groups[index].label = shown(groups[index].label, limit: 500) }
  }

  /// The places of the groups of each name that there are several of.
  private static func namesakes(_ groups: [RunGroups.Group]) -> [String: [Int]] {
    Dictionary(grouping: groups.indices, by: { groups[$0].label }).filter { $0.value.count > 1 }
  }

  /// Names for some runs each: those of the folders that they are in where none has runs of two, else of their own.
  private static func folderNames(of parts: [[RunSummary]]) -> [String] {
    let homes = parts.map { distinct($0.map(home)) }
    let areClear = Set(homes.joined()).count == homes.joined().count
    let folders = areClear ? homes : parts.map { $0.map(\.folder) }
    let all = distinct(folders.flatMap { $0 })
    return folders.map { own in
      let names = own.prefix(3).map { shown(shortest($0, among: all), limit: 200) }
      return names.joined(separator: ", ") + (own.count > 3 ? ", …" : "")
    }
  }

  /// The folder that holds a run, or the comparison that it is a row of.
  static func home(_ run: RunSummary) -> String {
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
