internal import Foundation

/// Runs `bodies` at the same time, each on a thread of its own, waits for all, and throws what the first threw.
///
/// What they share is the caller's affair: the point is to see whether a plugin keeps its instances apart.
func onThreads(_ bodies: [() throws -> Void]) throws {
  let work = Work(bodies)
  let done = DispatchGroup()
  for index in bodies.indices {
    done.enter()
    Thread {
      work.run(index)
      done.leave()
    }.start()
  }
  done.wait()
  for failure in work.failures.compactMap(\.self) { throw failure }
}

/// Bodies on their way to their threads, each of which writes to its own place.
private final class Work: @unchecked Sendable {
  private let bodies: [() throws -> Void]
  private let lock = NSLock()
  private(set) var failures: [(any Error)?]

  init(_ bodies: [() throws -> Void]) {
    self.bodies = bodies
    failures = Array(repeating: nil, count: bodies.count)
  }

  func run(_ index: Int) {
    do { try bodies[index]() } catch { lock.withLock { failures[index] = error } }
  }
}

/// An instance that several closures may reach, one at a time.
final class SharedInstance {
  var instance: StrategyInstance
  init(_ instance: consuming StrategyInstance) { self.instance = instance }
}

/// Answers that closures leave behind.
final class Answers {
  var list: [Answer] = []
}
