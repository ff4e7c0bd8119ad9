internal import Foundation
internal import Synchronization

/// A value that a thread of its own computes while the caller goes on.
final class Background<Value: Sendable>: Sendable {
  private let result = Mutex<Value?>(nil)
  private let done = DispatchGroup()

  /// Begins the work.
  init(_ work: @escaping @Sendable () -> Value) {
    done.enter()
    Thread.detachNewThread { [self] in
      let value = work()
      result.withLock { $0 = value }
      done.leave()
    }
  }

  /// What came of it; waits for the end of the work.
  var value: Value {
    done.wait()
    guard let value = result.withLock({ $0 }) else { preconditionFailure("work that ended without a value") }
    return value
  }
}
