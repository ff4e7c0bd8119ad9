/// Every setting of `eval`; nil takes what the `run.json` beside the weights says, where there is one.
public struct EvaluationOptions: Sendable, Equatable {
  /// The safetensors file of the weights.
  public var weights: String
  /// The data set whose test images are classified.
  public var dataset: String?
  /// The folder of the data set's files.
  public var dataDirectory = "data"
  /// The network, one of `TrainingOptions.models`.
  public var model: String?
  /// How pixels become network inputs.
  public var normalization: Normalization?
  /// The strength τ of a logit adjustment by the training classes' shares; nil for the logits as they are.
  public var logitAdjustment: Double?
  /// Images in a batch; the results depend on it by rounding only.
  public var batchSize = 256
  /// Threads of the numeric kernels; nil for one on each core.
  public var threads: Int?
  /// The npz file for every image's prediction; nil to write none.
  public var predictions: String?

  /// The defaults for `weights`.
  public init(weights: String) { self.weights = weights }
}
