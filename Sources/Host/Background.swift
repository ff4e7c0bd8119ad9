internal import Foundation
internal import Synchronization

/// A value that a thread of its own computes while the caller goes on.
final class Background<Value: Sendable>: Sendable {
  private enum State {
    case waiting(@Sendable () -> Value)
    case working
    case done(Value)
  }

  private let state: Mutex<State>
  private let working = DispatchGroup()

  /// Begins the work.
  init(_ work: @escaping @Sendable () -> Value) {
    state = Mutex(.waiting(work))
    Thread.detachNewThread { [self] in perform() }
  }

  /// What came of it; waits for the end of the work.
  var value: Value {
    perform()  // the system may have refused the thread, of which nobody is told
    working.wait()
    guard case .done(let value) = state.withLock({ $0 }) else {
      preconditionFailure("work that ended without a value")
    }
    return value
  }

  /// Does the work, unless another thread has begun it.
  private func perform() {
    let work = state.withLock { state -> (@Sendable () -> Value)? in
      guard case .waiting(let work) = state else { return nil }
      state = .working
      working.enter()
      return work
    }
    guard let work else { return }
    let value = work()
    state.withLock { $0 = .done(value) }
    working.leave()
  }
}
