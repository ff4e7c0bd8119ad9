internal import Models

// MARK: - Steps

extension Trainer {
  mutating func record(_ result: StepResult, _ batch: Batch, rate: Float, seconds: Double) {
    tellMessages()
    let tensors = learner.tensors
    recorder.step(
      StepRecord(
        step: position.step, epoch: position.epoch, loss: result.loss, weightedLoss: result.weightedLoss,
        learningRate: rate, seconds: seconds, metrics: messages.takeMetrics()),
      samples: batch.count, ids: batch.sampleIDs, targets: batch.targets,
      weights: tensors.output(.weight).buffer, scores: tensors.output(.score).buffer,
      hasScores: result.hasScores)
  }

  /// Passes on what plugins logged.
  mutating func tellMessages() {
    for line in messages.takeLines() {
      recorder.log(line.level, "\(line.plugin): \(line.text)", step: position.step)
      if line.level != .debug { warn("\(line.plugin): \(line.text)") }
    }
  }

  /// Stores the step's inputs and outputs for `--record`; what cannot be written is warned of once.
  mutating func archiveStep(_ context: StepContext, hasScores: Bool) {
    guard let archive else { return }
    do throws(FileError) {
      try archive.record(context, learner.tensors.named(samples: context.batch, hasScores: hasScores))
    } catch {
      self.archive = nil
      recorder.noteRecording(from: context.step, error)
    }
  }

  /// Deals with a step that found a number that is not finite: ends the run, or goes on without the step.
  mutating func leaveOut(_ context: StepContext, _ found: NonFinite) throws {
    tellMessages()
    let batch = keepBatch(context, found)
    guard plan.options.onNonFinite == .skip else {
      throw TrainingError.nonFinite(found, step: context.step, batch: batch)
    }
    tally.skip()
    recorder.skip(step: context.step, epoch: context.epoch, reason: found.text)
    warn(
      "step \(context.step) is left out: \(found.text)" + (batch.map { "; its batch is in '\($0)'" } ?? ""))
  }

  /// Stores the batch of such a step as a trace of its own, which `plugin replay` takes; nil where it can't be stored,
  /// and where the run, which goes on, has left out enough of them.
  private func keepBatch(_ context: StepContext, _ found: NonFinite) -> String? {
    let folder = recorder.folder.file(RunFolder.nonFinite)
    let isFull = ((try? fileNames(in: folder)) ?? []).count >= StepArchive.keptBatches
    if isFull, plan.options.onNonFinite == .skip { return nil }
    let path = "\(folder)/step-\(zeroPadded(context.step, 6))"
    do {
      var header = try TraceHeader(plan, learner.tensors.sizes)
      header.setup.sizes.batch = context.batch
      (header.firstStep, header.isFlawed) = (context.step, true)
      let archive = try StepArchive(at: path, header: header, isContinued: true)
      try archive.record(context, learner.tensors.inputs(samples: context.batch, of: found))
      return path
    } catch {
      warn("the batch of step \(context.step) is not kept: \((error as? any Failure)?.problem ?? "\(error)")")
      return nil
    }
  }
}

extension StepTensors {
  /// The inputs of a step as far as they had been computed when the number was found.
  fileprivate func inputs(samples: Int, of found: NonFinite) -> [NamedTensor] {
    let isWeighed =
      switch found.place {
      case .loss, .logitGradient: false
      case .output(let name): name == StrategyOutput.weight.rawValue || name == StrategyOutput.score.rawValue
      case .gradient: true
      }
    let late: Set = [StrategyInput.gradient, .gradientNorm, .gram, .cosine, .metaAlignment]
    let known = Set(StrategyInput.allCases.filter { isWeighed || !late.contains($0) }.map(\.rawValue))
    return named(samples: samples, hasScores: false).filter { known.contains($0.name) }
  }
}

// MARK: - Checkpoints

extension Trainer {
  /// Saves the run's state where it is time to.
  mutating func saveIfDue() {
    if schedule.isDue(at: position, clock.now) { save() }
  }

  /// Saves the run's state; what cannot be saved is warned of, and the last checkpoint stays.
  mutating func save(isBest: Bool = false) {
    defer { if !isBest { schedule.restart(at: clock.now) } }
    guard isBest || saved != position else { return }
    do {
      if let flaw = learner.network.flaw {
        throw TrainingError.badWeight(tensor: flaw.tensor, value: flaw.value, step: position.step)
      }
      var state = try learner.snapshot()
      state.add("machine", bytes: Array(machine.line.utf8))
      state.add("epoch", tally.snapshot(at: clock.now))
      state.add("record", recorder.snapshot())
      let checkpoint = Checkpoint(identity: identity, position: position, state: state)
      if isBest { return try recorder.folder.checkpoints.writeBest(checkpoint) }
      try recorder.folder.checkpoints.write(checkpoint)
      saved = position
      recorder.noteCheckpoint(step: position.step)
    } catch {
      let last = saved.map { "the last one is that of step \($0.step)" } ?? "there is none yet"
      let problem = (error as? any Failure).map { "\($0)" } ?? "\(error)"
      if isBest { recorder.noteLost("the best checkpoint") }
      warn("NO CHECKPOINT of step \(position.step) (\(last)): \(problem)")
    }
  }

  /// Keeps what has been learnt, and says so.
  ///
  /// - Parameter isWhole: whether everything is as it was after the last step.
  mutating func interruption(isWhole: Bool = true) throws -> TrainingError {
    if position.step > 0, isWhole { save() }
    let last = saved?.step ?? 0
    recorder.interrupt(learner.remains(warn: warn))
    return .interrupted(step: position.step, checkpoint: last, folder: recorder.folder.path)
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
