extension RunReport {
  /// The report's tables for a paper: tabulars with the rules of the package booktabs, each below its caption as a
  /// comment.
  public var latex: String {
    var parts = ["% Needs \\usepackage{booktabs}."]
    for comparison in comparisons {
      parts.append("% \(latexComment(comparison.title))")
      parts += comparison.tables.map(\.latex)
      parts += comparison.sentences(on: Metric.allCases).map { "% \(latexComment($0))" }
    }
    parts += (notes + comparisons.flatMap(\.notes)).map { "% note: \(latexComment($0))" }
    return parts.joined(separator: "\n") + "\n"
  }
}

extension ReportTable {
  fileprivate var latex: String {
    let columns = header.indices.map { words.contains($0) ? "l" : "r" }.joined()
    func line(_ cells: [String]) -> String {
      "  " + cells.map { withMinus(latexEscaped($0)) }.joined(separator: " & ") + " \\\\"
    }
    let comments = [caption, legend].filter { !$0.isEmpty }.map { "% \(latexComment($0))" }
    let lines =
      ["\\begin{tabular}{\(columns)}", "  \\toprule", line(header), "  \\midrule"] + rows.map(line)
      + ["  \\bottomrule", "\\end{tabular}"]
    return "\n" + (comments + lines).joined(separator: "\n")
  }
}

/// Text that LaTeX sets as it is.
package func latexEscaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&", "%", "$", "#", "_", "{", "}": result += "\\" + String(scalar)
    case "\\": result += "\\textbackslash{}"
    case "~": result += "\\textasciitilde{}"
    case "^": result += "\\textasciicircum{}"
    case "<": result += "\\textless{}"
    case ">": result += "\\textgreater{}"
    case "|": result += "\\textbar{}"
    case "\"": result += "''"
    case "[", "]": result += "{\(scalar)}"  // after the end of a line, a bracket would be a length
    case "*": result += "{*}"  // and an asterisk would forbid a page's end
    case "±": result += "$\\pm$"
    case "–": result += "--"
    case "…": result += "\\ldots{}"
    case "\u{FFFD}": result += "?"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Text whose negative numbers have a minus, where a hyphen would be set.
private func withMinus(_ text: String) -> String {
  text.replacing(#/(^|[ (])-(?=[0-9])/#) { "\($0.1)$-$" }
}

/// Text in a comment: on one line, which no control character ends.
private func latexComment(_ text: String) -> String { shown(text, limit: 2000) }
