/// A table: a caption, a head, and rows that begin with what they are about.
struct Table {
  /// A column and how its cells stand.
  enum Column {
    case number(String)
    case text(String)
    /// Text of whole sentences.
    case long(String)

    fileprivate var title: String {
      switch self {
      case .number(let title), .text(let title), .long(let title): title
      }
    }

    fileprivate var style: HTML {
      switch self {
      case .number: ""
      case .text: " class=\"text\""
      case .long: " class=\"text long\""
      }
    }
  }

  struct Cell: ExpressibleByStringInterpolation {
    let content: HTML
    var isBest = false

    init(_ content: HTML, isBest: Bool = false) { (self.content, self.isBest) = (content, isBest) }
    init(stringLiteral value: String) { content = HTML(stringLiteral: value) }
    init(stringInterpolation value: HTML.StringInterpolation) { content = HTML(stringInterpolation: value) }

    /// A number; a dash where there is none.
    static func number(_ value: Double?, places: Int = 3, sign: Bool = false) -> Cell {
      guard let value, value.isFinite else { return "–" }
      return Cell("\(figures(value, places: places, sign: sign))")
    }
  }

  struct Row {
    let head: HTML
    let cells: [Cell]
  }

  let caption: HTML
  /// The head of the first column, which names the rows.
  let corner: String
  let columns: [Column]
  let rows: [Row]

  /// The table in a box of its own, which scrolls where it is wider than the page.
  func html(named name: String) -> HTML {
    let head = columns.map { column -> HTML in "<th scope=\"col\"\(column.style)>\(column.title)</th>" }
    let body = rows.map { row -> HTML in
      precondition(row.cells.count == columns.count, "\(row.cells.count) cells, \(columns.count) columns")
      let cells = zip(row.cells, columns).map { cell, column -> HTML in
        cell.isBest ? "<td class=\"best\">\(cell.content)</td>" : "<td\(column.style)>\(cell.content)</td>"
      }
      return "<tr><th scope=\"row\">\(row.head)</th>\(cells)</tr>\n"
    }
    return """
      <div class="scroll" role="region" aria-label="\(name)" tabindex="0"><table>
      <caption><span>\(caption)</span></caption>
      <thead><tr><th scope="col">\(corner)</th>\(head)</tr></thead>
      <tbody>
      \(body)</tbody></table></div>

      """
  }
}

/// A number in so many digits after the point, with a minus that is as wide as a plus.
func figures(_ value: Double, places: Int, sign: Bool = false) -> String {
  let text = decimal(value, places: places)
  if text.hasPrefix("-") { return "−\(text.dropFirst())" }
  return sign && value > 0 ? "+\(text)" : text
}

/// From where to where.
func figures(_ interval: Interval, places: Int, sign: Bool = false) -> String {
  let (low, high) = (interval.low, interval.high)
  return "\(figures(low, places: places, sign: sign)) to \(figures(high, places: places, sign: sign))"
}

/// A picture with a caption; numbers beside it are `hidden` ones.
func figure(_ picture: Picture, _ caption: HTML) -> HTML {
  let svg: HTML = picture.width > Frame.narrow ? scrolling(picture) : picture.svg
  let style: HTML = picture.width > Frame.narrow ? " class=\"wide\"" : ""
  return "<figure\(style)><figcaption>\(caption)</figcaption>\n\(svg)</figure>\n"
}

private func scrolling(_ picture: Picture) -> HTML {
  """
  <div class="scroll" role="region" aria-label="\(picture.description)" tabindex="0">\(picture.svg)</div>

  """
}

/// Pictures side by side where there is room.
func panels(_ figures: [HTML]) -> HTML {
  figures.isEmpty ? "" : "<div class=\"panels\">\n\(figures)</div>\n"
}

/// What can be opened, by itself without any script.
func hidden(_ title: String, _ content: HTML) -> HTML {
  content.isEmpty ? "" : "<details><summary>\(title)</summary>\n\(content)</details>\n"
}

func paragraph(_ content: HTML, style: String = "") -> HTML {
  let style: HTML = style.isEmpty ? "" : " class=\"\(style)\""
  return "<p\(style)>\(content)</p>\n"
}

/// "1 run", "2 runs".
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
