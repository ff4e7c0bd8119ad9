/// What calls of a strategy's `step` take: time, and allocations where they are counted. The host's own checks before
/// and after are left out.
///
/// A class, because the functions that it measures hold on to it.
final class StepMeter {
  /// The duration of every call, in seconds.
  private(set) var seconds: [Double] = []
  private(set) var allocations: UInt = 0
  private let counter: AllocationCounter?
  private let clock = ContinuousClock()

  /// Room for so many calls.
  init(calls: Int, counter: AllocationCounter?) {
    self.counter = counter
    seconds.reserveCapacity(calls)
  }

  /// Forgets what was measured.
  func clear() {
    seconds.removeAll(keepingCapacity: true)
    allocations = 0
  }

  /// The functions, their steps measured.
  func measuring(_ functions: StrategyFunctions) -> StrategyFunctions {
    var measured = functions
    unsafe measured.step = { [self] instance, step in
      let before = counter?.count ?? 0
      let began = clock.now
      let status = unsafe functions.step(instance, step)
      let ended = clock.now
      allocations += (counter?.count ?? 0) - before
      seconds.append((ended - began).seconds)
      return status
    }
    return measured
  }
}
