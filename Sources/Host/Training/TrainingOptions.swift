public import Models

/// Every setting of one training run, as a user gives them; nil leaves the choice to the preset, the data or
/// the machine.
public struct TrainingOptions: Sendable, Equatable {
  // MARK: - Data

  /// The data set: `DATASET_train.npz` and its test set in `dataDirectory`.
  public var dataset: String
  /// The folder of the data set's files.
  public var dataDirectory = "data"
  /// How training images vary from epoch to epoch; nil for `Augmentation.suiting(_:)`.
  public var augmentation: Augmentation?
  /// How pixels become network inputs.
  public var normalization = Normalization.half
  /// The order in which an epoch visits the samples.
  public var order = Order.shuffled
  /// Samples of each class, at most half of the smallest, that are not trained on but held out for
  /// `meta_alignment`; nil for `usualMetaPerClass` where a plugin asks for that, else none.
  public var metaPerClass: Int?
  /// The share of each class that is held out to choose a best epoch on, in 0..<1.
  public var validation = 0.0

  // MARK: - Strategy

  /// The weighting strategy: an id that is searched for, or the path of a library.
  public var strategy = "erm"
  /// The strategy's parameters, in the order given.
  public var strategyParameters: [Assignment] = []
  /// The plugin that computes the loss; nil for cross-entropy.
  public var objective: String?
  /// The objective's parameters, in the order given.
  public var objectiveParameters: [Assignment] = []
  /// Which parameters the per-sample gradients are taken over.
  public var gradientSource = GradientSource.layer
  /// Epochs before this one (counted from 0) train with uniform weights.
  public var deferUntil = 0
  /// Epochs before this one (counted from 0) train with the cross-entropy instead of the objective.
  public var deferObjectiveUntil = 0

  // MARK: - Model and recipe

  /// The network, one of `models`; nil for `defaultModel(height:width:)`.
  public var model: String?
  /// A safetensors file of the weights to start from; nil to initialise from `seed`.
  public var initialWeights: String?
  /// The recipe that the next six settings change.
  public var preset = Preset.standard
  /// Passes over the training set.
  public var epochs: Int?
  /// Stops after this many steps, wherever the epoch stands; excludes `epochs`.
  public var steps: Int?
  /// The peak learning rate.
  public var learningRate: Float?
  /// How the learning rate falls.
  public var decay: LearningRateSchedule.Decay?
  /// Epochs over which the learning rate rises to its peak.
  public var warmupEpochs: Int?
  /// Coupled weight decay.
  public var weightDecay: Float?
  /// Samples in a batch.
  public var batchSize = 128
  /// Momentum of SGD.
  public var momentum: Float = 0.9
  /// Whether the momentum is Nesterov's.
  public var nesterov = true

  /// Which plugins run in processes of their own. Results do not depend on it.
  public var isolation = IsolationOptions()

  // MARK: - Run

  /// Seeds initialisation, order and augmentation.
  public var seed: UInt64 = 1
  /// Threads of the numeric kernels; nil for one on each core. Results do not depend on it.
  public var threads: Int?
  /// Threads that prepare batches ahead of training. Results do not depend on it.
  public var workers = 1
  /// The folder of the run's files; nil for `runs/` and the name of the configuration.
  public var runDirectory: String?
  /// The folder for every step's inputs and outputs; nil to record none.
  public var recordDirectory: String?
  /// Epochs from one evaluation on the test set to the next; the last epoch is always evaluated.
  public var evaluateEvery = 1
  /// Steps from one point of TensorBoard's step curves to the next; `metrics.jsonl` has a row for every step.
  public var logEvery = 10

  /// How often the run's state is saved. Results do not depend on it.
  public var checkpointEvery = CheckpointInterval.minutes(1)
  /// What becomes of a step whose numbers are not finite.
  public var onNonFinite = NonFinitePolicy.stop

  /// The defaults for `dataset`.
  public init(dataset: String) { self.dataset = dataset }
}

// MARK: - Choices

extension TrainingOptions {
  /// A parameter of a plugin and its value, still as text: the plugin's manifest gives the type.
  public struct Assignment: Sendable, Equatable {
    /// The parameter's name.
    public var name: String
    /// The value as written.
    public var value: String

    /// `name=value`.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The order of an epoch's samples.
  public enum Order: Sendable, Equatable {
    /// Random, another one each epoch.
    case shuffled
    /// As stored.
    case sequential
    /// The sample ids in this npy file, the same each epoch.
    case file(String)
  }

  /// Held-out samples of each class for plugins that ask for `meta_alignment`.
  public static let usualMetaPerClass = 10

  /// Every network that `model` can name.
  public static let models = Architecture.allCases.map(\.rawValue)

  /// The gradient sources that `gradientSource` can name.
  public static let gradientSources = GradientSource.allCases.map(\.rawValue)

  /// The network for images of `height` × `width` pixels when none is named.
  public static func defaultModel(height: Int, width: Int) -> String {
    min(height, width) >= 32 ? "resnet32" : "resnet8"
  }
}
