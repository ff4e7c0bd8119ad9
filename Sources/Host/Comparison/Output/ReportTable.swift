/// A table of a report before it is text, Markdown or LaTeX.
struct ReportTable {
  /// What it shows; empty where the title above says it.
  var caption = ""
  var header: [String]
  var rows: [[String]] = []
  /// The columns of words, which stand to the left; numbers stand to the right.
  var words: Set<Int> = [0]
  /// What its words mean.
  var legend = ""

  /// The table for a terminal: columns as wide as their cells, a line below the header.
  var text: String {
    let table = [header] + rows
    let widths = header.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    var lines = table.map { row in
      let cells = row.enumerated().map { padded($1, widths[$0], left: words.contains($0)) }
      return cells.joined(separator: "  ").trimmingSpaces
    }
    lines.insert(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  "), at: 1)
    if !caption.isEmpty { lines.insert(caption, at: 0) }
    if !legend.isEmpty { lines += ["", legend] }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension String {
  /// The text without spaces at its end.
  fileprivate var trimmingSpaces: String {
    String(unicodeScalars.reversed().drop { $0 == " " }.reversed().map { Character($0) })
  }
}
