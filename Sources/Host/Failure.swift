/// How a command ended, as its exit status says (the numbers are those of `sysexits.h`).
public enum ExitStatus: Int32, Sendable {
  case done = 0
  case failedRun = 1
  case usage = 64
  case badData = 65
  case interrupted = 75
}

/// An error that a user can act on: what happened, what to do, and the exit status it ends a command with.
///
/// Cases of conforming enums hold facts; these properties turn them into sentences.
public protocol Failure: Error, CustomStringConvertible {
  /// What happened, where, what was found and what was expected; one line.
  var problem: String { get }
  /// What to do about it; one line that completes "Try: ".
  var remedy: String { get }
  /// The status that a command ending with this error exits with.
  var status: ExitStatus { get }
}

extension Failure {
  /// The problem on one line, then one line that starts with "Try:".
  public var description: String { "\(problem)\n  Try: \(remedy)" }
}
