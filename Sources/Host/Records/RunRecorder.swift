internal import Foundation

/// Writes everything that a run leaves behind: the one thing that the training loop tells what happened.
///
/// A record that cannot be written while the run trains is warned of once, named in `run.json`, and does not
/// stop the run; final weights that cannot be written are an error.
public struct RunRecorder: ~Copyable {
  /// How records are made.
  public struct Setup: Sendable {
    /// Steps from one point of TensorBoard's step curves to the next; at least 1.
    public var logEvery = 10
    /// Seconds since 1970, which may jump.
    public var now: @Sendable () -> Double = { Date().timeIntervalSince1970 }
    /// Seconds since some moment, which never jump.
    public var uptime: @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }
    /// The most memory that this process has held, in bytes; nil where the system does not tell.
    public var peakMemory: @Sendable () -> Int? = { Machine.peakMemory }
    /// Tells the user about a record that is missing.
    public var warn: @Sendable (String) -> Void

    /// Records by the system's clock.
    public init(warn: @escaping @Sendable (String) -> Void) { self.warn = warn }
  }

  /// The run's folder.
  public let folder: RunFolder
  let setup: Setup
  let description: RunDescription
  /// What has been recorded, as checkpoints hold it; files and time as they were at the last one.
  var past: Past
  private let begin: Double
  private var metrics: AppendFile
  private var log: AppendFile
  private var events: EventFile
  private var weights: WeightStatistics
  private var scores = Histogram()
  var ledger: SampleLedger
  var samples: EpochSamples
  /// The records that could not all be written.
  public var incomplete: [String] { past.incomplete }
  /// The steps done.
  var steps: Int { past.steps }
  /// Whether the strategy has given scores.
  var hasScores: Bool { past.hasScores }

  /// Begins the run's records in `folder`: `run.json` (status "running"), `metrics.jsonl`, `log.jsonl` and an event
  /// file, in the place of those that a run without a checkpoint has left. Where one of them cannot be created,
  /// nothing stays behind. Or goes on with the records of a run that has been stopped, as they were at its checkpoint.
  ///
  /// - Parameters:
  ///   - classes: the class of every training sample, `[N]`; a sample's id is its row.
  ///   - snapshot: what `snapshot` gave at the checkpoint; nil for a run that begins.
  /// - Throws: `FileError`, and `SnapshotError` for a state that is not one of these records.
  public init(
    in folder: RunFolder, _ setup: Setup, _ description: RunDescription, classes: [Int64],
    resuming snapshot: Snapshot? = nil
  ) throws {
    precondition(setup.logEvery >= 1, "a log every \(setup.logEvery) steps")
    let resumed = try snapshot.map { try Past($0, now: setup.now()) }
    let past = resumed ?? Past(started: setup.now())
    var (weights, scores) = (WeightStatistics(classes: description.data.trainCounts.count), Histogram())
    var (ledger, samples) = (SampleLedger(classes: classes), EpochSamples(capacity: classes.count))
    if let snapshot {
      try weights.restore(snapshot.part("weights"))
      try scores.restore(snapshot.part("scores"))
      try samples.restore(snapshot.part("epoch_samples"))
      try ledger.restore(
        snapshot.part("samples"), hasScores: past.hasScores, classes: description.data.trainCounts.count)
    } else {
      folder.removeRecords()
    }
    func opening<File: ~Copyable>(_ open: () throws(FileError) -> File) throws(FileError) -> File {
      resumed == nil ? try folder.removingTracesOnError(open) : try open()
    }
    let status = past.status(.running).encoded(description)
    try opening { () throws(FileError) in
      try AtomicFile.write(status, to: folder.file(RunFolder.description))
    }
    let isWhole = try past.restoreMetrics(in: folder)
    let metrics = try opening { () throws(FileError) in
      try AppendFile(openingAt: folder.file(RunFolder.metrics))
    }
    let log = try opening { () throws(FileError) in
      try AppendFile(openingLinesAt: folder.file(RunFolder.log))
    }
    var lostEvents: FileError?
    do throws(FileError) { try past.restoreEvents(in: folder) } catch { lostEvents = error }
    let events = try opening { () throws(FileError) in
      try EventFile(
        creatingIn: folder.path, host: description.machine.host, process: processNumber(),
        wallTime: setup.now(), after: past.events.map(\.name), from: past.steps)
    }
    self.folder = folder
    self.setup = setup
    self.description = description
    self.past = past
    begin = setup.uptime()
    self.metrics = metrics
    self.log = log
    self.events = events
    self.weights = weights
    self.scores = scores
    self.ledger = ledger
    self.samples = samples
    if !isWhole {
      setup.warn("\(RunFolder.metrics) has lost rows of steps before \(steps); it goes on from its epochs")
      noteLost(RunFolder.metrics)
    }
    if let lostEvents { note(lostEvents, "TensorBoard's events") }
    if resumed == nil {
      let text = "```\n" + JSON.object(description.members).pretty + "```"
      let run = EventFile.Summary.text(tag: "run", text)
      writeEvents([run] + HyperparameterRow(description).start(at: past.started), step: 0)
    }
    writeLog(["kind": "start", "step": JSON(steps), "time": JSON(RunStatus.time(setup.now()))])
  }

  /// How long the run has worked, in seconds, without the time that it was stopped.
  var seconds: Double { past.seconds + max(0, setup.uptime() - begin) }
}

// MARK: - While training

extension RunRecorder {
  /// Records one step: a row of `metrics.jsonl`, every `logEvery` steps a point of TensorBoard's curves.
  ///
  /// - Parameters:
  ///   - record: the step's numbers.
  ///   - sampleIDs: the ids of the batch's samples, `[B]`.
  ///   - targets: their classes, `[B]`.
  ///   - losses: their unweighted losses, `[B]`, in nats.
  ///   - logits: what the network said about them before the step, `[B, C]`.
  ///   - weights: their weights, `[B]`.
  ///   - scores: their scores, `[B]`; nil where the strategy gave none.
  public mutating func step(
    _ record: StepRecord, sampleIDs: Span<Int64>, targets: Span<Int64>, losses: Span<Float>,
    logits: Span<Float>, weights batch: Span<Float>, scores batchScores: Span<Float>?
  ) {
    past.steps += 1
    past.costs.note(step: record.seconds)
    visit(sampleIDs, losses: losses, logits: logits, weights: batch)
    let size = weights.add(weights: batch, targets: targets)
    if let batchScores {
      past.hasScores = true
      ledger.add(batchScores, sampleIDs: sampleIDs)
      for index in batchScores.indices { scores.add(Double(batchScores[index])) }
    }
    writeRow(record.json(effectiveSampleSize: size))
    writeLog(["kind": "step", "step": JSON(record.step), "seconds": JSON(record.seconds)])
    if record.step.isMultiple(of: setup.logEvery) {
      writeEvents(record.summaries(effectiveSampleSize: size), step: record.step)
    }
  }

  /// Records one epoch, with the weights and scores of its steps: a row of `metrics.jsonl`, points of
  /// TensorBoard's curves, and histograms. All rows so far then reach the disk.
  public mutating func epoch(_ record: EpochRecord) {
    past.costs.endEpoch(seconds: record.seconds)
    let row = record.json(weights: weights, scores: scores)
    past.history += writeRow(.object((row.members ?? []) + samples.members))
    writeLog([
      "kind": "epoch", "epoch": JSON(record.epoch), "seconds": JSON(record.seconds),
      "images_per_second": JSON(record.imagesPerSecond),
    ])
    writeEvents(record.summaries(weights: weights, scores: scores), step: record.steps)
    synchronize()
    if let validation = record.validation, let test = record.test,
      validation.balancedAccuracy > bestValidation
    {
      past.best = [
        "epoch": JSON(record.epoch), "chosen_by": "validation_balanced_accuracy",
        "validation_balanced_accuracy": JSON(validation.balancedAccuracy), "result": test.json,
      ]
    }
    past.effectiveSampleSize = weights.effectiveSampleSize
    weights = WeightStatistics(classes: description.data.trainCounts.count)
    scores = Histogram()
    samples.removeAll()
  }

  /// The balanced accuracy of the best epoch on the validation set.
  var bestValidation: Double { past.best["validation_balanced_accuracy"]?.double ?? -1 }

  /// Records a step that changed nothing, and why.
  public mutating func skip(step: Int, epoch: Int, reason: String) {
    past.steps += 1
    writeRow(["kind": "skip", "step": JSON(step), "epoch": JSON(epoch), "reason": JSON(reason)])
  }

  /// Records a line that a plugin logged.
  public mutating func log(_ level: PluginLogLevel, _ text: String, step: Int) {
    writeLog(["kind": "log", "step": JSON(step), "level": JSON("\(level)"), "text": JSON(text)])
  }

  /// Records in the log that the run can go on from here.
  mutating func noteCheckpoint(step: Int) {
    writeLog(["kind": "checkpoint", "step": JSON(step), "time": JSON(RunStatus.time(setup.now()))])
  }

  /// Adds a row of what was computed, which is the same for the same run, and returns its bytes.
  @discardableResult
  private mutating func writeRow(_ row: JSON) -> [UInt8] {
    let bytes = Array((row.line + "\n").utf8)
    do { try metrics.append(bytes) } catch { note(error, RunFolder.metrics) }
    return bytes
  }

  /// Adds a row of what happened when, which differs from run to run.
  private mutating func writeLog(_ row: JSON) {
    do { try log.append(Array((row.line + "\n").utf8)) } catch { note(error, RunFolder.log) }
  }

  private mutating func synchronize() {
    do { try metrics.synchronize() } catch { note(error, RunFolder.metrics) }
    do { try events.synchronize() } catch { note(error, "TensorBoard's events") }
  }

  mutating func writeEvents(_ summaries: [EventFile.Summary], step: Int) {
    do { try events.write(summaries, step: step, wallTime: setup.now()) } catch {
      note(error, "TensorBoard's events")
    }
  }

  /// Warns that the steps from this one on are not recorded as `--record` wants it.
  mutating func noteRecording(from step: Int, _ error: FileError) {
    noteLost("the recorded steps")
    setup.warn("steps from \(step) on are not recorded: \(error)")
  }

  /// Names something in `run.json` that could not all be written.
  mutating func noteLost(_ record: String) {
    if !incomplete.contains(record) { past.incomplete.append(record) }
  }

  /// Warns of a record that could not be written, the first time.
  mutating func note(_ error: FileError, _ record: String) {
    guard !incomplete.contains(record) else { return }
    noteLost(record)
    setup.warn("\(record) will be incomplete: \(error)")
  }
}

// MARK: - State

extension RunRecorder {
  /// Everything that the records to come depend on; what has been recorded so far then is on the disk.
  mutating func snapshot() -> Snapshot {
    synchronize()
    var snapshot = Snapshot()
    var now = past
    now.seconds = seconds
    now.costs.note(peakMemory: setup.peakMemory())
    now.metricsSize = metrics.size
    now.events.append(.init(name: events.name, size: events.size))
    now.add(to: &snapshot)
    snapshot.add("weights", weights.snapshot)
    snapshot.add("scores", scores.snapshot)
    snapshot.add("samples", ledger.snapshot(hasScores: hasScores))
    snapshot.add("epoch_samples", samples.snapshot)
    return snapshot
  }
}
