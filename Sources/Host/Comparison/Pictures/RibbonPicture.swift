extension Picture {
  /// Quantiles over time: the median as a line, the halves around it as ribbons that fade towards the ends.
  ///
  /// - Parameters:
  ///   - epochs: the places of the rows.
  ///   - quantiles: a row an epoch, ascending, an odd number of them; their axis has equal ratios.
  package static func ribbons(
    epochs: [Double], quantiles: [[Double]], color: Int, _ description: String, above: String, below: String
  ) -> Picture {
    let rows = zip(epochs, quantiles).filter { plottable($0.0) != nil && $0.1.allSatisfy { !$0.isNaN } }
    guard let count = rows.first?.1.count, count > 0, !count.isMultiple(of: 2),
      rows.allSatisfy({ $0.1.count == count }),
      let y = Axis(ratios: rows.flatMap { $0.1 }.map { max($0, 1e-4) }, including: [0.5, 2]),
      let x = Axis(rows.map { $0.0 }, room: 0, ticks: 6, whole: true)
    else { return .empty(description) }
    let frame = Frame(x: x, y: y)
    var svg = frame.svg(above: above, below: below)
    let points = thinnedRows(Array(rows))
    for outer in 0..<count / 2 {
      let band = points.map { Curve.Band(x: $0.0, low: $0.1[outer], high: $0.1[count - 1 - outer]) }
      svg += frame.area(of: band, style: "band c\(color)")
    }
    svg += frame.rule(at: 1)
    var median = Path()
    for (epoch, values) in points { median.line(to: frame.x(epoch), frame.y(values[count / 2])) }
    svg += median.svg("line c\(color)", title: "median")
    if points.count == 1, let (epoch, values) = points.first {
      for value in values {
        svg += dot(x: frame.x(epoch), y: frame.y(value), radius: 3, style: "single c\(color)")
      }
    }
    return Picture(width: frame.width, height: frame.height, description: description, body: svg)
  }

  /// Every n-th row and the last one, few enough to be drawn.
  static func thinnedRows(_ rows: [(Double, [Double])]) -> [(Double, [Double])] {
    let step = max(1, (rows.count + 99) / 100)
    return rows.enumerated().filter { $0.offset.isMultiple(of: step) || $0.offset == rows.count - 1 }
      .map(\.element)
  }
}
