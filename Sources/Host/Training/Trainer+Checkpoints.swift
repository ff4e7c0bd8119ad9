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
