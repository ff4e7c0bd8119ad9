extension RunReport {
  /// The report as a picture: bars of the accuracy by class, learning curves below; one set of these below the
  /// other where there are several data sets. An SVG document without scripts, legible in light and dark.
  public var svg: String {
    var parts: [String] = []
    var top = Double(Layout.margin)
    for group in comparisons {
      if comparisons.count > 1 {
        parts.append(drawn("\(Layout.margin)", top + 11, group.title, anchor: "start", style: "title"))
        top += 28
      }
      let legend = Legend(
        labels: group.methods.map(\.label), top: top, width: Layout.width - 2 * Layout.margin)
      let bars = Layout.Panel(top: top + legend.height + 40)
      let curves = Layout.Panel(top: bars.bottom + 100)
      parts += [legend.svg, group.barPanel(bars), group.curvePanel(curves)]
      top = curves.bottom + 80
    }
    let height = pixels(top - 30)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Layout.width) \(height)" \
      width="\(Layout.width)" height="\(height)" font-family="system-ui, sans-serif" font-size="12" \
      role="img" aria-label="Accuracy by class and by epoch">
      <style>
      \(Drawing.style)
      </style>
      <rect class="page" width="100%" height="100%"/>
      \(parts.joined(separator: "\n"))
      </svg>

      """
  }
}

// MARK: - Panels

extension Comparison {
  fileprivate func barPanel(_ panel: Layout.Panel) -> String {
    let classes = classes
    let counts = trainCounts
    var svg = panel.frame(
      title: "Test accuracy by class", axis: "class, and its training samples below", axisDrop: 50)
    let slot = panel.width / Double(max(classes.count, 1))
    let labelled = max(1, Int((34 / slot).rounded(.up)))
    let bar = slot * 0.8 / Double(methods.count)
    let accuracies = methods.map(\.classAccuracy)
    for (place, c) in classes.enumerated() {
      let left = panel.left + slot * (Double(place) + 0.1)
      for (column, method) in methods.enumerated() {
        guard let accuracy = accuracies[column][c] else { continue }
        let x = left + bar * Double(column)
        let title = "\(method.label), class \(c): \(decimal(accuracy, places: 3))"
        svg += """
          <rect class="fill\(column % Layout.colors)" x="\(pixels(x))" y="\(pixels(panel.y(accuracy)))" \
          width="\(pixels(max(bar - 1, bar * 0.8)))" height="\(pixels(panel.bottom - panel.y(accuracy)))">\
          <title>\(escaped(title))</title></rect>\n
          """
      }
      if place.isMultiple(of: labelled) {
        let middle = pixels(left + slot * 0.4)
        svg += drawn(middle, panel.bottom + 16, "\(c)", anchor: "middle")
        svg += drawn(middle, panel.bottom + 31, "\(counts[c])", anchor: "middle", style: "faint")
      }
    }
    return svg
  }

  fileprivate func curvePanel(_ panel: Layout.Panel) -> String {
    var svg = panel.frame(title: "Test accuracy by epoch", axis: "epoch", axisDrop: 35)
    let curves = methods.map { $0.curve(\.accuracy) }
    let last = curves.lazy.compactMap(\.last).map { $0.epoch + 1 }.max() ?? 1
    func x(_ epoch: Int) -> Double {
      last == 1 ? panel.left + panel.width / 2 : panel.left + panel.width * Double(epoch) / Double(last - 1)
    }
    let step = max(1, Int((Double(last) / 10).rounded(.up)))
    for epoch in stride(from: 0, to: last, by: step) {
      svg += drawn(pixels(x(epoch)), panel.bottom + 16, "\(epoch + 1)", anchor: "middle")
    }
    for (index, method) in methods.enumerated() {
      let color = index % Layout.colors
      let points = curves[index].map { "\(pixels(x($0.epoch))),\(pixels(panel.y($0.spread.mean ?? 0)))" }
      if points.count > 1 {
        svg += "<polyline class=\"line\(color)\" points=\"\(points.joined(separator: " "))\"/>\n"
      }
      if let end = curves[index].last, let mean = end.spread.mean {
        svg += """
          <circle class="fill\(color)" cx="\(pixels(x(end.epoch)))" cy="\(pixels(panel.y(mean)))" \
          r="3.5"><title>\(escaped(method.label)): \(decimal(mean, places: 3))</title></circle>\n
          """
      }
    }
    return svg
  }
}

// MARK: - Layout

/// Where things are, in pixels, and what they look like.
private enum Layout {
  static let width = 860
  static let margin = 24

  static var colors: Int { Drawing.palette.count }

  /// A plot whose vertical axis goes from 0 to 1.
  struct Panel {
    let top: Double
    let left = 64.0
    let width = 772.0
    var bottom: Double { top + 200 }

    init(top: Double) { self.top = top }

    func y(_ value: Double) -> Double { bottom - (bottom - top) * min(max(value, 0), 1) }

    func frame(title: String, axis: String, axisDrop: Double) -> String {
      var svg = drawn(pixels(left), top - 14, title, anchor: "start", style: "title")
      for tick in 0...5 {
        let value = Double(tick) / 5
        let y = pixels(y(value))
        svg +=
          "<line class=\"grid\" x1=\"\(pixels(left))\" x2=\"\(pixels(left + width))\" y1=\"\(y)\" y2=\"\(y)\"/>\n"
        svg += drawn(pixels(left - 8), self.y(value) + 4, "\(tick * 20) %", anchor: "end", style: "faint")
      }
      return svg + drawn(pixels(left + width / 2), bottom + axisDrop, axis, anchor: "middle", style: "faint")
    }
  }
}

/// The runs' names beside their colors, in as many lines as they need.
private struct Legend {
  let svg: String
  let height: Double

  init(labels: [String], top: Double, width: Int) {
    var svg = ""
    var x = 0
    var line = 0
    for (index, label) in labels.enumerated() {
      let shown = label.count > 100 ? label.prefix(99) + "…" : label[...]
      let extent = 36 + 7 * shown.count
      if x > 0 && x + extent > width {
        x = 0
        line += 1
      }
      let left = Layout.margin + x
      let y = top + Double(20 * line)
      svg +=
        "<rect class=\"fill\(index % Layout.colors)\" x=\"\(left)\" y=\"\(pixels(y))\" width=\"12\" height=\"12\"/>\n"
      svg += drawn("\(left + 18)", y + 11, String(shown), anchor: "start")
      x += extent
    }
    self.svg = svg
    height = Double(20 * (line + 1))
  }
}
