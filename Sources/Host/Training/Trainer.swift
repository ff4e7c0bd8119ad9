internal import Models

/// Trains one network under one strategy, from the first epoch to the last.
public struct Trainer: ~Copyable {
  private let plan: RunPlan
  private var learner: Learner
  private let messages = PluginMessages()
  private let loader: BatchLoader
  private let testLoader: BatchLoader
  private var recorder: RunRecorder
  private let archive: StepArchive?
  private var archiveIsFull = false
  private let isInterrupted: @Sendable () -> Bool
  private let warn: @Sendable (String) -> Void

  private let clock = ContinuousClock()
  private let begin: ContinuousClock.Instant
  private var step = 0

  /// Reads the data, finds the plugins, builds the network and creates the run's folder.
  ///
  /// - Parameters:
  ///   - options: every setting of the run.
  ///   - commandLine: the command with its arguments, for `run.json`.
  ///   - isInterrupted: whether the user wants the run to end; asked before every step.
  ///   - warn: tells the user what does not stop the run.
  /// - Throws: a `Failure`; nothing is then left behind.
  public init(
    _ options: TrainingOptions, commandLine: [String],
    isInterrupted: @escaping @Sendable () -> Bool = { Interruption.isRequested },
    warn: @escaping @Sendable (String) -> Void
  ) throws {
    begin = clock.now
    let strategies = try RunStrategies(options)
    try RunFolder.check(strategies.folder)
    let data = try DataSource(
      options.dataset, in: options.dataDirectory, normalization: options.normalization, isHashed: true)
    let plan = try RunPlan(options, strategies, data)
    let pool = try Engine.threads(options.threads)
    let learner = try Learner(plan, pool: pool, messages: messages, isCancelled: isInterrupted)
    let archive = try options.recordDirectory.map { path in
      try StepArchive(at: path, header: TraceHeader(plan, learner.tensors.sizes))
    }
    var recording = RunRecorder.Setup(folder: strategies.folder, warn: warn)
    recording.logEvery = options.logEvery
    let recorder = try RunRecorder(
      recording, try plan.description(learner.network, pool: pool, commandLine: commandLine),
      classes: data.training.labels)

    for surprise in plan.surprises { warn(surprise) }
    self.plan = plan
    self.learner = learner
    self.archive = archive
    self.isInterrupted = isInterrupted
    self.warn = warn
    self.recorder = recorder
    loader = plan.trainingLoader()
    testLoader = plan.testLoader()
  }

  // MARK: - Training

  /// Runs every epoch, writes the results, and says how it went.
  ///
  /// - Parameter report: called after every step and every epoch.
  /// - Throws: a `Failure`; `run.json` then says why, and what was recorded stays.
  public mutating func run(reporting report: (Progress) -> Void) throws -> TrainingResult {
    do {
      var predictions: Predictions?
      for epoch in 0..<plan.recipe.epochs {
        predictions = try train(epoch: epoch, report)
        if isInterrupted() { throw try interruption() }
      }
      let final = try predictions ?? learner.network.predictions(on: testLoader)
      try recorder.finish(try learner.outcome(final))
      learner.finishStrategies(warn: warn)
      guard recorder.incomplete.isEmpty else {
        throw TrainingError.incompleteRecords(recorder.incomplete, folder: recorder.folder.path)
      }
      return TrainingResult(
        folder: recorder.folder.path, strategy: plan.strategies.weighting.manifest.id,
        dataset: plan.data.name, model: plan.model, steps: step, seconds: (clock.now - begin).seconds,
        metrics: ClassificationMetrics(final, trainingCounts: plan.counts))
    } catch let error as TrainingError where error.leavesResults {
      throw error
    } catch let error as PluginError where isInterrupted() && error.mayFollowCancellation {
      throw try interruption()
    } catch {
      tellMessages()
      // A plugin's failure leaves the network as it was after the last whole step.
      let leavesWork = error is PluginError && step > 0
      if leavesWork { warn("what \(step) steps have taught is kept in '\(recorder.folder.path)'") }
      recorder.fail(
        (error as? any Failure)?.problem ?? "\(error)",
        leaving: leavesWork ? learner.remains(warn: warn) : nil)
      throw error
    }
  }

  /// Keeps what has been learnt, and says so.
  private mutating func interruption() throws -> TrainingError {
    try recorder.interrupt(learner.remains(warn: warn))
    return .interrupted(step: step, folder: recorder.folder.path)
  }

  /// Trains one epoch and evaluates it, where it is its turn; returns the test predictions then.
  private mutating func train(epoch: Int, _ report: (Progress) -> Void) throws -> Predictions? {
    let rate = plan.recipe.schedule.rate(epoch: epoch, of: plan.recipe.epochs)
    var tally = EpochTally(began: clock.now)
    loader.start(epoch: epoch)
    while step < plan.steps, !isInterrupted(), let batch = loader.next() {
      let began = clock.now
      let context = StepContext(
        batch: batch.count, epoch: epoch, step: step, progress: Double(step) / Double(max(plan.steps, 1)),
        learningRate: Double(rate))
      let result = try learner.learn(from: batch, context)
      let now = clock.now
      archiveStep(context, hasScores: result.hasScores)
      tally.add(result, samples: batch.count, at: now)
      record(result, batch, epoch: epoch, rate: rate, seconds: (now - began).seconds)
      step += 1
      report(progress(epoch, tally, at: now))
    }
    if isInterrupted() { return nil }
    var closing = progress(epoch, tally, at: clock.now)
    let isLast = epoch == plan.recipe.epochs - 1
    let isDue = isLast || (epoch + 1).isMultiple(of: plan.options.evaluateEvery)
    let seconds = (clock.now - tally.began).seconds
    if let flaw = learner.network.flaw {
      throw TrainingError.badWeight(tensor: flaw.tensor, value: flaw.value, step: step)
    }
    let predictions = isDue ? try learner.network.predictions(on: testLoader) : nil
    let test = predictions.map { ClassificationMetrics($0, trainingCounts: plan.counts) }
    recorder.epoch(
      EpochRecord(
        epoch: epoch, steps: step, trainLoss: tally.loss, trainAccuracy: tally.accuracy, test: test,
        learningRate: rate, seconds: seconds, imagesPerSecond: Double(tally.samples) / seconds))
    closing.testAccuracy = test?.accuracy
    closing.endsEpoch = true
    report(closing)
    return predictions
  }

  // MARK: - Telling

  /// Stores the step's inputs and outputs for `--record`; what cannot be written is warned of once.
  private mutating func archiveStep(_ context: StepContext, hasScores: Bool) {
    guard let archive, !archiveIsFull else { return }
    do throws(FileError) {
      try archive.record(context, learner.tensors.named(samples: context.batch, hasScores: hasScores))
    } catch {
      archiveIsFull = true
      warn("steps from \(step) on are not recorded: \(error)")
    }
  }

  /// Passes on what plugins logged.
  private mutating func tellMessages() {
    for line in messages.takeLines() {
      recorder.log(line.level, "\(line.plugin): \(line.text)", step: step)
      if line.level != .debug { warn("\(line.plugin): \(line.text)") }
    }
  }

  private mutating func record(
    _ result: StepResult, _ batch: Batch, epoch: Int, rate: Float, seconds: Double
  ) {
    tellMessages()
    let tensors = learner.tensors
    recorder.step(
      StepRecord(
        step: step, epoch: epoch, loss: result.loss, weightedLoss: result.weightedLoss, learningRate: rate,
        seconds: seconds, metrics: messages.takeMetrics()),
      samples: batch.count, ids: batch.sampleIDs, targets: batch.targets,
      weights: tensors.output(.weight).buffer, scores: tensors.output(.score).buffer,
      hasScores: result.hasScores)
  }

  private func progress(_ epoch: Int, _ tally: EpochTally, at now: ContinuousClock.Instant) -> Progress {
    Progress(
      epoch: epoch + 1, epochs: plan.recipe.epochs, step: step, steps: plan.steps, loss: tally.loss,
      accuracy: tally.accuracy, effectiveSampleSize: tally.effectiveSampleSize,
      imagesPerSecond: tally.rate(at: now), elapsed: now - begin)
  }
}

extension RunRecorder {
  /// Records the first `samples` elements of a step's buffers.
  fileprivate mutating func step(
    _ record: StepRecord, samples: Int, ids: borrowing Buffer<Int64>, targets: borrowing Buffer<Int64>,
    weights: borrowing Buffer<Float>, scores: borrowing Buffer<Float>, hasScores: Bool
  ) {
    step(
      record, sampleIDs: ids.span.extracting(first: samples),
      targets: targets.span.extracting(first: samples),
      weights: weights.span.extracting(first: samples),
      scores: hasScores ? scores.span.extracting(first: samples) : nil)
  }
}
