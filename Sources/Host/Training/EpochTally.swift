/// The running means of an epoch.
package struct EpochTally {
  let began: ContinuousClock.Instant
  private(set) var samples = 0
  /// Steps that were left out.
  private(set) var skipped = 0
  private var lossSum = 0.0
  private var effectiveSizes = 0.0
  private var steps = 0
  private var correct = 0
  /// Where the rate's window begins: a few seconds ago.
  private var window: (at: ContinuousClock.Instant, samples: Int)
  private var next: (at: ContinuousClock.Instant, samples: Int)

  init(began: ContinuousClock.Instant) {
    self.began = began
    window = (began, 0)
    next = (began, 0)
  }

  mutating func add(_ step: StepResult, samples count: Int, at now: ContinuousClock.Instant) {
    samples += count
    lossSum += step.loss * Double(count)
    correct += step.correct
    effectiveSizes += step.effectiveSampleSize
    steps += 1
    if now - next.at > .seconds(3) {
      window = next
      next = (now, samples)
    }
  }

  /// Counts a step that was left out.
  mutating func skip() { skipped += 1 }

  /// Whether steps were left out, and no others were there.
  var isAllSkipped: Bool { skipped > 0 && samples == 0 }

  /// The mean unweighted loss so far, in nats.
  var loss: Double { lossSum / Double(samples) }
  /// The share of correct predictions so far, made while training.
  var accuracy: Double { Double(correct) / Double(samples) }

  /// The mean over the batches so far.
  var effectiveSampleSize: Double { effectiveSizes / Double(steps) }

  /// How long the epoch has taken, in seconds.
  func seconds(at now: ContinuousClock.Instant) -> Double { (now - began).seconds }

  /// Samples a second over the last seconds.
  func rate(at now: ContinuousClock.Instant) -> Double {
    Double(samples - window.samples) / max((now - window.at).seconds, 1e-9)
  }
}

// MARK: - State

extension EpochTally {
  /// Everything counted, and how long it took.
  func snapshot(at now: ContinuousClock.Instant) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.add("counts", integers: [samples, steps, correct, skipped])
    snapshot.add("sums", doubles: [lossSum, effectiveSizes, seconds(at: now)])
    return snapshot
  }

  /// An epoch that goes on from what was counted then.
  package init(_ snapshot: Snapshot, at now: ContinuousClock.Instant) throws(SnapshotError) {
    let counts = try snapshot.counts("counts", count: 4)
    let sums = try snapshot.doubles("sums", count: 3)
    guard (0...1e12).contains(sums[2]) else { throw .value(name: "sums", "a time of \(sums[2]) s") }
    guard counts[2] <= counts[0], sums[0].isFinite, sums[1].isFinite else {
      throw .value(
        name: "counts", "\(counts[2]) right of \(counts[0]) samples, with sums of \(sums[0]) and \(sums[1])")
    }
    self.init(began: now - .seconds(sums[2]))
    (samples, steps, correct, skipped) = (counts[0], counts[1], counts[2], counts[3])
    (lossSum, effectiveSizes) = (sums[0], sums[1])
    window = (now, samples)
    next = window
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
