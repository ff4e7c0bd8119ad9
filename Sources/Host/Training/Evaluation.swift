internal import Models

/// Saved weights, tried on a data set's test images.
public struct Evaluation: Sendable, Equatable {
  /// The file of the weights.
  public let weights: String
  /// The data set's name.
  public let dataset: String
  /// The network's name.
  public let model: String
  /// What the network says about the test set.
  public let metrics: ClassificationMetrics
  /// How the logits were adjusted first; nil where they were not.
  public let adjustment: LogitAdjustment?
  private let testCounts: [Int]
  private let trainingCounts: [Int]

  /// Loads the weights, classifies the test set and writes the predictions where asked for.
  ///
  /// - Throws: a `Failure`; no predictions are then written.
  public init(_ options: EvaluationOptions) throws {
    if let path = options.predictions, isSameFile(path, options.weights) {
      throw TrainingError.overwritesWeights(path: options.weights)
    }
    let run = RunFile(beside: options.weights)
    weights = options.weights
    let dataset = try run.choose("dataset", options.dataset, run.dataset)
    self.dataset = dataset
    let normalization = try options.normalization ?? run.recordedNormalization() ?? .half
    let data = try DataSource(dataset, in: options.dataDirectory, normalization: normalization)
    model = try run.choose("model", options.model, run.model)
    guard TrainingOptions.models.contains(model) else {
      throw TrainingError.unknownSetting("model", value: model, runFile: run.path)
    }
    adjustment = try options.logitAdjustment.map { strength in
      try run.adjustment(strength, for: data.training, of: dataset)
    }
    let pool = try Engine.threads(options.threads)
    let batchSize = min(options.batchSize, data.test.count)
    let network = try Engine.network(
      model, for: data.training, capacity: batchSize, seed: 0, pool: pool,
      purpose: .inference, besides: BatchLoader.bytes(of: data.test, batchSize: batchSize, workers: 1))
    try network.load(weightsAt: options.weights)
    let raw = try network.predictions(
      on: .evaluating(data.test, batchSize: batchSize, normalizer: data.normalizer, workers: 1))
    let predictions = adjustment.map { raw.adjusted(by: $0) } ?? raw
    trainingCounts = data.training.classCounts
    testCounts = data.test.classCounts
    metrics = ClassificationMetrics(predictions, trainingCounts: trainingCounts)
    if let path = options.predictions { try NumPyWriter.write(predictions.tensors, to: path) }
  }

  /// The result for people.
  public var text: String {
    var lines = [
      "\(weights): \(model) on the \(testCounts.reduce(0, +)) test images of \(dataset)"
    ]
    if let adjustment { lines.append(adjustment.text) }
    lines += [
      "  accuracy           \(percent(metrics.accuracy))",
      "  balanced accuracy  \(percent(metrics.balancedAccuracy))",
      "  macro F1           \(percent(metrics.macroF1))",
      "  many-shot          \(percent(metrics.accuracy(of: metrics.shots.many)))",
      "  medium-shot        \(percent(metrics.accuracy(of: metrics.shots.medium)))",
      "  few-shot           \(percent(metrics.accuracy(of: metrics.shots.few)))",
      "  log likelihood     \(decimal(-metrics.negativeLogLikelihood, places: 4)) nats an image",
      "  calibration error  \(percent(metrics.calibrationError))", "  class  trained on  accuracy",
    ]
    for (c, accuracy) in metrics.classAccuracy.enumerated() {
      lines.append(
        "  \(padded("\(c)", 5))  \(padded("\(trainingCounts[c])", 10))  \(padded(percent(accuracy), 8))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The result for programs.
  public var json: String {
    let value: JSON = [
      "weights": JSON(weights), "dataset": JSON(dataset), "model": JSON(model),
      "posthoc_logit_adjust": adjustment?.json ?? .null, "test": metrics.json,
    ]
    return value.pretty
  }
}

/// What the `run.json` beside a weight file, or one folder above, says about the run that made it.
private struct RunFile {
  let path: String
  let dataset: String?
  let model: String?
  let normalization: String?
  private let trainCounts: [JSON]?

  init(beside weights: String) {
    let folder = weights.lastIndex(of: "/").map { String(weights[...$0]) } ?? ""
    let candidates = ["\(folder)run.json", "\(folder)../run.json"]
    var path = candidates[0]
    var run: JSON?
    for candidate in candidates where run == nil {
      guard let bytes = try? readFile(at: candidate, limit: RunFolder.descriptionLimit) else { continue }
      run = try? JSON(parsing: bytes)
      if run != nil { path = candidate }
    }
    self.path = path
    dataset = run?["data"]?["name"]?.string
    model = run?["model"]?["name"]?.string
    normalization = run?["settings"]?["normalize"]?.string
    trainCounts = run?["data"]?["train_counts"]?.array
  }

  /// The adjustment by the counts of the samples that the run trained on; without a run, by those of the training file.
  func adjustment(
    _ strength: Double, for training: ImageDataset, of dataset: String
  ) throws(TrainingError) -> LogitAdjustment {
    guard let trainCounts else {
      return try LogitAdjustment(strength: strength, counts: training.classCounts, source: training.path)
    }
    guard trainCounts.count == training.classes else {
      throw .otherClasses(
        count: trainCounts.count, runFile: path, dataset: dataset, expected: training.classes)
    }
    return try LogitAdjustment(
      strength: strength, counts: trainCounts.map { min($0.int ?? 0, 1 << 53) }, source: path)
  }

  func recordedNormalization() throws(TrainingError) -> Normalization? {
    guard let normalization else { return nil }
    guard let known = Normalization(rawValue: normalization) else {
      throw .unknownSetting("normalize", value: normalization, runFile: path)
    }
    return known
  }

  func choose(_ name: String, _ given: String?, _ recorded: String?) throws(TrainingError) -> String {
    guard let value = given ?? recorded else { throw .missingSetting(name, runFile: path) }
    return value
  }
}
