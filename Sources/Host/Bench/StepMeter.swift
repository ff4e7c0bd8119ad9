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

  /// Adds one call.
  fileprivate func measure<Result>(_ body: () throws(PluginError) -> Result) throws(PluginError) -> Result {
    let before = counter?.count ?? 0
    let began = clock.now
    let result = try body()
    let ended = clock.now
    allocations += (counter?.count ?? 0) - before
    seconds.append((ended - began).seconds)
    return result
  }
}

/// A strategy whose steps a meter measures.
final class MeteredStrategy: StrategyRunner {
  private let runner: any StrategyRunner
  private let meter: StepMeter

  init(_ runner: any StrategyRunner, _ meter: StepMeter) {
    self.runner = runner
    self.meter = meter
  }

  func step(_ context: StepContext, _ tensors: StepTensors, _ sizes: TensorSizes) throws(PluginError) -> Bool
  {
    try meter.measure { () throws(PluginError) in try runner.step(context, tensors, sizes) }
  }

  func finish() throws(PluginError) { try runner.finish() }
  func saveState() throws(PluginError) -> [NamedTensor] { try runner.saveState() }
  func loadState(_ state: [NamedTensor]) throws(PluginError) { try runner.loadState(state) }
}
