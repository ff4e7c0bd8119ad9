internal import Foundation

extension RunReport {
  /// The report as tables for a terminal: a row a run, then the classes side by side.
  public var text: String {
    var parts = [overview, shotLegend, classTable].filter { !$0.isEmpty }
    if !notes.isEmpty { parts.append(notes.map { "note: \($0)\n" }.joined()) }
    return parts.joined(separator: "\n")
  }

  private var overview: String {
    let names = [
      "accuracy", "balanced_accuracy", "macro_f1", "many_accuracy", "medium_accuracy", "few_accuracy",
    ]
    var table = [
      [
        "run", "accuracy", "balanced", "macro-F1", "many", "medium", "few", "worst class", "ESS", "seconds",
        "status",
      ]
    ]
    for row in rows {
      let worst = row.run.result["worst_class"]?.int.map {
        "\(fixed(row.run.metric("worst_class_accuracy"))) (\($0))"
      }
      table.append(
        [row.label] + names.map { fixed(row.run.metric($0)) } + [
          worst ?? "–", fixed(row.run.effectiveSampleSize, digits: 1), fixed(row.run.seconds, digits: 1),
          row.run.status,
        ])
    }
    return aligned(table)
  }

  /// What many, medium and few mean here.
  private var shotLegend: String {
    switch rows.lazy.compactMap({ $0.run.result["shot_rule"]?.string }).first {
    case ShotGroups.Rule.counts.rawValue:
      "many, medium, few: classes of more than 100, 20 to 100, fewer than 20 training samples\n"
    case ShotGroups.Rule.thirds.rawValue:
      "many, medium, few: thirds of the classes by training samples (a group by counts would be empty)\n"
    default: ""
    }
  }

  private var classTable: String {
    let rows = comparable
    let base = baseline.run.classAccuracy
    guard rows.contains(where: { $0.run.classAccuracy.contains { $0 != nil } }) else { return "" }
    var table = [["class", "training samples"] + rows.map(\.label)]
    for c in classes {
      let cells = rows.enumerated().map { index, row in
        guard let accuracy = row.run.classAccuracy[c] else { return "–" }
        guard index > 0, let reference = base[c] else { return fixed(accuracy) }
        return "\(fixed(accuracy)) (\(String(format: "%+.3f", accuracy - reference)))"
      }
      table.append(["\(c)", "\(baseline.run.trainCounts[c])"] + cells)
    }
    return "accuracy by class (difference to \(baseline.label))\n" + aligned(table)
  }
}

/// A number with `digits` decimals; a dash for what is missing.
private func fixed(_ value: Double?, digits: Int = 3) -> String {
  value.map { String(format: "%.\(digits)f", $0) } ?? "–"
}

/// Rows of cells in columns, the first to the left, the others to the right; a line below the first row.
private func aligned(_ table: [[String]]) -> String {
  let widths = (table.first ?? []).indices.map { column in table.map { $0[column].count }.max() ?? 0 }
  var lines = table.map { row in
    zip(row, widths).enumerated().map { column, cell in
      let space = String(repeating: " ", count: cell.1 - cell.0.count)
      return column == 0 ? cell.0 + space : space + cell.0
    }.joined(separator: "  ")
  }
  lines.insert(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  "), at: 1)
  return lines.map { $0 + "\n" }.joined()
}
