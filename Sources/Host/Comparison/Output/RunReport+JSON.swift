extension RunReport {
  /// The report's numbers.
  public var json: String {
    let value: JSON = [
      "folders": JSON(folders), "groups": .array(comparisons.map(\.json)),
      "notes": JSON(notes + comparisons.flatMap(\.notes)),
    ]
    return value.pretty
  }
}

extension Comparison {
  fileprivate var json: JSON {
    [
      "data": JSON(data.name), "name": JSON(name),
      "train_sha256": JSON(data.trainSHA256), "test_sha256": JSON(data.testSHA256),
      "train_counts": JSON(trainCounts), "shot_rule": JSON(shotRule), "baseline": JSON(baseline.label),
      "counts": [
        "planned": JSON(counts.planned), "done": JSON(counts.done), "running": JSON(counts.running),
        "interrupted": JSON(counts.interrupted), "failed": JSON(counts.failed),
      ],
      "lost": .array(
        losses.map { loss in
          [
            "method": JSON(loss.method), "seed": loss.seed.map { JSON($0) } ?? .null,
            "status": JSON(loss.state.rawValue), "reason": JSON(loss.reason),
          ]
        }),
      "methods": .array(
        methods.enumerated().map { index, method in
          [
            "label": JSON(method.label),
            "seeds": .array(method.finished.map { $0.seed.map { JSON($0) } ?? .null }),
            "metrics": .object(
              differences.map { .init($0.metric.rawValue, $0.rows[index].spread.json) }),
            "baseline": references[index].map { JSON(methods[$0].label) } ?? .null,
            "differences": references[index] == nil
              ? .null : .object(differences.map { .init($0.metric.rawValue, $0.rows[index].json) }),
            "class_accuracy": .array(method.classAccuracy.map { JSON($0) }),
            "class_differences": pairings[index].map {
              .array($0.classDifferences(classes: trainCounts.count).map { JSON($0) })
            } ?? .null,
            "seconds_per_epoch": JSON(method.cost(\.secondsPerEpoch)), "overhead": JSON(overhead(of: index)),
            "peak_memory": JSON(method.cost { $0.peakMemory.map { Double($0) } }),
          ]
        }),
      "settings": .array(settings.map { ["name": JSON($0.name), "values": JSON($0.values)] }),
      "plans": .array(
        plans.map { plan in
          [
            "folder": JSON(plan.folder), "command_line": JSON(plan.commandLine),
            "directory": JSON(plan.directory), "created": JSON(plan.created), "version": JSON(plan.version),
          ]
        }),
      "machines": .array(
        machines.map { machine in
          [
            "processor": JSON(machine.processor), "instruction_set": JSON(machine.instructionSet),
            "blas": JSON(machine.blas),
          ]
        }),
      "plugins": .array(plugins.map { ["name": JSON($0.name), "sha256": JSON($0.sha256)] }),
      "runs": .array(methods.flatMap { method in method.runs.map { $0.json(label: method.label) } }),
    ]
  }
}

extension RunSummary {
  fileprivate func json(label: String) -> JSON {
    [
      "label": JSON(label), "folder": JSON(folder), "status": JSON(state.rawValue), "failure": JSON(failure),
      "method": JSON(method), "seed": seed.map { JSON($0) } ?? .null, "settings": .object(settings),
      "result": result, "effective_sample_size": JSON(effectiveSampleSize), "seconds": JSON(cost.seconds),
      "test_accuracy": .array(
        epochs.compactMap { epoch in
          epoch.accuracy.map { ["epoch": JSON(epoch.epoch), "accuracy": JSON($0)] }
        }),
    ]
  }
}

extension SampleSpread {
  fileprivate var json: JSON {
    [
      "n": JSON(count), "mean": JSON(mean), "standard_deviation": JSON(deviation),
      "interval_95": interval.map { JSON([$0.low, $0.high]) } ?? .null,
    ]
  }
}

extension MetricComparison.Row {
  fileprivate var json: JSON {
    guard let difference, let conclusion else { return .null }
    let numbers: JSON = [
      "seeds": JSON(difference.seeds), "values": JSON(difference.values), "p": JSON(difference.test?.p),
      "p_is_exact": difference.test.map { JSON($0.isExact) } ?? .null, "p_holm": JSON(difference.adjustedP),
      "family": JSON(difference.family), "smallest_p": JSON(difference.test?.smallest),
      "conclusion": JSON(conclusion.text),
    ]
    return .object((difference.spread.json.members ?? []) + (numbers.members ?? []))
  }
}
