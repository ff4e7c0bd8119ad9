extension RunPlan {
  /// What had been counted of the epoch at a checkpoint, which is checked against the plan.
  func tally(
    _ checkpoint: Checkpoint, path: String, at now: ContinuousClock.Instant
  ) throws(CheckpointError) -> EpochTally {
    let position = checkpoint.position
    let isOver = position.epoch == recipe.epochs && position.batch == 0 && position.step == steps
    let isWithin =
      position.epoch < recipe.epochs && position.batch <= batchesPerEpoch && position.step <= steps
      && position.step == position.epoch * batchesPerEpoch + position.batch
    guard isOver || isWithin else {
      throw .misfit(
        path: path,
        reason: "step \(position.step), batch \(position.batch) of epoch \(position.epoch) is not in the plan"
      )
    }
    do throws(SnapshotError) {
      let recorded = try checkpoint.state.part("record").counts("counts", count: 3)[0]
      guard recorded == position.step else {
        throw SnapshotError.value(name: "record.counts", "\(recorded) steps at step \(position.step)")
      }
      return try EpochTally(checkpoint.state.part("epoch"), at: now)
    } catch { throw .unfit(path: path, error) }
  }
}
