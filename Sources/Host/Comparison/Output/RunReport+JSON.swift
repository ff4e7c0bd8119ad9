extension RunReport {
  /// The report's numbers.
  public var json: String {
    let value: JSON = [
      "folders": JSON(folders), "groups": .array(comparisons.map(\.json)), "notes": JSON(notes),
    ]
    return value.pretty
  }
}

extension Comparison {
  fileprivate var json: JSON {
    [
      "data": JSON(data.name), "name": JSON(name), "train_counts": JSON(trainCounts),
      "baseline": JSON(baseline.label),
      "runs": .array(
        methods.flatMap { method in
          method.runs.map { run in
            [
              "label": JSON(method.label), "folder": JSON(run.folder), "status": JSON(run.state.rawValue),
              "method": JSON(run.method), "settings": .object(run.settings), "result": run.result,
              "effective_sample_size": JSON(run.effectiveSampleSize), "seconds": JSON(run.cost.seconds),
              "test_accuracy": .array(
                run.epochs.compactMap { epoch in
                  epoch.accuracy.map { ["epoch": JSON(epoch.epoch), "accuracy": JSON($0)] }
                }),
            ]
          }
        }),
    ]
  }
}
