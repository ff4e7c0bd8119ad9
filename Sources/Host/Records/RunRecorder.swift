internal import Foundation

/// Writes everything that a run leaves behind: the one thing that the training loop tells what happened.
///
/// A record that cannot be written while the run trains is warned of once, named in `run.json`, and does not
/// stop the run; final weights that cannot be written are an error.
public struct RunRecorder: ~Copyable {
  /// Where records go and what tells them apart.
  public struct Setup: Sendable {
    /// The run's folder, to be created.
    public var folder: String
    /// Steps from one point of TensorBoard's step curves to the next; at least 1.
    public var logEvery = 10
    /// Seconds since 1970.
    public var now: @Sendable () -> Double = { Date().timeIntervalSince1970 }
    /// Tells the user about a record that is missing.
    public var warn: @Sendable (String) -> Void

    /// Records in `folder`, by the system's clock.
    public init(folder: String, warn: @escaping @Sendable (String) -> Void) {
      self.folder = folder
      self.warn = warn
    }
  }

  /// The run's folder.
  public let folder: RunFolder
  private let setup: Setup
  private let description: RunDescription
  private let started: Double
  private var metrics: AppendFile
  private var events: EventFile
  private var steps = 0
  private var weights: WeightStatistics
  private var scores = Histogram()
  private var ledger: ScoreLedger
  private var hasScores = false
  private var lastEffectiveSampleSize = Double.nan
  /// The records that could not all be written.
  public private(set) var incomplete: [String] = []

  /// Creates the run's folder with `run.json` (status "running"), `metrics.jsonl` and the event file. Where
  /// one of them cannot be created, nothing stays behind.
  ///
  /// - Parameter classes: the class of every training sample, `[N]`; a sample's id is its row.
  public init(
    _ setup: Setup, _ description: RunDescription, classes: [Int64]
  ) throws(FileError) {
    precondition(setup.logEvery >= 1, "a log every \(setup.logEvery) steps")
    let folder = try RunFolder(creating: setup.folder)
    let started = setup.now()
    let status = RunStatus(state: .running, started: started).encoded(description)
    try folder.removingTracesOnError { () throws(FileError) in
      try AtomicFile.write(status, to: folder.file(RunFolder.description))
    }
    let metrics = try folder.removingTracesOnError { () throws(FileError) in
      try AppendFile(openingAt: folder.file(RunFolder.metrics))
    }
    let events = try folder.removingTracesOnError { () throws(FileError) in
      try EventFile(
        creatingIn: folder.path, host: description.machine.host, process: processNumber(), wallTime: started)
    }
    self.folder = folder
    self.setup = setup
    self.description = description
    self.started = started
    self.metrics = metrics
    self.events = events
    weights = WeightStatistics(classes: description.data.trainCounts.count)
    ledger = ScoreLedger(classes: classes)
    let text = "```\n" + JSON.object(description.members).pretty + "```"
    writeEvents([.text(tag: "run", text)], step: 0)
  }
}

// MARK: - While training

extension RunRecorder {
  /// Records one step: a row of `metrics.jsonl`, every `logEvery` steps a point of TensorBoard's curves.
  ///
  /// - Parameters:
  ///   - record: the step's numbers.
  ///   - sampleIDs: the ids of the batch's samples, `[B]`.
  ///   - targets: their classes, `[B]`.
  ///   - weights: their weights, `[B]`.
  ///   - scores: their scores, `[B]`; nil where the strategy gave none.
  public mutating func step(
    _ record: StepRecord, sampleIDs: Span<Int64>, targets: Span<Int64>, weights batch: Span<Float>,
    scores batchScores: Span<Float>?
  ) {
    steps += 1
    let size = weights.add(weights: batch, targets: targets)
    if let batchScores {
      hasScores = true
      ledger.add(batchScores, sampleIDs: sampleIDs)
      for index in batchScores.indices { scores.add(Double(batchScores[index])) }
    }
    writeRow(record.json(effectiveSampleSize: size))
    if record.step.isMultiple(of: setup.logEvery) {
      writeEvents(record.summaries(effectiveSampleSize: size), step: record.step)
    }
  }

  /// Records one epoch, with the weights and scores of its steps: a row of `metrics.jsonl`, points of
  /// TensorBoard's curves, and histograms. All rows so far then reach the disk.
  public mutating func epoch(_ record: EpochRecord) {
    writeRow(record.json(weights: weights, scores: scores))
    writeEvents(record.summaries(weights: weights, scores: scores), step: record.steps)
    do { try metrics.synchronize() } catch { note(error, RunFolder.metrics) }
    do { try events.synchronize() } catch { note(error, "TensorBoard's events") }
    lastEffectiveSampleSize = weights.effectiveSampleSize
    weights = WeightStatistics(classes: description.data.trainCounts.count)
    scores = Histogram()
  }

  /// Records a line that a plugin logged.
  public mutating func log(_ level: PluginLogLevel, _ text: String, step: Int) {
    writeRow(["kind": "log", "step": JSON(step), "level": JSON("\(level)"), "text": JSON(text)])
  }

  private mutating func writeRow(_ row: JSON) {
    do { try metrics.append(Array((row.line + "\n").utf8)) } catch { note(error, RunFolder.metrics) }
  }

  private mutating func writeEvents(_ summaries: [EventFile.Summary], step: Int) {
    do { try events.write(summaries, step: step, wallTime: setup.now()) } catch {
      note(error, "TensorBoard's events")
    }
  }

  /// Warns of a record that could not be written, the first time.
  private mutating func note(_ error: FileError, _ record: String) {
    guard !incomplete.contains(record) else { return }
    incomplete.append(record)
    setup.warn("\(record) will be incomplete: \(error)")
  }
}

// MARK: - At the end

extension RunRecorder {
  /// What a finished run leaves.
  public struct Outcome: Sendable {
    /// The network's state under its parameters' names.
    public var weights: [NamedTensor]
    /// The strategy's state; empty where it has none.
    public var strategyState: [NamedTensor]
    /// What the network says about the test set; nil where there is none.
    public var predictions: Predictions?

    /// An outcome; every argument is the property of its name.
    public init(weights: [NamedTensor], strategyState: [NamedTensor] = [], predictions: Predictions? = nil) {
      self.weights = weights
      self.strategyState = strategyState
      self.predictions = predictions
    }
  }

  /// Writes `weights.safetensors`, `strategy-state.safetensors`, `score.npy` where the strategy gave scores,
  /// `predictions.npz`, and the result and status "done" into `run.json`.
  ///
  /// - Throws: `FileError` if the weights could not be written; `run.json` then says "failed".
  public mutating func finish(_ outcome: Outcome) throws(FileError) {
    try write(outcome)
    let metrics = outcome.predictions.map {
      ClassificationMetrics($0, trainingCounts: description.data.trainCounts)
    }
    conclude(.done, result: metrics?.json ?? .null)
  }

  /// Writes what an interrupted run has learnt so far, and the status "interrupted". A run that was interrupted
  /// before its first step leaves nothing.
  ///
  /// - Throws: as `finish`.
  public mutating func interrupt(_ outcome: Outcome) throws(FileError) {
    guard steps > 0 else { return folder.removeTraces() }
    try write(outcome)
    conclude(.interrupted, result: .null)
  }

  private mutating func write(_ outcome: Outcome) throws(FileError) {
    let metadata = ["format": "pt", "brhost": description.version, "model": description.model]
    do {
      try SafeTensors(tensors: outcome.weights, metadata: metadata).write(to: folder.file(RunFolder.weights))
    } catch {
      conclude(.failed(reason: error.problem), result: .null)
      throw error
    }
    if !outcome.strategyState.isEmpty {
      let metadata = ["strategy": description.strategy.id, "version": description.strategy.version]
      let state = SafeTensors(tensors: outcome.strategyState, metadata: metadata)
      save(RunFolder.strategyState) { path throws(FileError) in try state.write(to: path) }
    }
    if hasScores {
      let tensor = ledger.tensor
      save(RunFolder.score) { path throws(FileError) in try NumPyWriter.write(tensor, to: path) }
    }
    if let predictions = outcome.predictions {
      save(RunFolder.predictions) { path throws(FileError) in
        try NumPyWriter.write(predictions.tensors, to: path)
      }
    }
  }

  /// Says in `run.json` that the run failed and why, and keeps what it has learnt where there is an outcome. A run
  /// that failed before its first step leaves nothing.
  public mutating func fail(_ reason: String, leaving outcome: Outcome? = nil) {
    guard steps > 0 else { return folder.removeTraces() }
    if let outcome {
      do { try write(outcome) } catch { note(error, RunFolder.weights) }
    }
    conclude(.failed(reason: reason), result: .null)
  }

  private mutating func save(_ name: String, _ write: (String) throws(FileError) -> Void) {
    do { try write(folder.file(name)) } catch { note(error, name) }
  }

  private mutating func conclude(_ state: RunStatus.State, result: JSON) {
    let status = RunStatus(
      state: state, started: started, ended: setup.now(), steps: steps,
      effectiveSampleSize: lastEffectiveSampleSize, incomplete: incomplete, result: result)
    do {
      try AtomicFile.write(status.encoded(description), to: folder.file(RunFolder.description))
    } catch { note(error, RunFolder.description) }
  }
}
