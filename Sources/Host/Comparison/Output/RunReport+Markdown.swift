extension RunReport {
  /// The report as GitHub's Markdown: a section for each data set.
  public var markdown: String {
    var parts = ["# Comparison"]
    for comparison in comparisons {
      parts.append("## \(markdownEscaped(comparison.title))")
      if !comparison.progress.isEmpty { parts.append(comparison.progress) }
      parts += comparison.tables.map(\.markdown)
      let sentences = comparison.sentences(on: Metric.allCases)
      if !sentences.isEmpty {
        parts.append(sentences.map { "- \(markdownEscaped($0))" }.joined(separator: "\n"))
      }
    }
    let notes = notes + comparisons.flatMap(\.notes)
    if !notes.isEmpty {
      parts.append("## Notes\n\n" + notes.map { "- \(markdownEscaped($0))" }.joined(separator: "\n"))
    }
    return parts.joined(separator: "\n\n") + "\n"
  }
}

extension Comparison {
  /// Every table, for files.
  var tables: [ReportTable] {
    let first = isOfSingleRuns ? [overview] : [leaderboard, furtherTable, intervalTable]
    return first
      + [bestTable, differenceTable(of: Metric.allCases), classTable, lossTable].compactMap { $0 }
  }
}

extension ReportTable {
  fileprivate var markdown: String {
    let rules = header.indices.map { words.contains($0) ? ":---" : "---:" }
    let lines = ([header.map(markdownEscaped), rules] + rows.map { $0.map(markdownEscaped) })
      .map { "| " + $0.joined(separator: " | ") + " |" }
    let before = caption.isEmpty ? [] : [markdownEscaped(caption), ""]
    let after = legend.isEmpty ? [] : ["", markdownEscaped(legend)]
    return (before + lines + after).joined(separator: "\n")
  }
}

/// Text that Markdown shows as it is.
package func markdownEscaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\\", "`", "*", "_", "{", "}", "[", "]", "#", "|", "~", "$", "!", "@":
      result += "\\" + String(scalar)
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
