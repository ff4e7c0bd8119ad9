/// What a step's row in `metrics.jsonl` says, besides its weights.
public struct StepRecord: Sendable, Equatable {
  /// A number that a plugin gave.
  public struct Metric: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its value.
    public var value: Double

    /// `name` = `value`.
    public init(name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// The step, counted from 0 at the start of the run.
  public var step: Int
  /// The epoch, counted from 0.
  public var epoch: Int
  /// The mean of the unweighted losses of the batch, in nats.
  public var loss: Double
  /// The loss that was minimised, Σ wᵢ ℓᵢ.
  public var weightedLoss: Double
  /// The learning rate.
  public var learningRate: Float
  /// How long the step took, in seconds.
  public var seconds: Double
  /// The plugin's metrics of this step, no two of one name.
  public var metrics: [Metric]

  /// A row; every argument is the property of its name.
  public init(
    step: Int, epoch: Int, loss: Double, weightedLoss: Double, learningRate: Float, seconds: Double,
    metrics: [Metric] = []
  ) {
    self.step = step
    self.epoch = epoch
    self.loss = loss
    self.weightedLoss = weightedLoss
    self.learningRate = learningRate
    self.seconds = seconds
    self.metrics = metrics
  }

  func json(effectiveSampleSize: Double) -> JSON {
    var row: [JSON.Member] = [
      .init("kind", "step"), .init("step", JSON(step)), .init("epoch", JSON(epoch)),
      .init("loss", JSON(loss)),
      .init("weighted_loss", JSON(weightedLoss)), .init("learning_rate", JSON(learningRate)),
      .init("effective_sample_size", JSON(effectiveSampleSize)),
    ]
    if !metrics.isEmpty {
      row.append(.init("metrics", .object(metrics.map { .init($0.name, JSON($0.value)) })))
    }
    return .object(row)
  }

  func summaries(effectiveSampleSize: Double) -> [EventFile.Summary] {
    [
      .scalar(tag: "step/loss", loss), .scalar(tag: "step/weighted_loss", weightedLoss),
      .scalar(tag: "step/learning_rate", Double(learningRate)),
      .scalar(tag: "step/effective_sample_size", effectiveSampleSize),
      .scalar(tag: "step/seconds", seconds),
    ] + metrics.map { .scalar(tag: "plugin/\($0.name)", $0.value) }
  }
}
