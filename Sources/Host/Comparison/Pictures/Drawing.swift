/// What the pictures of this program have in common: SVG without scripts, legible in light and dark.
enum Drawing {
  /// Colors of similar weight that stand out from white and from near-black, also for colour-blind eyes.
  static let palette = [
    "#3b82d0", "#e0752d", "#2a9d74", "#b65fb8", "#b8941f", "#d1495b", "#6b74d6", "#4aa3b5",
  ]

  /// The rules of the classes `fill0`, `line0` and so on, one of each a color, and of page, text and grid.
  static var style: String {
    var rules = [
      ".page{fill:#ffffff} text{fill:#1f2328} .faint{fill:#59636e} .title{font-size:15px;font-weight:600}",
      ".grid{stroke:#d1d9e0;stroke-width:1}",
    ]
    for (index, color) in palette.enumerated() {
      rules.append(".fill\(index){fill:\(color)} .line\(index){stroke:\(color);stroke-width:2;fill:none}")
    }
    rules.append(
      "@media (prefers-color-scheme:dark){.page{fill:#0d1117} text{fill:#e6edf3} .faint{fill:#9198a1} "
        + ".grid{stroke:#3d444d}}")
    return rules.joined(separator: "\n")
  }
}

/// A text whose anchor (`start`, `middle`, `end`) is at `x` and whose baseline is at `y`.
func drawn(_ x: String, _ y: Double, _ text: String, anchor: String, style: String = "") -> String {
  let style = style.isEmpty ? "" : " class=\"\(style)\""
  return "<text\(style) x=\"\(x)\" y=\"\(pixels(y))\" text-anchor=\"\(anchor)\">\(escaped(text))</text>\n"
}

/// A coordinate or a length, to a tenth of a pixel.
func pixels(_ value: Double) -> String { decimal(value, places: 1) }

/// Text as XML holds it; characters that XML forbids are left out.
func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "\0"..<" ", "\u{FFFE}", "\u{FFFF}": continue
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
