internal import Models

/// Trains one network under one strategy, from the first epoch to the last.
public struct Trainer: ~Copyable {
  let plan: RunPlan
  var learner: Learner
  let messages = PluginMessages()
  private let loader: BatchLoader
  private let testLoader: BatchLoader
  private let validationLoader: BatchLoader?
  var recorder: RunRecorder
  var archive: StepArchive?
  let isInterrupted: @Sendable () -> Bool
  let warn: @Sendable (String) -> Void

  let clock = ContinuousClock()
  private let begin: ContinuousClock.Instant
  private let firstStep: Int
  let identity: RunIdentity
  /// What last digits depend on, for checkpoints.
  let machine: JSON
  var schedule: CheckpointSchedule
  /// Where the run stands, and where its last checkpoint does.
  var position: Checkpoint.Position
  var saved: Checkpoint.Position?
  var tally: EpochTally

  /// Reads the data, finds the plugins, builds the network, and creates the run's folder or goes on with the run that
  /// it holds.
  ///
  /// - Parameters:
  ///   - options: every setting of the run.
  ///   - commandLine: the command with its arguments, for `run.json`.
  ///   - plannedHash: what the hash of the run's identity must be; nil where nobody has planned it.
  ///   - isInterrupted: whether the user wants the run to end; asked before every batch.
  ///   - warn: tells the user what does not stop the run.
  /// - Throws: a `Failure`; nothing has then changed. `FinishedRun` where the folder holds this run's results.
  public init(
    _ options: TrainingOptions, commandLine: [String], plannedHash: String? = nil,
    isInterrupted: @escaping @Sendable () -> Bool = { Interruption.isRequested },
    warn: @escaping @Sendable (String) -> Void
  ) throws {
    let begin = clock.now
    let strategies = try RunStrategies(options)
    try RunFolder.check(strategies.folder)
    let data = try DataSource(
      options.dataset, in: options.dataDirectory, normalization: options.normalization, isHashed: true)
    let plan = try RunPlan(options, strategies, data)
    let pool = try Engine.threads(options.threads)
    var learner = try Learner(plan, pool: pool, messages: messages, isCancelled: isInterrupted)
    let description = try plan.description(learner.network, pool: pool, commandLine: commandLine)
    if let plannedHash, description.identity.hash != plannedHash { throw TrainingError.notAsPlanned }
    Interruption.beginWork()
    let folder = try RunFolder(opening: strategies.folder)
    let sizes = learner.tensors.sizes
    let (start, archive) = try folder.givingBackOnError {
      let start = try RunStart(in: folder, description, warn: warn)
      let archive = try options.recordDirectory.map { path in
        try StepArchive(at: path, header: TraceHeader(plan, sizes), isContinued: !start.isFirst)
      }
      return (start, archive)
    }
    let checkpoint = start.checkpoint
    let resumed = try checkpoint.map { try plan.tally($0, path: start.path, at: begin) }
    if let checkpoint { try learner.restore(checkpoint.state, path: start.path) }
    var recording = RunRecorder.Setup(warn: warn)
    recording.logEvery = options.logEvery
    do {
      recorder = try RunRecorder(
        in: folder, recording, description, classes: data.training.labels,
        resuming: checkpoint?.state.part("record"))
    } catch let error as SnapshotError { throw CheckpointError.unfit(path: start.path, error) }
    if let checkpoint {
      warn("going on from step \(checkpoint.position.step), where '\(start.path)' was written")
    }

    for surprise in plan.surprises { warn(surprise) }
    self.begin = begin
    position = checkpoint?.position ?? Checkpoint.Position()
    tally = resumed ?? EpochTally(began: begin)
    firstStep = checkpoint?.position.step ?? 0
    saved = checkpoint?.position
    self.archive = archive
    identity = description.identity
    machine = [
      "instruction_set": JSON(description.machine.instructionSet), "blas": JSON(description.machine.blas),
    ]
    schedule = CheckpointSchedule(options.checkpointEvery, from: begin)
    self.plan = plan
    self.learner = learner
    self.isInterrupted = isInterrupted
    self.warn = warn
    loader = plan.trainingLoader()
    testLoader = plan.testLoader()
    validationLoader = plan.validationLoader()
  }

  // MARK: - Training

  /// Runs every epoch, writes the results, and says how it went.
  ///
  /// - Parameter report: called after every step and every epoch.
  /// - Throws: a `Failure`; `run.json` then says why, and what was recorded stays.
  public mutating func run(reporting report: (Progress) -> Void) throws -> TrainingResult {
    do {
      var predictions: Predictions?
      while position.epoch < plan.recipe.epochs { predictions = try trainEpoch(report) }
      let final = try predictions ?? classify(testLoader)
      recorder.showExtremes(of: plan.data.training)
      try recorder.finish(try learner.outcome(final))
      learner.finishStrategies(warn: warn)
      guard recorder.incomplete.isEmpty else {
        throw TrainingError.incompleteRecords(recorder.incomplete, folder: recorder.folder.path)
      }
      return TrainingResult(
        folder: recorder.folder.path, strategy: plan.strategies.weighting.manifest.id,
        objective: plan.strategies.objective?.manifest.id, dataset: plan.data.name, model: plan.model,
        steps: position.step, seconds: recorder.seconds,
        metrics: ClassificationMetrics(final, trainingCounts: plan.counts))
    } catch let error as TrainingError where error.leavesResults {
      throw error
    } catch is StepCancelled {
      throw try interruption(isWhole: !learner.hasPluginState)
    } catch let error as PluginError where isInterrupted() && error.mayFollowCancellation {
      throw try interruption(isWhole: !learner.hasPluginState)
    } catch {
      tellMessages()
      // A failed step leaves the network as it was after the last whole step.
      let leavesWork = error is PluginError && position.step > 0
      if leavesWork || isNonFinite(error), !learner.hasPluginState { save() }
      if leavesWork { warn("what \(position.step) steps have taught is kept in '\(recorder.folder.path)'") }
      recorder.fail(
        (error as? any Failure)?.problem ?? "\(error)",
        leaving: leavesWork ? learner.remains(warn: warn) : nil)
      throw error
    }
  }

  private func isNonFinite(_ error: any Error) -> Bool {
    if case TrainingError.nonFinite = error { position.step > 0 } else { false }
  }

  /// Trains what is left of the epoch and evaluates it, where it is its turn; returns the test predictions then.
  private mutating func trainEpoch(_ report: (Progress) -> Void) throws -> Predictions? {
    let epoch = position.epoch
    let rate = plan.recipe.schedule.rate(epoch: epoch, of: plan.recipe.epochs)
    if position.batch == 0 { tally = EpochTally(began: clock.now) }
    loader.start(epoch: epoch, atBatch: position.batch)
    while position.step < plan.steps {
      if isInterrupted() { throw try interruption() }
      guard let batch = loader.next() else { break }
      try step(batch, rate: rate)
      report(progress(at: clock.now))
      saveIfDue()
    }
    guard !tally.isAllSkipped else { throw TrainingError.allSkipped(epoch: epoch) }
    var closing = progress(at: clock.now)
    let seconds = tally.seconds(at: clock.now)
    if let flaw = learner.network.flaw {
      throw TrainingError.badWeight(tensor: flaw.tensor, value: flaw.value, step: position.step)
    }
    let isLast = epoch == plan.recipe.epochs - 1
    let isDue = isLast || (epoch + 1).isMultiple(of: plan.options.evaluateEvery)
    let predictions = isDue ? try classify(testLoader) : nil
    let validation = isDue ? try validationLoader.map { try classify($0) } : nil
    let test = predictions.map { ClassificationMetrics($0, trainingCounts: plan.counts) }
    let best = recorder.bestValidation
    recorder.epoch(
      EpochRecord(
        epoch: epoch, steps: position.step, trainLoss: tally.loss, trainAccuracy: tally.accuracy, test: test,
        validation: validation.map { ClassificationMetrics($0, trainingCounts: plan.counts) },
        learningRate: rate, seconds: seconds, imagesPerSecond: Double(tally.samples) / seconds))
    (position.epoch, position.batch) = (epoch + 1, 0)
    if recorder.bestValidation > best { save(isBest: true) }
    saveIfDue()
    closing.testAccuracy = test?.accuracy
    closing.endsEpoch = true
    report(closing)
    return predictions
  }

  /// Learns from one batch and records it, or leaves it out.
  private mutating func step(_ batch: Batch, rate: Float) throws {
    let began = clock.now
    let context = StepContext(
      batch: batch.count, epoch: position.epoch, step: position.step,
      progress: Double(position.step) / Double(max(plan.steps, 1)), learningRate: Double(rate))
    _ = messages.takeMetrics()  // of calls between steps
    do {
      let result = try learner.learn(from: batch, context)
      let now = clock.now
      archiveStep(context, hasScores: result.hasScores)
      tally.add(result, samples: batch.count, at: now)
      record(result, batch, rate: rate, seconds: (now - began).seconds)
    } catch let found as NonFinite {
      try leaveOut(context, found)
    }
    position.step += 1
    position.batch += 1
  }

  /// What the network says about a data set; throws where the user wants the run to end meanwhile.
  private mutating func classify(_ loader: BatchLoader) throws -> Predictions {
    guard let predictions = try learner.network.predictions(on: loader, isInterrupted: isInterrupted) else {
      throw try interruption()
    }
    return predictions
  }

  private func progress(at now: ContinuousClock.Instant) -> Progress {
    Progress(
      epoch: position.epoch + 1, epochs: plan.recipe.epochs, step: position.step, steps: plan.steps,
      loss: tally.loss, accuracy: tally.accuracy, effectiveSampleSize: tally.effectiveSampleSize,
      imagesPerSecond: tally.rate(at: now), elapsed: now - begin, firstStep: firstStep)
  }
}
