/// What a run cost. What is not known is nil.
public struct RunCost: Sendable, Equatable {
  /// The time from start to end, in seconds.
  public let seconds: Double?
  /// The median of the epochs' training times, in seconds, without evaluation.
  public let secondsPerEpoch: Double?
  /// The median time of a step, in milliseconds.
  public let stepMilliseconds: Double?
  /// The most memory that was held, in bytes.
  public let peakMemory: Int?

  init(describedBy run: JSON) {
    func positive(_ name: String) -> Double? {
      run[name]?.double.flatMap { $0 >= 0 && $0.isFinite ? $0 : nil }
    }
    seconds = positive("seconds")
    secondsPerEpoch = positive("seconds_per_epoch")
    stepMilliseconds = positive("step_milliseconds")
    peakMemory = run["peak_memory"]?.int.flatMap { $0 > 0 ? $0 : nil }
  }
}
