/// A point of a run's curves: what `metrics.jsonl` says about an epoch. What it does not say, or says wrongly, is nil.
public struct EpochSummary: Sendable, Equatable {
  /// What the weights of the epoch were like. Long runs keep it of some of their epochs only.
  public struct Weights: Sendable, Equatable {
    /// The minimum, the quantiles of 5, 25, 50, 75 and 95 %, and the maximum of the samples' relative weights, of
    /// which 1 is uniform; empty where they are not known.
    public var quantiles: [Float] = []
    /// Each class's share of the batches' weight, `[C]`; empty where it is not known.
    public var classShares: [Float] = []
    /// The samples in groups by their loss: the mean loss of a group and its mean relative weight.
    public var byLoss: [ByLoss] = []
  }

  /// Samples of similar loss.
  public struct ByLoss: Sendable, Equatable {
    /// Their mean loss, in nats.
    public var loss: Float
    /// Their mean relative weight.
    public var weight: Float
  }

  /// The epoch, counted from 0.
  public let epoch: Int
  /// The mean training loss, in nats.
  public let trainLoss: Double?
  /// The mean loss on the test set, in nats.
  public let testLoss: Double?
  /// The test accuracy, 0…1.
  public let accuracy: Double?
  /// The mean of the classes' test accuracies, 0…1.
  public let balancedAccuracy: Double?
  /// The mean of the classes' accuracies on the validation set, 0…1.
  public let validationBalancedAccuracy: Double?
  /// The mean effective sample size of the batches.
  public let effectiveSampleSize: Double?
  /// What the weights were like.
  public internal(set) var weights: Weights?
}
