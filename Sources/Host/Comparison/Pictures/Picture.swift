/// A picture of a page: an SVG element without style of its own, drawn in the page's colours by the page's classes.
///
/// Its numbers are plain values; those that no axis has room for, such as infinity, are left out.
package struct Picture: Sendable, Equatable {
  /// The size that its coordinates are meant for, in pixels.
  let width, height: Double
  /// What there is to see, for those who don't see it.
  let description: String
  /// The elements.
  let body: HTML

  /// The element.
  package var svg: HTML {
    """
    <svg viewBox="0 0 \(px: width) \(px: height)" role="img" aria-label="\(description)">
    \(body)</svg>
    """
  }

  /// A picture that says that there is nothing to draw.
  static func empty(width: Double = Frame.narrow, _ description: String) -> Picture {
    let text = Text("no numbers to draw", x: width / 2, y: 36, anchor: .middle, style: "soft")
    return Picture(width: width, height: 60, description: description, body: text.svg)
  }
}

/// The value, where an axis has room for it.
func plottable(_ value: Double) -> Double? { value.isFinite && abs(value) < 1e9 ? value : nil }

/// A line of text in a picture.
struct Text {
  enum Anchor: String { case start, middle, end }

  let svg: HTML

  init(_ text: String, x: Double, y: Double, anchor: Anchor = .start, style: String = "", limit: Int = 200) {
    let shown = text.count > limit ? "\(text.prefix(max(1, limit - 1)))…" : text
    let style: HTML = style.isEmpty ? "" : " class=\"\(style)\""
    svg = "<text\(style) x=\"\(px: x)\" y=\"\(px: y)\" text-anchor=\"\(anchor.rawValue)\">\(shown)</text>\n"
  }
}

/// A sequence of straight strokes.
struct Path {
  private var commands = ""
  private var pen: (x: Double, y: Double)?

  var isEmpty: Bool { commands.isEmpty }

  /// Lifts the pen and puts it down.
  mutating func move(to x: Double, _ y: Double) { append("M", x, y) }
  /// Draws to a point; the first one is moved to.
  mutating func line(to x: Double, _ y: Double) { append(pen == nil ? "M" : "L", x, y) }
  mutating func close() { commands += "Z" }
  /// The next line starts anew.
  mutating func lift() { pen = nil }

  private mutating func append(_ command: String, _ x: Double, _ y: Double) {
    commands += "\(command)\(pixels(x)) \(pixels(y))"
    pen = (x, y)
  }

  /// The element, with a title where there is one.
  func svg(_ style: String, title: String? = nil) -> HTML {
    guard !isEmpty else { return "" }
    let title: HTML = title.map { "<title>\($0)</title>" } ?? ""
    return "<path class=\"\(style)\" d=\"\(commands)\">\(title)</path>\n"
  }
}

/// A rectangle; nothing where it has no extent.
func rectangle(
  x: Double, y: Double, width: Double, height: Double, style: String, opacity: Double? = nil,
  title: String? = nil
) -> HTML {
  guard width > 0, height > 0 else { return "" }
  let opacity: HTML = opacity.map { " fill-opacity=\"\(decimal($0, places: 2))\"" } ?? ""
  let title: HTML = title.map { "<title>\($0)</title>" } ?? ""
  return """
    <rect class="\(style)" x="\(px: x)" y="\(px: y)" width="\(px: width)" height="\(px: height)"\(opacity)>\
    \(title)</rect>\n
    """
}

/// A dot.
func dot(x: Double, y: Double, radius: Double, style: String, title: String? = nil) -> HTML {
  let title: HTML = title.map { "<title>\($0)</title>" } ?? ""
  return "<circle class=\"\(style)\" cx=\"\(px: x)\" cy=\"\(px: y)\" r=\"\(px: radius)\">\(title)</circle>\n"
}
