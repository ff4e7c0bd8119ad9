/// A run that need not be done again: its folder holds its results.
public struct FinishedRun: Failure {
  /// How it went.
  public let result: TrainingResult

  /// Reads the results; a folder that lacks them is refused.
  init(in folder: RunFolder, _ description: RunDescription, _ run: JSON?) throws {
    let path = folder.file(RunFolder.predictions)
    guard let archive = try? NPZ(path: path), let logits = try? archive.array("logits"),
      let targets = try? archive.array("target").int64s(), case let numbers = logits.floats(),
      case let classes = description.data.trainCounts.count, numbers.count == targets.count * classes,
      targets.allSatisfy({ (0..<Int64(classes)).contains($0) })
    else {
      throw FileError.runExists(folder: folder.path, run: "a finished run of '\(description.strategy.id)'")
    }
    let predictions = Predictions(classes: classes, logits: numbers, targets: targets.map { Int($0) })
    result = TrainingResult(
      folder: folder.path, strategy: description.strategy.id,
      objective: description.objective?.id, dataset: description.data.name,
      model: description.model, steps: run?["steps"]?.int ?? 0, seconds: run?["seconds"]?.double ?? 0,
      metrics: ClassificationMetrics(predictions, trainingCounts: description.data.trainCounts))
  }

  /// Where it is.
  public var problem: String { "'\(result.folder)' holds this run already, and it is finished" }
  /// How to do it again all the same.
  public var remedy: String { "another --run-dir to do it once more." }
  /// Nothing is left to do.
  public var status: ExitStatus { .done }
}
