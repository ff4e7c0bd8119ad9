extension Replay {
  /// The most steps that the table shows, evenly taken.
  private static let shownRows = 20

  /// The table for people.
  public var text: String {
    let shown = min(steps.count, Self.shownRows)
    let rows = (0..<shown).map { steps[shown == 1 ? 0 : $0 * (steps.count - 1) / (shown - 1)] }
    let summary = ReplaySummary(steps)
    let objective = header.objective.map { ", objective \($0.id)" } ?? ""
    var lines = [
      "\(folder): \(count(recordedSteps, "step")) of \(header.dataset), recorded with \(header.strategy.id) "
        + "\(header.strategy.version)\(objective), gradient source \(header.gradientSource)",
      "A  \(a.label)", "B  \(b.label)", "",
      "                    effective samples        weight of A by class     A with its loss     A with B",
      "  step epoch batch        A        B     many  medium     few   Pearson Spearman   Pearson Spearman",
    ]
    lines += rows.map { step in
      padded("\(step.step)", 6) + padded("\(step.epoch)", 6) + padded("\(step.batch)", 6)
        + figures(
          (step.a.effectiveSampleSize, step.b.effectiveSampleSize), step.a.classShare,
          (step.a.loss.pearson, step.a.loss.spearman), (step.agreement.pearson, step.agreement.spearman))
    }
    if steps.count > shown {
      lines.append("  \(shown) of \(count(steps.count, "step")); --json has them all")
    }
    lines.append(
      padded("  mean", 12, left: true) + padded(decimal(summary.batch, places: 0), 6)
        + figures(
          (summary.a.effectiveSampleSize, summary.b.effectiveSampleSize), summary.a.classShare,
          (summary.a.loss.pearson, summary.a.loss.spearman),
          (summary.agreement.pearson, summary.agreement.spearman)))
    lines.append(shareRow("  B: weight by class", summary.b.classShare))
    lines.append(shareRow("  samples by class", summary.sampleShare))
    lines += ["", "many, medium, few: \(groups.rule.meaning)"]
    if let reproduction { lines.append(reproduction.text(deferUntil: header.deferUntil)) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func figures(
    _ sizes: (Double, Double), _ shares: [Double], _ loss: (Double?, Double?), _ agreement: (Double?, Double?)
  ) -> String {
    padded(decimal(sizes.0, places: 1), 9) + padded(decimal(sizes.1, places: 1), 9) + " " + columns(shares)
      + padded(decimal(loss.0, places: 3), 10) + padded(decimal(loss.1, places: 3), 9)
      + padded(decimal(agreement.0, places: 3), 10) + padded(decimal(agreement.1, places: 3), 9)
  }

  private func columns(_ shares: [Double]) -> String {
    groups.sums(of: shares).map { padded(percent($0), 8) }.joined()
  }

  private func shareRow(_ name: String, _ shares: [Double]) -> String {
    padded(name, 37, left: true) + columns(shares)
  }
}

extension Replay.Reproduction {
  /// The verdict in one line.
  func text(deferUntil: Int) -> String {
    guard compared > 0 else {
      return "reproduction: no step to compare, for the run deferred the strategy until epoch \(deferUntil)"
    }
    guard let firstDifference else {
      return "reproduction: A gives the recorded weights bit for bit in \(count(compared, "step"))"
    }
    return
      "reproduction: A differs from the recorded weights in \(compared - identical) of \(count(compared, "step"))"
      + ", from step \(firstDifference) on, by at most \(largestDifference)"
  }
}

private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
