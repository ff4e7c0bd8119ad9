extension RunReport {
  /// The report as tables for a terminal: a row a run, then the classes side by side; under a title for each
  /// data set where there are several.
  public var text: String {
    var parts: [String] = []
    for group in groups {
      if groups.count > 1 { parts.append("\(group.title)\n") }
      parts += [group.overview, group.shotLegend, group.classTable].filter { !$0.isEmpty }
    }
    if !notes.isEmpty { parts.append(notes.map { "note: \($0)\n" }.joined()) }
    return parts.joined(separator: "\n")
  }
}

extension RunGroup {
  fileprivate var overview: String {
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
        "\(score(row.run.metric("worst_class_accuracy"))) (\($0))"
      }
      table.append(
        [row.label] + names.map { score(row.run.metric($0)) } + [
          worst ?? "–", decimal(row.run.effectiveSampleSize, places: 1),
          decimal(row.run.seconds, places: 1), shown(row.run.status),
        ])
    }
    return textTable(table)
  }

  /// What many, medium and few mean here.
  fileprivate var shotLegend: String {
    let rules = rows.lazy.compactMap { $0.run.result["shot_rule"]?.string }
    let rule = rules.first.flatMap { ShotGroups.Rule(rawValue: $0) }
    return rule.map { "many, medium, few: \($0.meaning)\n" } ?? ""
  }

  fileprivate var classTable: String {
    let base = baseline.run.classAccuracy
    guard rows.contains(where: { $0.run.classAccuracy.contains { $0 != nil } }) else { return "" }
    var table = [["class", "training samples"] + rows.map(\.label)]
    for c in classes {
      let cells = rows.enumerated().map { index, row in
        guard let accuracy = row.run.classAccuracy[c] else { return "–" }
        guard index > 0, let reference = base[c] else { return score(accuracy) }
        let difference = score(accuracy - reference)
        return "\(score(accuracy)) (\(difference.hasPrefix("-") ? "" : "+")\(difference))"
      }
      table.append(["\(c)", "\(trainCounts[c])"] + cells)
    }
    return "accuracy by class (difference to \(baseline.label))\n" + textTable(table)
  }
}

private func score(_ value: Double?) -> String { decimal(value, places: 3) }
