internal import Models

extension Trainer {
  mutating func record(_ result: StepResult, _ batch: Batch, rate: Float, seconds: Double) {
    tellMessages()
    let tensors = learner.tensors
    recorder.step(
      StepRecord(
        step: position.step, epoch: position.epoch, loss: result.loss, weightedLoss: result.weightedLoss,
        learningRate: rate, seconds: seconds, metrics: messages.takeMetrics()),
      samples: batch.count, ids: batch.sampleIDs, targets: batch.targets,
      losses: tensors.floats(.loss).buffer, logits: tensors.floats(.logits).buffer,
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
}

extension RunRecorder {
  /// Records the first `samples` elements of a step's buffers.
  fileprivate mutating func step(
    _ record: StepRecord, samples: Int, ids: borrowing Buffer<Int64>, targets: borrowing Buffer<Int64>,
    losses: borrowing Buffer<Float>, logits: borrowing Buffer<Float>,
    weights: borrowing Buffer<Float>, scores: borrowing Buffer<Float>, hasScores: Bool
  ) {
    step(
      record, sampleIDs: ids.span.extracting(first: samples),
      targets: targets.span.extracting(first: samples),
      losses: losses.span.extracting(first: samples),
      logits: logits.span.extracting(first: samples * logits.count / losses.count),
      weights: weights.span.extracting(first: samples),
      scores: hasScores ? scores.span.extracting(first: samples) : nil)
  }
}
