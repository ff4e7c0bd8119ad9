extension Replay {
  private static let width = 860
  /// The colors of A, of B and of the groups of classes.
  private static let (colorA, colorB, groupColors) = (3, 4, [0, 2, 1])
  /// The most points of a curve; each is the mean of several steps where there are more.
  private static let points = 160
  private static let style = """
    .dash{stroke-dasharray:5 4;stroke-width:1.5} .wide{stroke-width:5} .dots{fill-opacity:0.55} \
    .guide{stroke:#59636e;stroke-width:1;stroke-dasharray:5 4}
    @media (prefers-color-scheme:dark){.guide{stroke:#9198a1}}
    """

  /// Writes `svg` to the file at `path`.
  public func draw(to path: String) throws(FileError) { try AtomicFile.write(Array(svg.utf8), to: path) }

  /// The replay as a picture: effective sample size, weight by group of classes, weight against loss, A against B.
  /// An SVG document without scripts, legible in light and dark.
  public var svg: String {
    let parts = [
      legend, sizePanel, sharePanel(\.a, "A", left: 64), sharePanel(\.b, "B", left: 484), groupLegend,
    ]
    let height = 950
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.width) \(height)" \
      width="\(Self.width)" height="\(height)" font-family="system-ui, sans-serif" font-size="12" \
      role="img" aria-label="Weights of two strategies over the steps of a recorded run">
      <style>
      \(Drawing.style)
      \(Self.style)
      </style>
      <rect class="page" width="100%" height="100%"/>
      \((parts + [lossPanel, agreementPanel]).joined(separator: "\n"))
      </svg>

      """
  }

  // MARK: - Legends

  private var legend: String {
    let run = "\(header.dataset), recorded with \(header.strategy.id)"
    var svg = drawn("24", 35, "Replay of \(shortened(run, 80))", anchor: "start", style: "title")
    for (row, (name, side, color)) in [("A", a, Self.colorA), ("B", b, Self.colorB)].enumerated() {
      let y = 52 + 20 * row
      svg += "<rect class=\"fill\(color)\" x=\"24\" y=\"\(y)\" width=\"12\" height=\"12\"/>\n"
      svg += drawn("44", Double(y) + 11, "\(name)  \(shortened(side.label, 110))", anchor: "start")
    }
    return svg
  }

  /// The groups that have classes, each with its color.
  private var shownGroups: [(name: String, classes: Int, index: Int)] {
    groups.named.enumerated().filter { !$1.classes.isEmpty }.map { ($1.name, $1.classes.count, $0) }
  }

  private var groupLegend: String {
    var svg = ""
    var x = 64
    for group in shownGroups {
      let text = "\(group.name): \(group.classes) \(group.classes == 1 ? "class" : "classes")"
      svg +=
        "<rect class=\"fill\(Self.groupColors[group.index])\" x=\"\(x)\" y=\"344\" width=\"12\" height=\"12\"/>\n"
      svg += drawn("\(x + 18)", 355, text, anchor: "start")
      x += 44 + 7 * text.count
    }
    let rule =
      groups.rule == .counts ? "many: > 100 training samples, few: < 20" : "thirds of the classes"
    return svg + drawn("836", 355, rule, anchor: "end", style: "faint")
  }

  // MARK: - Panels over the steps

  private var stepScale: (Int) -> Scale {
    { ticks in
      Scale(
        from: Double(steps.first?.step ?? 0), to: Double(steps.last?.step ?? 0), ticks: ticks, whole: true)
    }
  }

  /// Runs of steps that make a point each.
  private var bins: [ArraySlice<Step>] {
    let size = (steps.count + Self.points - 1) / Self.points
    return stride(from: 0, to: steps.count, by: size).map { steps[$0..<min($0 + size, steps.count)] }
  }

  private var stepAxis: String {
    let size = (steps.count + Self.points - 1) / Self.points
    return size > 1 ? "step (every point is the mean of \(size))" : "step"
  }

  private func curve(_ value: (Step) -> Double) -> [(x: Double, y: Double)] {
    bins.map { bin in
      let count = Double(bin.count)
      return (bin.reduce(0) { $0 + Double($1.step) } / count, bin.reduce(0) { $0 + value($1) } / count)
    }
  }

  private var sizePanel: String {
    let most = steps.map(\.batch).max() ?? 1
    let plot = Plot(
      left: 64, top: 150, width: 772, height: 140, x: stepScale(10),
      y: Scale(from: 0, to: Double(most), ticks: 4, rounded: true))
    return plot.frame(
      title: "Effective sample size", above: "samples; dashed: the batch, which equal weights reach",
      below: stepAxis)
      + plot.guide(curve { Double($0.batch) })
      + plot.curve(curve(\.b.effectiveSampleSize), color: Self.colorB, style: "wide")
      + plot.curve(curve(\.a.effectiveSampleSize), color: Self.colorA)
  }

  private func sharePanel(_ side: KeyPath<Step, Measures>, _ name: String, left: Double) -> String {
    let curves = shownGroups.map { group in
      (
        color: Self.groupColors[group.index],
        weight: curve { groups.sums(of: $0[keyPath: side].classShare)[group.index] ?? 0 },
        samples: curve { groups.sums(of: $0.sampleShare)[group.index] ?? 0 }
      )
    }
    let plot = Plot(
      left: left, top: 420, width: 352, height: 180, x: stepScale(5), y: Scale(from: 0, to: 100, ticks: 5))
    var svg = plot.frame(
      title: "\(name): weight by class",
      above: steps.count > 1
        ? "share of the weight; dashed: share of the samples"
        : "share of the weight; small dots: share of the samples",
      below: stepAxis, unit: " %")
    for curve in curves { svg += plot.curve(inPercent(curve.samples), color: curve.color, style: "dash") }
    for curve in curves { svg += plot.curve(inPercent(curve.weight), color: curve.color) }
    return svg
  }

  private func inPercent(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    points.map { ($0.x, 100 * $0.y) }
  }

  // MARK: - Panels of samples

  private var lossPanel: String {
    let plot = Plot(
      left: 64, top: 712, width: 352, height: 180,
      x: Scale(from: 0, to: samples.map(\.loss).max() ?? 1, ticks: 6, rounded: true), y: weightScale)
    return plot.frame(
      title: "A: weight and loss", above: "weight × batch size; dashed: that of equal weights",
      below: "loss in nats; \(samples.count) samples of the last steps")
      + plot.line(from: (plot.left, plot.y(1)), to: (plot.left + plot.width, plot.y(1)), style: "guide")
      + dots(plot) { ($0.loss, $0.a) }
  }

  private var agreementPanel: String {
    let plot = Plot(left: 484, top: 712, width: 352, height: 180, x: weightScale, y: weightScale)
    return plot.frame(
      title: "A and B", above: "A: weight × batch size; dashed: A = B",
      below: "B: weight × batch size; same samples")
      + plot.line(
        from: (plot.x(0), plot.y(0)), to: (plot.x(plot.x.high), plot.y(plot.x.high)), style: "guide")
      + dots(plot) { ($0.b, $0.a) }
  }

  /// From zero to the largest weight or beyond.
  private var weightScale: Scale {
    let most = samples.map { max($0.a, $0.b) }.max() ?? 1
    return Scale(from: 0, to: max(2, most), ticks: 5, rounded: true)
  }

  private func dots(_ plot: Plot, _ place: (Sample) -> (Double, Double)) -> String {
    var colors = [Int](repeating: 0, count: header.setup.sizes.classes)
    for (group, color) in zip(groups.named, Self.groupColors) {
      for c in group.classes { colors[c] = color }
    }
    return samples.map { sample in
      let (x, y) = place(sample)
      return plot.dot(x, y, color: colors[sample.target], radius: 2.5, style: "dots")
    }.joined()
  }
}

extension Plot {
  /// A dashed line in no color of its own.
  fileprivate func guide(_ points: [(x: Double, y: Double)]) -> String {
    let ends =
      points.count > 1
      ? points.map { (x($0.x), y($0.y)) } : points.flatMap { [(left, y($0.y)), (left + width, y($0.y))] }
    let path = ends.map { "\(pixels($0.0)),\(pixels($0.1))" }.joined(separator: " ")
    return "<polyline class=\"guide\" fill=\"none\" points=\"\(path)\"/>\n"
  }
}

private func shortened(_ text: String, _ limit: Int) -> String {
  text.count > limit ? text.prefix(limit - 1) + "…" : text
}
