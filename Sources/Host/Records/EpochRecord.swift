/// What an epoch's row in `metrics.jsonl` says, besides its weights and scores.
public struct EpochRecord: Sendable, Equatable {
  /// The epoch, counted from 0.
  public var epoch: Int
  /// Steps done since the start of the run.
  public var steps: Int
  /// The mean unweighted training loss, in nats.
  public var trainLoss: Double
  /// The training accuracy while training, 0…1.
  public var trainAccuracy: Double
  /// The test set's metrics; nil where it was not evaluated after this epoch.
  public var test: ClassificationMetrics?
  /// The validation set's metrics; nil where there is none, and where it was not evaluated.
  public var validation: ClassificationMetrics?
  /// The learning rate of the epoch.
  public var learningRate: Float
  /// How long the epoch's training took, in seconds, without evaluation.
  public var seconds: Double
  /// Training images per second.
  public var imagesPerSecond: Double

  /// A row; every argument is the property of its name.
  public init(
    epoch: Int, steps: Int, trainLoss: Double, trainAccuracy: Double, test: ClassificationMetrics?,
    validation: ClassificationMetrics? = nil, learningRate: Float, seconds: Double, imagesPerSecond: Double
  ) {
    self.epoch = epoch
    self.steps = steps
    self.trainLoss = trainLoss
    self.trainAccuracy = trainAccuracy
    self.test = test
    self.validation = validation
    self.learningRate = learningRate
    self.seconds = seconds
    self.imagesPerSecond = imagesPerSecond
  }

  func json(weights: WeightStatistics, scores: Histogram) -> JSON {
    let row: JSON = [
      "kind": "epoch", "epoch": JSON(epoch), "steps": JSON(steps), "learning_rate": JSON(learningRate),
      "train_loss": JSON(trainLoss), "train_accuracy": JSON(trainAccuracy),
      "test_loss": JSON(test?.negativeLogLikelihood),
      "test_accuracy": JSON(test?.accuracy),
      "test_class_accuracy": test.map { .array($0.classAccuracy.map { JSON($0) }) } ?? .null,
      "effective_sample_size": JSON(weights.effectiveSampleSize),
      "largest_weight_share": JSON(weights.largestShare),
      "class_weight_share": JSON(weights.classShare),
      "weight": weights.histogram.json, "score": scores.json,
    ]
    guard let validation else { return row }
    let more: JSON = [
      "validation_loss": JSON(validation.negativeLogLikelihood),
      "validation_accuracy": JSON(validation.accuracy),
      "validation_balanced_accuracy": JSON(validation.balancedAccuracy),
    ]
    return .object((row.members ?? []) + (more.members ?? []))
  }

  func summaries(weights: WeightStatistics, scores: Histogram) -> [EventFile.Summary] {
    var summaries: [EventFile.Summary] = [
      .scalar(tag: "train/loss", trainLoss), .scalar(tag: "train/accuracy", trainAccuracy),
      .scalar(tag: "learning_rate", Double(learningRate)),
      .scalar(tag: "weight/effective_sample_size", weights.effectiveSampleSize),
      .scalar(tag: "weight/largest_share", weights.largestShare),
      .scalar(tag: "seconds", seconds), .scalar(tag: "images_per_second", imagesPerSecond),
    ]
    // Class numbers in three digits, so that TensorBoard's tags sort.
    for (c, share) in weights.classShare.enumerated() {
      summaries.append(.scalar(tag: "class_weight_share/\(zeroPadded(c, 3))", share))
    }
    if let test {
      for metric in Metric.allCases {
        if let value = test[metric] { summaries.append(.scalar(tag: metric.tag, value)) }
      }
      for (c, accuracy) in test.classAccuracy.enumerated() {
        if let accuracy { summaries.append(.scalar(tag: "class_accuracy/\(zeroPadded(c, 3))", accuracy)) }
      }
    }
    if let validation {
      summaries.append(.scalar(tag: "validation/loss", validation.negativeLogLikelihood))
      summaries.append(.scalar(tag: "validation/accuracy", validation.accuracy))
      summaries.append(.scalar(tag: "validation/balanced_accuracy", validation.balancedAccuracy))
    }
    if weights.histogram.count > 0 { summaries.append(.histogram(tag: "weight", weights.histogram)) }
    if scores.count > 0 { summaries.append(.histogram(tag: "p_score", scores)) }
    return summaries
  }
}

extension Histogram {
  /// The counts that are not zero, each with its bucket's upper limit, and their summary; null before the first.
  fileprivate var json: JSON {
    guard count > 0 else { return .null }
    let filled = buckets.filter { $0.count > 0 }
    return [
      "minimum": JSON(minimum), "maximum": JSON(maximum), "mean": JSON(mean),
      "limits": JSON(filled.map(\.limit)), "counts": JSON(filled.map(\.count)),
    ]
  }
}
