internal import Foundation

/// An axis with round numbers.
struct Scale {
  let low, high: Double
  /// The distance of two ticks.
  let step: Double

  /// An axis that holds `low` and `high`, with about so many ticks; ends that are equal are set apart.
  ///
  /// - Parameters:
  ///   - whole: whether only whole numbers make sense.
  ///   - rounded: whether the axis ends at a tick, which may be above `high`.
  init(from low: Double, to high: Double, ticks: Int, whole: Bool = false, rounded: Bool = false) {
    let (low, high) = low < high ? (low, high) : (low - 0.5, low + 0.5)
    let rough = (high - low) / Double(ticks)
    let power = pow(10, floor(log10(rough)))
    let nice = [1, 2, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10
    step = whole ? max(1, nice * power) : nice * power
    self.low = low
    self.high = rounded ? ((high / step - 1e-6).rounded(.up)) * step : high
  }

  /// The place of a value, 0…1 between the ends.
  func place(_ value: Double) -> Double { min(max((value - low) / (high - low), 0), 1) }

  /// The round numbers from end to end.
  var ticks: [Double] {
    let (first, last) = (Int((low / step - 1e-6).rounded(.up)), Int((high / step + 1e-6).rounded(.down)))
    return first <= last ? (first...last).map { Double($0) * step } : []
  }

  /// A tick's text.
  func text(_ tick: Double) -> String {
    decimal(tick, places: step >= 1 ? 0 : min(6, Int((-log10(step) - 1e-9).rounded(.up))))
  }
}

/// A plot in a picture: a title, what the vertical axis shows, a grid with numbers, and the name of the other axis.
struct Plot {
  let left, top, width, height: Double
  let x, y: Scale

  var bottom: Double { top + height }
  func x(_ value: Double) -> Double { left + width * x.place(value) }
  func y(_ value: Double) -> Double { bottom - height * y.place(value) }

  /// The frame, without data.
  func frame(title: String, above: String, below: String, unit: String = "") -> String {
    var svg = drawn(pixels(left), top - 30, title, anchor: "start", style: "title")
    svg += drawn(pixels(left), top - 12, above, anchor: "start", style: "faint")
    for tick in y.ticks {
      svg += line(from: (left, y(tick)), to: (left + width, y(tick)), style: "grid")
      svg += drawn(pixels(left - 8), y(tick) + 4, y.text(tick) + unit, anchor: "end", style: "faint")
    }
    for tick in x.ticks {
      svg += line(from: (x(tick), bottom), to: (x(tick), bottom + 4), style: "grid")
      svg += drawn(pixels(x(tick)), bottom + 18, x.text(tick), anchor: "middle", style: "faint")
    }
    svg += line(from: (left, bottom), to: (left + width, bottom), style: "grid")
    return svg + drawn(pixels(left + width / 2), bottom + 36, below, anchor: "middle", style: "faint")
  }

  /// A curve through points in the order of x; a dot where there is but one.
  func curve(_ points: [(x: Double, y: Double)], color: Int, style: String = "") -> String {
    if points.count == 1, let only = points.first {
      return dot(only.x, only.y, color: color, radius: style == "wide" ? 6 : style.isEmpty ? 4 : 2.5)
    }
    let path = points.map { "\(pixels(x($0.x))),\(pixels(y($0.y)))" }.joined(separator: " ")
    return "<polyline class=\"line\(color)\(style.isEmpty ? "" : " " + style)\" points=\"\(path)\"/>\n"
  }

  func dot(_ x: Double, _ y: Double, color: Int, radius: Double, style: String = "") -> String {
    let style = style.isEmpty ? "" : " " + style
    return """
      <circle class="fill\(color)\(style)" cx="\(pixels(self.x(x)))" cy="\(pixels(self.y(y)))" \
      r="\(pixels(radius))"/>\n
      """
  }

  func line(from: (Double, Double), to: (Double, Double), style: String) -> String {
    """
    <line class="\(style)" x1="\(pixels(from.0))" y1="\(pixels(from.1))" x2="\(pixels(to.0))" \
    y2="\(pixels(to.1))"/>\n
    """
  }
}
