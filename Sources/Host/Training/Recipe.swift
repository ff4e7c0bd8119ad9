public import Models

/// How long a run trains and at which rates: what a preset decides.
public struct Recipe: Sendable, Equatable {
  /// Passes over the training set.
  public var epochs: Int
  /// The learning rate that warm-up ends at and decay starts from.
  public var learningRate: Float
  /// How the learning rate falls.
  public var decay: LearningRateSchedule.Decay
  /// Epochs over which the learning rate rises linearly to its peak.
  public var warmupEpochs: Int
  /// Coupled weight decay: this times a parameter is added to the parameter's gradient.
  public var weightDecay: Float

  /// The learning rate of every epoch under this recipe.
  public var schedule: LearningRateSchedule {
    LearningRateSchedule(peak: learningRate, decay: decay, warmupEpochs: warmupEpochs)
  }
}

/// A recipe with a name.
public enum Preset: String, CaseIterable, Sendable {
  /// What `train` does unless told otherwise; its cosine fits any number of epochs.
  case standard
  /// The long-tailed field's 200 epochs (Cao et al.: "LDAM-DRW", NeurIPS 2019).
  case lt200
  /// The original batch-reweighting project's recipe, which differs between long-tailed and balanced data.
  case reference

  /// The recipe for a training set whose classes are of different (`longTailed`) or of equal size.
  public func recipe(longTailed: Bool) -> Recipe {
    switch self {
    case .standard:
      Recipe(epochs: 100, learningRate: 0.1, decay: .cosine, warmupEpochs: 0, weightDecay: 1e-4)
    case .lt200:
      Recipe(
        epochs: 200, learningRate: 0.1, decay: .steps(epochs: [160, 180], factor: 0.01), warmupEpochs: 5,
        weightDecay: 2e-4)
    case .reference where longTailed:
      Recipe(
        epochs: 1241, learningRate: 0.1, decay: .steps(epochs: [604, 926, 1128], factor: 0.1),
        warmupEpochs: 0, weightDecay: 1e-4)
    case .reference:
      Recipe(
        epochs: 308, learningRate: 0.1, decay: .steps(epochs: [150, 230, 280], factor: 0.1),
        warmupEpochs: 0, weightDecay: 1e-4)
    }
  }
}

extension TrainingOptions {
  /// What the run does: the preset's recipe under the settings given explicitly.
  ///
  /// - Parameters:
  ///   - longTailed: whether the classes of the training set differ in size.
  ///   - stepsPerEpoch: batches in one pass over the training set; at least 1. A limit in `steps` becomes
  ///     the number of epochs begun before it is reached, so that decay spans the whole run.
  public func recipe(longTailed: Bool, stepsPerEpoch: Int) -> Recipe {
    precondition(stepsPerEpoch >= 1, "\(stepsPerEpoch) steps per epoch")
    var recipe = preset.recipe(longTailed: longTailed)
    if let epochs { recipe.epochs = epochs }
    if let steps { recipe.epochs = steps / stepsPerEpoch + (steps % stepsPerEpoch == 0 ? 0 : 1) }
    if let learningRate { recipe.learningRate = learningRate }
    if let decay { recipe.decay = decay }
    if let warmupEpochs { recipe.warmupEpochs = warmupEpochs }
    if let weightDecay { recipe.weightDecay = weightDecay }
    return recipe
  }
}
