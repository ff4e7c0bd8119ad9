extension RunSummary {
  /// The longest metrics.jsonl that is read whole, in bytes.
  static let metricsLimit = 1 << 30

  /// Reads the run in `folder`; damaged lines of `metrics.jsonl` are skipped with a note.
  init(readingFrom folder: String) throws(ReportError) {
    let bytes: [UInt8]
    do {
      bytes = try readFile(at: "\(folder)/\(RunFolder.description)", limit: RunFolder.descriptionLimit)
    } catch { throw .unreadable(error) }
    try self.init(describedBy: bytes, folder: folder)
    let path = "\(folder)/\(RunFolder.metrics)"
    var rows = EpochRows(classes: trainCounts.count)
    do throws(FileError) {
      try forEachChunk(ofFile: path) { rows.add($0) }
    } catch { notes.append(error.problem) }
    add(rows.end())
    // Nobody works on it any more: it was killed.
    if state == .running, (try? FolderLock.check(folder)) != nil { state = .interrupted }
  }

  /// Reads what a `run.json` and a `metrics.jsonl` hold; `folder` is for messages.
  package init(parsing bytes: [UInt8], metrics: [UInt8], folder: String) throws(ReportError) {
    try self.init(describedBy: bytes, folder: folder)
    var rows = EpochRows(classes: trainCounts.count)
    rows.add(metrics)
    add(rows.end())
  }

  /// Reads what a `run.json` holds.
  private init(describedBy bytes: [UInt8], folder: String) throws(ReportError) {
    let path = "\(folder)/\(RunFolder.description)"
    let run: JSON
    do { run = try JSON(parsing: bytes) } catch { throw .damaged(path: path, reason: "\(error)") }
    guard let status = run["status"]?.string, let strategy = run["strategy"]?["id"]?.string,
      let data = DataFacts(run["data"])
    else {
      throw .damaged(path: path, reason: "status, strategy.id, data.name or data.train_counts is missing")
    }
    self.folder = folder
    let isIncomplete = status == State.done.rawValue && run["incomplete"]?.array?.isEmpty == false
    state = isIncomplete ? .interrupted : State(rawValue: status) ?? .interrupted
    failure = run["failure"]?.string
    method = [strategy, run["objective"]?["id"]?.string].compactMap { $0 }.joined(separator: "+")
    seed = Self.seed(run["seed"])
    self.data = data
    settings = Self.settings(of: run)
    identity = RunIdentity(describing: run)
    settingsHash = run["settings_hash"]?.string ?? identity.hash
    commandLine = (run["command_line"]?.array ?? []).compactMap(\.string)
    plugins = [run["strategy"], run["objective"]].compactMap { plugin in
      guard let plugin, let id = plugin["id"]?.string else { return nil }
      let name = [id, plugin["version"]?.string].compactMap { $0 }.joined(separator: " ")
      return Plugin(name: shown(name), sha256: shown(plugin["sha256"]?.string ?? "", limit: 64))
    }
    machine = MachineFacts(run["machine"])
    cost = RunCost(describedBy: run)
    best = BestEpoch(run["best"])
    effectiveSampleSize = run["effective_sample_size"]?.double
    let result = run["result"]?.members
    self.result = .object((result ?? []).filter { $0.key != "confusion" })
    confusion = run["result"]?["confusion"]?.array.flatMap {
      ConfusionCounts($0, classes: data.trainCounts.count)
    }
    classAccuracy = Self.classAccuracy(in: self.result, classes: data.trainCounts.count)
    epochs = []
    let incomplete = (run["incomplete"]?.array ?? []).compactMap(\.string).map { shown($0) }
    notes =
      incomplete.isEmpty ? [] : ["'\(folder)' lacks part of \(incomplete.joined(separator: ", "))"]
  }

  /// Takes over that the run's process failed, and why, from the record of who started it.
  mutating func fail(for reason: String) {
    state = .failed
    if failure == nil { failure = reason }
  }

  /// Takes in what `metrics.jsonl` says; an unfinished run has its last evaluation for a result.
  private mutating func add(_ rows: EpochRows) {
    epochs = rows.epochs
    if rows.damaged > 0 {
      let lines = rows.damaged == 1 ? "line" : "lines"
      notes.append("'\(folder)/\(RunFolder.metrics)': \(rows.damaged) damaged \(lines) skipped")
    }
    if effectiveSampleSize == nil { effectiveSampleSize = epochs.last?.effectiveSampleSize }
    if result.members?.isEmpty != false, let last = epochs.last(where: { $0.accuracy != nil }) {
      classAccuracy = rows.lastClassAccuracy
      result = [
        "accuracy": JSON(last.accuracy), "balanced_accuracy": JSON(last.balancedAccuracy),
        "negative_log_likelihood": JSON(last.testLoss),
      ]
    }
  }

  private static func classAccuracy(in result: JSON, classes: Int) -> [Double?] {
    let values = result["class_accuracy"]?.array ?? []
    return (0..<classes).map { $0 < values.count ? Metric.accuracy.checked(values[$0].double) : nil }
  }

  private static func seed(_ value: JSON?) -> UInt64? {
    if case .integer(let number) = value { UInt64(exactly: number) } else { nil }
  }

  private static func settings(of run: JSON) -> [JSON.Member] {
    let parameters = run["strategy"]?["parameters"]?.members ?? []
    let objective = run["objective"]?["parameters"]?.members ?? []
    let own = ["data": run["data"]?["name"], "model": run["model"]?["name"], "seed": run["seed"]]
      .compactMap { name, value in value.map { JSON.Member(name, $0) } }
      .sorted { $0.key < $1.key }
    return parameters + objective + own + (run["settings"]?.members ?? [])
  }
}
