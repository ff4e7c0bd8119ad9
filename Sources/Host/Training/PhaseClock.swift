/// A part of a training step.
enum Phase: Int, CaseIterable {
  /// Waiting for the loader.
  case data
  case forward
  /// The loss and its gradient by the logits.
  case objective
  /// What strategies ask for beyond that: gradient rows, their inner products, the alignment with held-out samples.
  case sampleGradients
  case strategy
  case backward
  case update
}

/// How long each phase of a step took, in seconds.
struct PhaseTimes: Sendable, Equatable {
  private var seconds = SIMD8<Double>()

  subscript(phase: Phase) -> Double {
    get { seconds[phase.rawValue] }
    set { seconds[phase.rawValue] = newValue }
  }

  /// The sum over all phases.
  var total: Double { seconds.sum() }
}

/// Divides the time of a step among its phases: one reading of the clock at the end of each.
struct PhaseClock {
  private let clock = ContinuousClock()
  private var last: ContinuousClock.Instant
  private(set) var times = PhaseTimes()

  init() { last = clock.now }

  /// Begins a step.
  mutating func restart() {
    times = PhaseTimes()
    last = clock.now
  }

  /// Gives the time since the last reading to `phase`.
  mutating func end(_ phase: Phase) {
    let now = clock.now
    times[phase] += (now - last).seconds
    last = now
  }
}
