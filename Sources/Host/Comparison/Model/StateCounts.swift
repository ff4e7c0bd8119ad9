/// How many runs there are in each state.
public struct StateCounts: Sendable, Equatable {
  /// The runs that a plan asks for, or all that were found where there is none.
  public var planned = 0
  /// Those of the planned runs that are in a state of this kind; the rest has not begun.
  public var done = 0, running = 0, interrupted = 0, failed = 0

  /// No runs.
  public init() {}

  /// Those that have not begun.
  public var notBegun: Int { planned - done - running - interrupted - failed }

  /// Those that are not done, in words: "1 running, 2 failed".
  public var remainder: String {
    let counts = [
      (running, "running"), (interrupted, "interrupted"), (failed, "failed"), (notBegun, "not begun"),
    ]
    return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }
}
