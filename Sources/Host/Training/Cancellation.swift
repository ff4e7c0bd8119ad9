internal import Synchronization

// A class because plugins ask it from their threads.

/// Tells plugins that the user wants the run to end, where a call takes long, and remembers it: what the plugin then
/// gives is not what it would have given.
final class Cancellation: Sendable {
  /// How long a call is left alone: what ends by itself need not be cut short.
  private static let patience = Duration.milliseconds(500)
  private let isWanted: @Sendable () -> Bool
  private let state = Mutex((began: ContinuousClock.now, isTold: false))

  /// - Parameter isWanted: whether the user wants the run to end.
  init(_ isWanted: @escaping @Sendable () -> Bool) { self.isWanted = isWanted }

  /// Begins a step.
  func begin() { state.withLock { $0 = (ContinuousClock.now, false) } }

  /// Whether the plugin is to return soon.
  @Sendable func tell() -> Bool {
    guard isWanted() else { return false }
    return state.withLock { state in
      if ContinuousClock.now - state.began > Self.patience { state.isTold = true }
      return state.isTold
    }
  }

  /// Whether a plugin has been told since the step began.
  var isTold: Bool { state.withLock { $0.isTold } }
}

/// A step that was given up because the user wants the run to end.
struct StepCancelled: Error {}
