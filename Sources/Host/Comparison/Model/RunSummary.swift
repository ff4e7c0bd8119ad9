/// What a report needs to know about one run. Whatever a run does not say, or says wrongly, is nil or empty.
public struct RunSummary: Sendable, Equatable {
  /// How far a run has come.
  public enum State: String, Sendable, CaseIterable {
    case running, interrupted, done, failed
  }

  /// The run's folder.
  public let folder: String
  /// How far it has come.
  public internal(set) var state: State
  /// Why it failed.
  public internal(set) var failure: String?
  /// The id of the strategy, with the objective's after a "+" where there is one.
  public let method: String
  /// What seeds initialisation, order and augmentation.
  public let seed: UInt64?
  /// The images.
  public let data: DataFacts
  /// What tells this run from others of its method: parameters, seed, settings, in the order of `run.json`.
  public let settings: [JSON.Member]
  /// What its result depends on.
  public let identity: RunIdentity
  /// The hash of its identity as the program that trained it took it.
  let settingsHash: String
  /// The command with its arguments.
  public let commandLine: [String]
  /// The libraries of its plugins: id and version, and the SHA-256.
  public let plugins: [Plugin]
  /// Where it was trained.
  public let machine: MachineFacts
  /// The result, under the names of `ClassificationMetrics.json` without the confusion matrix; of an unfinished run
  /// only what its last evaluation says.
  public internal(set) var result: JSON
  /// The confusion matrix on the test set.
  public let confusion: ConfusionCounts?
  /// The accuracy of each class, `[C]`; nil for a class without test samples or results.
  public internal(set) var classAccuracy: [Double?]
  /// The mean effective sample size of the last epoch's batches.
  public internal(set) var effectiveSampleSize: Double?
  /// What it cost.
  public let cost: RunCost
  /// The epoch with the best validation, where one was held out for that.
  public let best: BestEpoch?
  /// The curves, by epoch.
  public internal(set) var epochs: [EpochSummary]
  /// What was damaged or missing.
  public internal(set) var notes: [String]

  /// A library that a run loaded.
  public struct Plugin: Sendable, Hashable {
    /// Its id and version.
    public let name: String
    /// The SHA-256 of the library; empty where the run does not say.
    public let sha256: String
  }

  /// A metric of the test set after the last epoch.
  public func value(of metric: Metric) -> Double? { metric.checked(result[metric.rawValue]?.double) }

  /// Training samples per class, `[C]`.
  public var trainCounts: [Int] { data.trainCounts }

  /// Whether every planned step was taken: only then a run counts in means and comparisons.
  public var isDone: Bool { state == .done }
}
