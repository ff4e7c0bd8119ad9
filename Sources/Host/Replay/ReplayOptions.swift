/// Every setting of `plugin replay`.
public struct ReplayOptions: Sendable, Equatable {
  /// The folder that `train --record` made.
  public var trace: String
  /// The strategy that weighs the recorded batches again: an id, or a path.
  public var strategy: String
  /// Its parameters as `name=value`.
  public var settings: [String] = []
  /// The strategy that it is compared with; nil for the weights that were recorded.
  public var against: String?
  /// The parameters of that one.
  public var againstSettings: [String] = []
  /// The steps that are told of; nil for all. Those before them are fed to the strategies, too, for one may remember.
  public var steps: ClosedRange<Int>?

  /// Which strategies run in processes of their own.
  public var isolation = IsolationOptions()

  /// The defaults for a trace and a strategy.
  public init(trace: String, strategy: String) {
    self.trace = trace
    self.strategy = strategy
  }
}
