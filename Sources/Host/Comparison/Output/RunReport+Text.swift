extension RunReport {
  /// The report as tables for a terminal: a row a run, then the classes side by side; under a title for each
  /// data set where there are several.
  public var text: String {
    var parts: [String] = []
    for group in comparisons {
      if comparisons.count > 1 { parts.append("\(group.title)\n") }
      parts += [group.overview, group.shotLegend, group.classTable].filter { !$0.isEmpty }
    }
    if !notes.isEmpty { parts.append(notes.map { "note: \($0)\n" }.joined()) }
    return parts.joined(separator: "\n")
  }
}

extension Comparison {
  fileprivate var overview: String {
    let metrics: [Metric] = [
      .accuracy, .balancedAccuracy, .macroF1, .manyAccuracy, .mediumAccuracy, .fewAccuracy,
    ]
    var table = [
      [
        "run", "accuracy", "balanced", "macro-F1", "many", "medium", "few", "worst class", "ESS", "seconds",
        "status",
      ]
    ]
    for method in methods {
      let run = method.runs[0]
      let worst = run.result["worst_class"]?.int.map {
        "\(score(run.value(of: .worstClassAccuracy))) (\($0))"
      }
      table.append(
        [method.label] + metrics.map { score(run.value(of: $0)) } + [
          worst ?? "–", decimal(run.effectiveSampleSize, places: 1),
          decimal(run.cost.seconds, places: 1), run.state.rawValue,
        ])
    }
    return aligned(table)
  }

  /// What many, medium and few mean here.
  fileprivate var shotLegend: String {
    shotRule.map { "many, medium, few: \($0)\n" } ?? ""
  }

  fileprivate var classTable: String {
    let accuracies = methods.map(\.classAccuracy)
    guard accuracies.contains(where: { $0.contains { $0 != nil } }) else { return "" }
    var table = [["class", "training samples"] + methods.map(\.label)]
    for c in classes {
      let cells = accuracies.enumerated().map { index, own in
        guard let accuracy = own[c] else { return "–" }
        guard index > 0, let reference = accuracies[0][c] else { return score(accuracy) }
        let difference = score(accuracy - reference)
        return "\(score(accuracy)) (\(difference.hasPrefix("-") ? "" : "+")\(difference))"
      }
      table.append(["\(c)", "\(trainCounts[c])"] + cells)
    }
    return "accuracy by class (difference to \(baseline.label))\n" + aligned(table)
  }
}

private func score(_ value: Double?) -> String { decimal(value, places: 3) }

/// Rows of cells in columns, the first to the left, the others to the right; a line below the first row.
private func aligned(_ table: [[String]]) -> String {
  let widths = (table.first ?? []).indices.map { column in table.map { $0[column].count }.max() ?? 0 }
  var lines = table.map { row in
    zip(row, widths).enumerated().map { column, cell in
      padded(cell.0, cell.1, left: column == 0)
    }.joined(separator: "  ")
  }
  lines.insert(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  "), at: 1)
  return lines.map { $0 + "\n" }.joined()
}
