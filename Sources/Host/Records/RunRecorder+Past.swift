extension RunRecorder {
  /// What a run has recorded so far, in this process and in those before it.
  package struct Past {
    /// An event file and its length then.
    struct Events: Equatable {
      let name: String
      let size: Int
    }

    /// When the run began, in seconds since 1970.
    let started: Double
    /// How long it had worked when this process took it over.
    var seconds = 0.0
    var steps = 0
    var hasScores = false
    /// The mean of the last epoch.
    var effectiveSampleSize = Double.nan
    /// The rows of the epochs so far.
    var history: [UInt8] = []
    /// The bytes of the metrics, and the event files, at the checkpoint that this process went on from.
    var metricsSize = 0
    var events: [Events] = []
    var incomplete: [String] = []
    /// The epoch with the best validation so far: a part of run.json.
    var best = JSON.null
    /// What it took of time and memory.
    var costs = RunCosts()
    /// When it went on, and at which step: each a part of run.json.
    var resumed: [JSON] = []

    init(started: Double) { self.started = started }
  }
}

// MARK: - State

extension RunRecorder.Past {
  func add(to snapshot: inout Snapshot) {
    snapshot.add("counts", integers: [steps, hasScores ? 1 : 0, metricsSize])
    snapshot.add("times", doubles: [started, seconds, effectiveSampleSize])
    snapshot.add("history", bytes: history)
    let files: JSON = [
      "events": .array(events.map { ["name": JSON($0.name), "size": JSON($0.size)] }),
      "incomplete": JSON(incomplete), "resumed": .array(resumed),
      "best": best, "costs": costs.json,
    ]
    snapshot.add("files", bytes: Array(files.line.utf8))
  }

  /// What was recorded at a checkpoint, from which the run goes on `now`.
  package init(_ snapshot: Snapshot, now: Double) throws(SnapshotError) {
    let counts = try snapshot.counts("counts", count: 3)
    let times = try snapshot.doubles("times", count: 3)
    for time in times[0...1] where !(0...1e12).contains(time) {
      throw .value(name: "times", "\(time) s")
    }
    started = times[0]
    seconds = times[1]
    effectiveSampleSize = times[2]
    (steps, hasScores, metricsSize) = (counts[0], counts[1] != 0, counts[2])
    history = try snapshot.bytes("history")
    let files = try snapshot.json("files")
    events = try (files["events"]?.array ?? []).map { file throws(SnapshotError) in
      guard let name = file["name"]?.string, name.hasPrefix(RunFolder.eventsPrefix), !name.contains("/"),
        let size = file["size"]?.int, size >= 0
      else { throw .value(name: "files", file.line) }
      return Events(name: name, size: size)
    }
    incomplete = (files["incomplete"]?.array ?? []).compactMap(\.string)
    best = files["best"] ?? .null
    costs = RunCosts(files["costs"])
    resumed = files["resumed"]?.array ?? []
    resumed.append(["step": JSON(steps), "time": JSON(RunStatus.time(now))])
  }
}

// MARK: - Files

extension RunRecorder.Past {
  /// The part of run.json that changes, as the run begins or goes on.
  func status(_ state: RunStatus.State) -> RunStatus {
    RunStatus(
      state: state, started: started, resumed: resumed, steps: steps,
      effectiveSampleSize: effectiveSampleSize,
      incomplete: incomplete, costs: costs, best: best)
  }

  /// Cuts the metrics off where they ended then. False where some of them are lost: the epochs' rows are then in their
  /// place.
  func restoreMetrics(in folder: RunFolder) throws(FileError) -> Bool {
    let path = folder.file(RunFolder.metrics)
    let size = try AppendFile(openingAt: path).size
    if size > metricsSize { _ = try AppendFile(openingAt: path, cutTo: metricsSize) }
    if size >= metricsSize { return true }
    try AtomicFile.write(history, to: path)
    return false
  }

  /// Cuts the event files off where they ended then, and removes later ones.
  func restoreEvents(in folder: RunFolder) throws(FileError) {
    for name in try fileNames(in: folder.path) where name.hasPrefix(RunFolder.eventsPrefix) {
      let path = folder.file(name)
      if let known = events.first(where: { $0.name == name }) {
        _ = try AppendFile(openingAt: path, cutTo: known.size)
      } else {
        try attempt(to: .write, path) { () throws(SystemError) in try removeFile(path) }
      }
    }
  }
}
