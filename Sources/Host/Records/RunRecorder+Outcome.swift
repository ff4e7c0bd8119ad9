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
  /// `samples.npz`, `predictions.npz`, and the result and status "done" into `run.json`.
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
  public mutating func interrupt(_ outcome: Outcome) {
    guard steps > 0 else { return folder.removeTraces() }
    do throws(FileError) { try write(outcome) } catch { note(error, RunFolder.weights) }
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
      let tensor = ledger.scoreTensor
      save(RunFolder.score) { path throws(FileError) in try NumPyWriter.write(tensor, to: path) }
    }
    let samples = ledger.tensors(hasScores: hasScores)
    save(RunFolder.samples) { path throws(FileError) in try NumPyWriter.write(samples, to: path) }
    if let predictions = outcome.predictions {
      save(RunFolder.predictions) { path throws(FileError) in
        try NumPyWriter.write(predictions.tensors, to: path)
      }
    }
  }

  /// Says in `run.json` that the run failed and why, and keeps what it has learnt where there is an outcome. A run
  /// that failed before its first step leaves nothing, but for a batch that is kept to look at.
  public mutating func fail(_ reason: String, leaving outcome: Outcome? = nil) {
    guard steps > 0 || (try? kind(of: folder.file(RunFolder.nonFinite))) == .folder else {
      return folder.removeTraces()
    }
    if let outcome {
      do { try write(outcome) } catch { note(error, RunFolder.weights) }
    }
    conclude(.failed(reason: reason), result: .null)
  }

  private mutating func save(_ name: String, _ write: (String) throws(FileError) -> Void) {
    do { try write(folder.file(name)) } catch { note(error, name) }
  }

  private mutating func conclude(_ state: RunStatus.State, result: JSON) {
    past.costs.note(peakMemory: setup.peakMemory())
    var status = past.status(state)
    status.ended = setup.now()
    status.seconds = seconds
    status.result = result
    // A run that was interrupted has not ended.
    if state != .interrupted {
      writeEvents([HyperparameterRow.end(isDone: state == .done, at: setup.now())], step: steps)
    }
    do {
      try AtomicFile.write(status.encoded(description), to: folder.file(RunFolder.description))
    } catch { note(error, RunFolder.description) }
  }
}
