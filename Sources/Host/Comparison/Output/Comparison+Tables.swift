// What the leaderboard shows, in two tables, for lines have an end.
private let headline: [Metric] = [
  .accuracy, .balancedAccuracy, .macroF1, .manyAccuracy, .mediumAccuracy, .fewAccuracy,
]
private let further: [Metric] = [.worstClassAccuracy, .calibrationError, .negativeLogLikelihood]

extension Comparison {
  /// The runs, one a row, where no method has several.
  var overview: ReportTable {
    let names = ["worst class", "ESS", "seconds", "status"]
    var table = ReportTable(header: ["run"] + headline.map(\.title) + names, legend: shotLegend)
    for method in methods {
      let run = method.runs[0]
      let worst = run.result["worst_class"]?.int.map {
        "\(score(run.value(of: .worstClassAccuracy))) (\($0))"
      }
      table.rows.append(
        [method.label] + headline.map { score(run.value(of: $0)) } + [
          worst ?? "–", decimal(run.effectiveSampleSize, places: 1),
          decimal(run.cost.seconds, places: 1), run.state.rawValue,
        ])
    }
    return table
  }

  /// The methods with means and standard deviations over their seeds.
  var leaderboard: ReportTable {
    var table = ReportTable(
      caption: "mean ± standard deviation over n seeds, after the last epoch",
      header: ["method", "n"] + headline.map(\.title), legend: shotLegend)
    for (index, method) in methods.enumerated() {
      table.rows.append(
        [method.label, "\(method.finished.count)"]
          + headline.map { spreadCell(spread($0, of: index), among: method.finished.count) })
    }
    return table
  }

  /// What else there is to know about the methods, and what they cost.
  var furtherTable: ReportTable {
    var table = ReportTable(
      header: ["method"] + further.map(\.title) + ["ESS", "seconds/epoch", "overhead", "peak memory"],
      legend: methods.count > 1
        ? "ESS: effective sample size of a batch; overhead: in training time, over \(referenceName)" : "")
    for (index, method) in methods.enumerated() {
      let finished = method.finished
      let memory = method.cost { $0.peakMemory.map { Double($0) / 1_048_576 } }
      table.rows.append(
        [method.label] + further.map { spreadCell(spread($0, of: index), among: finished.count) } + [
          decimal(mean(of: finished.compactMap(\.effectiveSampleSize)), places: 1),
          decimal(method.cost(\.secondsPerEpoch), places: 2),
          overhead(of: index).map { "\($0 < 0 ? "" : "+")\(percent($0))" } ?? "–",
          memory.map { "\(decimal($0, places: 0)) MiB" } ?? "–",
        ])
    }
    return table
  }

  /// The 95 % intervals of the methods' means.
  var intervalTable: ReportTable {
    var table = ReportTable(
      caption: "95 % interval of the mean, by Student's t",
      header: ["method", "n"] + Metric.allCases.map(\.title))
    for (index, method) in methods.enumerated() {
      let cells = Metric.allCases.map { metric in
        spread(metric, of: index).interval.map { "\(score($0.low)) to \(score($0.high))" } ?? "–"
      }
      table.rows.append([method.label, "\(method.finished.count)"] + cells)
    }
    return table
  }

  /// The epochs chosen on the validation split; nil where none was held out.
  var bestTable: ReportTable? {
    guard methods.contains(where: { $0.finished.contains { $0.best != nil } }) else { return nil }
    var table = ReportTable(
      caption: "the epoch of the best balanced accuracy on the validation split; on the test set after it",
      header: ["method", "n", "epochs"] + headline.map(\.title), words: [0, 2])
    for method in methods {
      let best = method.finished.compactMap(\.best)
      let epochs = best.map { "\($0.epoch + 1)" }.joined(separator: ", ")
      table.rows.append(
        [method.label, "\(best.count)", shown(epochs)]
          + headline.map { metric in
            spreadCell(SampleSpread(best.compactMap { $0.value(of: metric) }), among: best.count)
          })
    }
    return table
  }

  /// The accuracy of each class beside the baseline's; nil where no run knows it.
  var classTable: ReportTable? {
    let accuracies = methods.map(\.classAccuracy)
    guard accuracies.contains(where: { $0.contains { $0 != nil } }) else { return nil }
    let changes = pairings.map { $0?.classDifferences(classes: trainCounts.count) }
    let means = isOfSingleRuns ? "" : ", mean over seeds"
    let differences = methods.count > 1 ? " (difference to \(referenceName), paired by seed)" : ""
    var table = ReportTable(
      caption: "accuracy by class\(means)\(differences)",
      header: ["class", "training samples"] + methods.map(\.label))
    for c in classes {
      let cells = accuracies.enumerated().map { index, own in
        guard c < own.count, let accuracy = own[c] else { return "–" }
        guard let change = changes[index]?[c] else { return score(accuracy) }
        let difference = score(change)
        return "\(score(accuracy)) (\(difference.hasPrefix("-") ? "" : "+")\(difference))"
      }
      table.rows.append(["\(c)", "\(trainCounts[c])"] + cells)
    }
    return table
  }

  /// The differences to the baseline in some metrics; nil where there is nothing to compare.
  func differenceTable(of metrics: [Metric]) -> ReportTable? {
    guard methods.count > 1, !isOfSingleRuns else { return nil }
    let families = Set(differences.flatMap(\.rows).compactMap { $0.difference?.family }.filter { $0 > 0 })
    let family = families.count == 1 ? counted(families.first ?? 0, "method") : "methods"
    let isExact = differences.flatMap(\.rows).allSatisfy { $0.difference?.test?.isExact ?? true }
    var table = ReportTable(
      caption: "difference to \(referenceName), paired by seed",
      header: ["metric", "method", "n", "difference", "95 % interval", "p", "Holm p", "smallest p"],
      words: [0, 1],
      legend: families.isEmpty
        ? ""
        : "p: \(isExact ? "exact " : "")sign-flip test, two-sided; Holm p: adjusted for the "
          + "\(family) compared with one baseline in the metric, not for the number of metrics; smallest p: the least "
          + "that n seeds can give")
    for comparison in differences where metrics.contains(comparison.metric) && comparison.isKnown {
      for (index, row) in comparison.rows.enumerated() {
        guard let difference = row.difference else { continue }
        table.rows.append([
          comparison.metric.title, pairName(of: index), "\(difference.values.count)",
          difference.spread.mean.map { signed($0) } ?? "not paired",
          difference.spread.interval.map { "\(signed($0.low)) to \(signed($0.high))" } ?? "–",
          difference.test.map { probability($0.p) + ($0.isExact ? "" : " (random flips)") } ?? "–",
          difference.adjustedP.map { probability($0) } ?? "–",
          difference.test.map { probability($0.smallest) } ?? "–",
        ])
      }
    }
    return table.rows.isEmpty ? nil : table
  }

  /// The runs that did not come to their end; nil where all did.
  var lossTable: ReportTable? {
    guard !losses.isEmpty else { return nil }
    var table = ReportTable(
      caption: "\(losses.count) of \(counts.planned) runs did not come to their end, and count in no mean",
      header: ["method", "seed", "status", "reason"], words: [0, 2, 3])
    for loss in losses {
      table.rows.append([
        loss.method, loss.seed.map { "\($0)" } ?? "–", loss.state.rawValue,
        loss.reason.isEmpty ? "–" : loss.reason,
      ])
    }
    return table
  }

  /// How many of the runs are done; empty where all are.
  var progress: String {
    counts.done == counts.planned
      ? "" : "\(counts.done) of \(counts.planned) runs are done, \(counts.remainder)\n"
  }

  /// What can be said about each method in some metrics, a sentence each.
  func sentences(on metrics: [Metric]) -> [String] {
    differences.filter { metrics.contains($0.metric) && $0.isKnown }.flatMap { comparison in
      comparison.rows.indices.compactMap { index in
        comparison.rows[index].conclusion.map {
          "\(pairName(of: index)), \(comparison.metric.name): \($0.text)"
        }
      }
    }
  }

  // MARK: - Words

  /// What methods are compared with, in a sentence.
  var referenceName: String { hasSeveralBaselines ? "its baseline" : baseline.label }

  /// A method, and what it is compared with where that is not the same for all.
  func pairName(of method: Int) -> String {
    let label = methods[method].label
    guard hasSeveralBaselines, let reference = references[method] else { return label }
    return "\(label) minus \(methods[reference].label)"
  }

  // MARK: - Cells

  /// What many, medium and few mean here.
  private var shotLegend: String { shotRule.map { "many, medium, few: \($0)" } ?? "" }

  private func spread(_ metric: Metric, of method: Int) -> SampleSpread {
    differences.first { $0.metric == metric }?.rows[method].spread ?? SampleSpread([])
  }

}

/// A mean with its deviation; how many values there are where some of the runs have none.
private func spreadCell(_ spread: SampleSpread, among count: Int) -> String {
  guard let mean = spread.mean else { return "–" }
  let missing = spread.count < count ? " (n \(spread.count))" : ""
  return score(mean) + (spread.deviation.map { " ± \(score($0))" } ?? "") + missing
}

private func score(_ value: Double?) -> String { decimal(value, places: 3) }
