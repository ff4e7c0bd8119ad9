/// How a run went, in a few lines.
public struct TrainingResult: Sendable, Equatable {
  /// The folder of the run's files.
  public let folder: String
  /// The strategy's id.
  public let strategy: String
  /// The objective's id; nil for the cross-entropy.
  public let objective: String?
  /// The data set's name.
  public let dataset: String
  /// The network's name.
  public let model: String
  /// Steps trained.
  public let steps: Int
  /// Time from reading the data to the last evaluation.
  public let seconds: Double
  /// What the network says about the test set at the end.
  public let metrics: ClassificationMetrics

  /// The summary for people.
  public var text: String {
    """
    \(method) on \(dataset), \(model): \(steps) steps in \(decimal(seconds, places: 1)) s
      test accuracy \(percent(metrics.accuracy)), balanced \(percent(metrics.balancedAccuracy)), \
    many / medium / few-shot \(shots), worst class \(percent(metrics.worstClass.flatMap { metrics.classAccuracy[$0] }))
      files in \(folder)

    """
  }

  /// The summary for programs.
  public var json: String {
    let value: JSON = [
      "folder": JSON(folder), "strategy": JSON(strategy), "objective": JSON(objective),
      "dataset": JSON(dataset), "model": JSON(model), "steps": JSON(steps), "seconds": JSON(seconds),
      "test": metrics.json,
    ]
    return value.pretty
  }

  private var method: String { [strategy, objective].compactMap { $0 }.joined(separator: "+") }

  private var shots: String {
    [metrics.shots.many, metrics.shots.medium, metrics.shots.few]
      .map { percent(metrics.accuracy(of: $0)) }.joined(separator: " / ")
  }
}
