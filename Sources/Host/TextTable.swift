/// Rows of cells in columns, the first to the left, the others to the right; a line below the first row.
func textTable(_ rows: [[String]]) -> String {
  let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  var lines = rows.map { row in
    zip(row, widths).enumerated().map { column, cell in
      padded(cell.0, cell.1, left: column == 0)
    }.joined(separator: "  ")
  }
  lines.insert(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  "), at: 1)
  return lines.map { $0 + "\n" }.joined()
}
