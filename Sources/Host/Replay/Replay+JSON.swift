extension Replay {
  /// The answer for programs: every step, and every class.
  public var json: String {
    let summary = ReplaySummary(steps)
    let value: JSON = [
      "trace": JSON(folder), "version": JSON(brhostVersion), "run": header.json,
      "recorded_steps": JSON(recordedSteps), "a": a.json, "b": b.json,
      "class_groups": .object(
        [.init("rule", JSON(groups.rule.rawValue))] + groups.named.map { .init($0.name, JSON($0.classes)) }),
      "reproduction": reproduction?.json ?? .null,
      "summary": [
        "batch": JSON(summary.batch), "samples": shares(summary.sampleShare),
        "a": side(summary.a.effectiveSampleSize, summary.a.classShare, summary.a.loss.json),
        "b": side(summary.b.effectiveSampleSize, summary.b.classShare, summary.b.loss.json),
        "agreement": summary.agreement.json,
      ],
      "steps": .array(steps.map { json(of: $0) }),
    ]
    return value.pretty
  }

  private func json(of step: Step) -> JSON {
    [
      "step": JSON(step.step), "epoch": JSON(step.epoch), "batch": JSON(step.batch),
      "samples": shares(step.sampleShare),
      "a": side(step.a.effectiveSampleSize, step.a.classShare, step.a.loss.json),
      "b": side(step.b.effectiveSampleSize, step.b.classShare, step.b.loss.json),
      "agreement": step.agreement.json,
    ]
  }

  private func side(_ size: Double, _ classShare: [Double], _ loss: JSON) -> JSON {
    ["effective_sample_size": JSON(size), "share": shares(classShare), "loss": loss]
  }

  /// A quantity by group of classes, and by class.
  private func shares(_ shares: [Double]) -> JSON {
    let sums = zip(groups.named, groups.sums(of: shares)).map { JSON.Member($0.name, JSON($1)) }
    return .object(sums + [.init("classes", JSON(shares))])
  }
}

extension Replay.Side {
  fileprivate var json: JSON {
    ["label": JSON(label), "recorded": JSON(isRecorded), "strategy": strategy.json]
  }
}

extension Replay.Reproduction {
  fileprivate var json: JSON {
    [
      "compared_steps": JSON(compared), "identical_steps": JSON(identical),
      "first_difference": JSON(firstDifference), "largest_difference": JSON(largestDifference),
    ]
  }
}

extension Correlation {
  fileprivate var json: JSON { ["pearson": JSON(pearson), "spearman": JSON(spearman)] }
}

extension ReplaySummary.Coefficients {
  fileprivate var json: JSON { ["pearson": JSON(pearson), "spearman": JSON(spearman)] }
}
