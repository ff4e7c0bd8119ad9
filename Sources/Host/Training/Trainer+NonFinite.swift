internal import Models

extension Trainer {
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
