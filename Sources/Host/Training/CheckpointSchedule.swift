/// When the next checkpoint is due.
struct CheckpointSchedule {
  private let interval: CheckpointInterval
  /// When the last one was, or the run began.
  private var last: ContinuousClock.Instant

  init(_ interval: CheckpointInterval, from now: ContinuousClock.Instant) {
    self.interval = interval
    last = now
  }

  /// Whether one is due at `position`, where an epoch may just have ended.
  func isDue(at position: Checkpoint.Position, _ now: ContinuousClock.Instant) -> Bool {
    switch interval {
    case .epochs(let epochs): position.batch == 0 && position.epoch.isMultiple(of: epochs)
    case .steps(let steps): position.step.isMultiple(of: steps)
    case .minutes(let minutes): (now - last).seconds >= 60 * minutes
    }
  }

  /// Counts from `now` on, whether the checkpoint could be written or not.
  mutating func restart(at now: ContinuousClock.Instant) { last = now }
}
