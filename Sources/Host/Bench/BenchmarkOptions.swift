/// Every setting of `bench`.
public struct BenchmarkOptions: Sendable, Equatable {
  /// What is trained; how long, at which rates and where it is recorded do not matter.
  public var training: TrainingOptions
  /// Whether the images are made up, in CIFAR's shape, instead of read from `training.dataset`.
  public var isSynthetic: Bool
  /// Steps that are measured.
  public var steps = 20
  /// Steps before them that are not.
  public var warmup = 3

  /// The defaults for `dataset`; nil for made-up images.
  public init(dataset: String? = nil) {
    training = TrainingOptions(dataset: dataset ?? "synthetic")
    isSynthetic = dataset == nil
    // Small, for what is learnt does not matter but must stay finite with every network.
    training.learningRate = 0.01
  }
}
