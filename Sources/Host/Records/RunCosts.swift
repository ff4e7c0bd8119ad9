/// What a run takes of time and memory.
struct RunCosts: Sendable, Equatable {
  /// The most memory that any of the run's processes has held so far, in bytes; 0 where the system does not tell.
  private(set) var peakMemory = 0
  private var epochSeconds: [Double] = []
  private var stepMedians: [Double] = []
  /// Those of the current epoch, in seconds; after a resumption those since then.
  private var steps: [Double] = []

  init() {}

  /// Notes the most memory that this process has held, in bytes.
  mutating func note(peakMemory bytes: Int?) { peakMemory = max(peakMemory, bytes ?? 0) }

  /// Notes how long a step took.
  mutating func note(step seconds: Double) { steps.append(seconds) }

  /// Ends an epoch whose training took so long.
  mutating func endEpoch(seconds: Double) {
    epochSeconds.append(seconds)
    if let median = median(of: steps) { stepMedians.append(median) }
    steps.removeAll(keepingCapacity: true)
  }

  /// The members of `run.json`; null where nothing is known. A step's time is the median of the epochs' medians, so
  /// that no list of all steps has to be kept.
  var members: [JSON.Member] {
    let step = median(of: stepMedians) ?? median(of: steps)
    return [
      .init("peak_memory", JSON(peakMemory > 0 ? peakMemory : nil)),
      .init("seconds_per_epoch", JSON(median(of: epochSeconds))),
      .init("step_milliseconds", JSON(step.map { 1000 * $0 })),
    ]
  }

  private func median(of values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}

// MARK: - State

extension RunCosts {
  /// What the epochs so far took, for checkpoints.
  var json: JSON {
    [
      "peak_memory": JSON(peakMemory), "epoch_seconds": JSON(epochSeconds), "step_medians": JSON(stepMedians),
    ]
  }

  /// What was taken until a checkpoint; what cannot be is left out.
  init(_ json: JSON?) {
    func times(_ name: String) -> [Double] {
      (json?[name]?.array ?? []).compactMap(\.double).filter { (0...1e12).contains($0) }
    }
    peakMemory = max(0, json?["peak_memory"]?.int ?? 0)
    epochSeconds = times("epoch_seconds")
    stepMedians = times("step_medians")
  }
}
