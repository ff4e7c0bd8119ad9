/// A row of a picture of intervals: a mean, its interval, and the single values that it is the mean of.
package struct IntervalRow: Sendable, Equatable {
  let label: String
  /// The number of its colour, 0 for the baseline.
  let color: Int
  let mean: Double?
  let interval: ClosedRange<Double>?
  let singles: [Double]
  /// What stands at the right.
  let text: String

  package init(
    label: String, color: Int, mean: Double?, interval: ClosedRange<Double>?, singles: [Double], text: String
  ) {
    self.label = label
    self.color = color
    self.mean = mean
    self.interval = interval
    self.singles = singles
    self.text = text
  }
}

extension Picture {
  /// One row a method: its name and numbers, below them its interval, its mean and its seeds; a forest plot where
  /// `reference` is 0 and the values are differences.
  ///
  /// - Parameters:
  ///   - reference: where a line goes through all rows.
  ///   - below: the name of the axis.
  package static func intervals(
    _ rows: [IntervalRow], _ description: String, reference: Double?, below: String
  ) -> Picture {
    let values = rows.flatMap { $0.singles + [$0.mean].compactMap { $0 } }
    let ends = rows.flatMap { row in row.interval.map { [$0.lowerBound, $0.upperBound] } ?? [] }
    let reference = reference.flatMap(plottable)
    let shown = clipped(ends, around: values) + values + [reference].compactMap { $0 }
    guard values.contains(where: { plottable($0) != nil }), let x = Axis(shown, room: 0.06, ticks: 6)
    else { return .empty(description) }
    let height = Double(rows.count) * Self.rowHeight + 44
    let frame = Frame(height: height, left: 18, right: 18, top: 4, bottom: 40, x: x, y: x)
    var svg: HTML = ""
    var grid = Path()
    for tick in frame.x.ticks {
      grid.move(to: frame.x(tick.value), frame.top)
      grid.line(to: frame.x(tick.value), frame.bottom)
      svg += Text(tick.text, x: frame.x(tick.value), y: frame.bottom + 15, anchor: .middle, style: "soft").svg
    }
    svg = grid.svg("grid") + svg
    if let reference {
      var rule = Path()
      rule.move(to: frame.x(reference), frame.top)
      rule.line(to: frame.x(reference), frame.bottom)
      svg += rule.svg("rule")
    }
    svg += Text(below, x: frame.width / 2, y: height - 4, anchor: .middle, style: "soft").svg
    for (index, row) in rows.enumerated() {
      svg += frame.row(row, top: frame.top + Double(index) * Self.rowHeight)
    }
    return Picture(width: frame.width, height: height, description: description, body: svg)
  }

  private static let rowHeight = 38.0

  /// The ends of intervals no further out than three extents of the values, so that the interval of two seeds
  /// leaves something to see of all others.
  private static func clipped(_ ends: [Double], around values: [Double]) -> [Double] {
    let values = values.compactMap(plottable)
    guard let least = values.min(), let most = values.max(), most > least else { return ends }
    return ends.map { min(max($0, least - 3 * (most - least)), most + 3 * (most - least)) }
  }
}

extension Frame {
  fileprivate func row(_ row: IntervalRow, top: Double) -> HTML {
    let room = max(12, 66 - row.text.count)
    var svg = Text(row.label, x: left, y: top + 13, style: "halo", limit: room).svg
    svg += Text(row.text, x: right, y: top + 13, anchor: .end, style: "soft number halo").svg
    let middle = top + 26
    let color = "c\(row.color)"
    if let interval = row.interval, interval.lowerBound.isFinite, interval.upperBound.isFinite {
      let (low, high) = (x(interval.lowerBound), x(interval.upperBound))
      var path = Path()
      path.move(to: low, middle)
      path.line(to: high, middle)
      for (end, value) in [(low, interval.lowerBound), (high, interval.upperBound)] where isInside(value) {
        path.move(to: end, middle - 4)
        path.line(to: end, middle + 4)
      }
      svg += path.svg("line \(color)")
    }
    for value in row.singles.compactMap(plottable) {
      svg += dot(x: x(value), y: middle, radius: 3, style: "single \(color)", title: "\(value)")
    }
    if let mean = row.mean.flatMap(plottable) {
      svg += dot(x: x(mean), y: middle, radius: 4.5, style: "fill \(color)")
    }
    return svg
  }

  private func isInside(_ value: Double) -> Bool {
    let place = x.place(value)
    return place > 0 && place < 1
  }
}
