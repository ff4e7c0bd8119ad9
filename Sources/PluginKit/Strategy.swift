/// A strategy: what all kinds have in common. Adopt `Weighting`, `ScoredWeighting` or `Objective`.
///
/// An instance serves one training run. Its methods are called one at a time, perhaps on different threads.
/// Nothing that a method is given may be kept. Throw `StrategyError` where the host's data cannot be used;
/// a trap would end the run.
public protocol Strategy: SendableMetatype {
  /// What the strategy is and needs.
  static var manifest: Manifest { get }

  /// What the strategy fills; the refining protocols say it.
  static var outputs: [Output] { get }

  /// Makes an instance; parameters are already checked against the manifest.
  init(parameters: Parameters, setup: Setup) throws

  /// Fills the declared outputs; the refining protocols implement it.
  mutating func step(_ batch: Batch, _ outputs: Outputs) throws

  /// Puts everything that later steps depend on into `state`; only where the manifest says `hasState`.
  func save(to state: StateWriter) throws

  /// Takes the state back; on an error the instance must stay as it was.
  mutating func load(from state: StateReader) throws
}

extension Strategy {
  /// Saves nothing.
  public func save(to state: StateWriter) throws {}
  /// Loads nothing.
  public mutating func load(from state: StateReader) throws {}
}

/// A strategy that weighs samples.
public protocol Weighting: Strategy {
  /// Gives each sample of the batch its weight.
  ///
  /// - Parameters:
  ///   - batch: the declared inputs, and where in the run this is.
  ///   - weights: `[B]`, each finite and at least zero, not all zero; *overwritten*.
  mutating func weigh(_ batch: Batch, into weights: inout MutableSpan<Float>) throws
}

extension Weighting {
  /// `[.weight]`.
  public static var outputs: [Output] { [.weight] }

  /// Weighs the batch.
  public mutating func step(_ batch: Batch, _ outputs: Outputs) throws {
    var weights = try outputs.values(of: .weight)
    try weigh(batch, into: &weights)
  }
}

/// A strategy that weighs samples and gives each a score to record.
public protocol ScoredWeighting: Strategy {
  /// Gives each sample of the batch its weight and its score.
  ///
  /// - Parameters:
  ///   - batch: the declared inputs, and where in the run this is.
  ///   - weights: `[B]`, each finite and at least zero, not all zero; *overwritten*.
  ///   - scores: `[B]`, finite; *overwritten*.
  mutating func weigh(
    _ batch: Batch, into weights: inout MutableSpan<Float>, scores: inout MutableSpan<Float>) throws
}

extension ScoredWeighting {
  /// `[.weight, .score]`.
  public static var outputs: [Output] { [.weight, .score] }

  /// Weighs and scores the batch.
  public mutating func step(_ batch: Batch, _ outputs: Outputs) throws {
    var weights = try outputs.values(of: .weight)
    var scores = try outputs.values(of: .score)
    try weigh(batch, into: &weights, scores: &scores)
  }
}

/// A loss of its own, with its derivative.
public protocol Objective: Strategy {
  /// Gives each sample of the batch its loss and the loss's derivative.
  ///
  /// - Parameters:
  ///   - batch: the declared inputs, and where in the run this is.
  ///   - losses: `[B]`, finite; *overwritten*.
  ///   - logitGradients: `[B, C]`, row-major, finite; *overwritten*.
  mutating func evaluate(
    _ batch: Batch, into losses: inout MutableSpan<Float>, logitGradients: inout MutableSpan<Float>) throws
}

extension Objective {
  /// `[.loss, .logitGradient]`.
  public static var outputs: [Output] { [.loss, .logitGradient] }

  /// Evaluates the batch.
  public mutating func step(_ batch: Batch, _ outputs: Outputs) throws {
    var losses = try outputs.values(of: .loss)
    var logitGradients = try outputs.values(of: .logitGradient)
    try evaluate(batch, into: &losses, logitGradients: &logitGradients)
  }
}

/// Why a strategy cannot go on; the text reaches the user.
public enum StrategyError: Error, Equatable {
  /// A parameter, setup value or input is not acceptable.
  case argument(String)
  /// A service, shape or type that is needed is not there.
  case unsupported(String)
  /// Not a number, overflow, no convergence.
  case numeric(String)
  /// Saved state that is missing or damaged.
  case state(String)
  /// Not a failure: the host is to use uniform weights this step.
  case useUniformWeights
}

/// What is known when an instance is made.
public struct Setup: Sendable, Equatable {
  /// Number of classes, C.
  public let classes: Int
  /// Width of the last layer's input, F.
  public let features: Int
  /// Length of a per-sample gradient row, d; 0 where rows are never materialised.
  public let gradientLength: Int
  /// Training samples; sample ids are less than this.
  public let trainingSamples: Int
  /// No batch has more samples.
  public let largestBatch: Int
  /// Training samples per class.
  public let classCounts: [Int64]
  /// The seed of the run; for random numbers prefer `Batch.fillUniform`.
  public let seed: UInt64
}
