/// A method's curve: the mean, a band around it, and the curves of single seeds, faint.
package struct Curve: Sendable, Equatable {
  package struct Point: Sendable, Equatable {
    let x, y: Double

    package init(x: Double, y: Double) { (self.x, self.y) = (x, y) }
  }

  package struct Band: Sendable, Equatable {
    let x, low, high: Double

    package init(x: Double, low: Double, high: Double) { (self.x, self.low, self.high) = (x, low, high) }
  }

  let label: String
  /// The number of its colour, 0 for the baseline.
  let color: Int
  let points: [Point]
  let band: [Band]
  let singles: [[Point]]

  package init(label: String, color: Int, points: [Point], band: [Band] = [], singles: [[Point]] = []) {
    self.label = label
    self.color = color
    self.points = points
    self.band = band
    self.singles = singles
  }
}

extension Picture {
  /// How many points a curve has at most.
  private static let mostPoints = 120

  /// Learning curves and the like.
  ///
  /// - Parameters:
  ///   - above: the name of the vertical axis.
  ///   - below: the name of the horizontal one.
  ///   - including: values that the vertical axis shows in any case.
  ///   - dots: whether each point has a dot.
  ///   - ratios: whether the horizontal axis has equal ratios.
  package static func curves(
    _ curves: [Curve], _ description: String, above: String, below: String, including: [Double] = [],
    wholeNumbers: Bool = false, dots: Bool = false, ratios: Bool = false
  ) -> Picture {
    let means = curves.flatMap(\.points)
    let bands = curves.flatMap(\.band)
    let singles = curves.flatMap { $0.singles.flatMap { $0 } }
    let bounds = Self.bounds(means)
    let heights =
      (means + singles).map(\.y) + bands.flatMap { [max($0.low, bounds.low), min($0.high, bounds.high)] }
    let places = (means + singles).map(\.x)
    let even = Axis(places, room: dots ? 0.02 : 0, ticks: 6, whole: wholeNumbers)
    guard let x = ratios ? Axis(ratios: places.map { max($0, 1e-5) }) : even,
      let y = Axis(heights, including: including)
    else { return .empty(description) }
    let frame = Frame(x: x, y: y)
    var svg = frame.svg(above: above, below: below)
    for value in including { svg += frame.rule(at: value) }
    for curve in curves { svg += frame.area(of: thinned(curve.band), style: "band c\(curve.color)") }
    for curve in curves {
      for single in curve.singles {
        svg += frame.line(through: thinned(single), style: "faint c\(curve.color)", label: curve.label)
      }
    }
    for curve in curves.reversed() {  // the baseline on top
      let points = thinned(curve.points)
      svg += frame.line(through: points, style: "line c\(curve.color)", label: curve.label)
      guard dots || points.count == 1 else { continue }
      for point in points {
        guard let x = plottable(point.x), let y = plottable(point.y) else { continue }
        svg += dot(x: frame.x(x), y: frame.y(y), radius: 3, style: "fill c\(curve.color)")
      }
    }
    return Picture(width: frame.width, height: frame.height, description: description, body: svg)
  }

  /// As far as bands may stretch the axis: a wide one would make the curves flat.
  private static func bounds(_ points: [Curve.Point]) -> (low: Double, high: Double) {
    let heights = points.map(\.y).compactMap(plottable)
    guard let least = heights.min(), let most = heights.max() else { return (0, 0) }
    let room = max(most - least, abs(most) * 0.02) * 0.5
    return (least - room, most + room)
  }

  /// Every n-th element and the last one, few enough to be drawn.
  private static func thinned<Element>(_ elements: [Element]) -> [Element] {
    guard elements.count > mostPoints, let last = elements.last else { return elements }
    let step = (elements.count + mostPoints - 2) / (mostPoints - 1)
    let kept = stride(from: 0, to: elements.count, by: step).map { elements[$0] }
    return (elements.count - 1).isMultiple(of: step) ? kept : kept + [last]
  }
}

extension Frame {
  /// A line through the points that have a place; a gap where one has none.
  fileprivate func line(through points: [Curve.Point], style: String, label: String) -> HTML {
    var path = Path()
    for point in points {
      if let x = plottable(point.x), let y = plottable(point.y) {
        path.line(to: self.x(x), self.y(y))
      } else {
        path.lift()
      }
    }
    return points.count > 1 ? path.svg(style, title: label) : ""
  }

  /// The area between the low and the high ends.
  func area(of band: [Curve.Band], style: String) -> HTML {
    let band = band.filter { plottable($0.x) != nil && !$0.low.isNaN && !$0.high.isNaN }
    var path = Path()
    for point in band { path.line(to: x(point.x), y(point.high)) }
    for point in band.reversed() { path.line(to: x(point.x), y(point.low)) }
    if !path.isEmpty { path.close() }
    return band.count > 1 ? path.svg(style) : ""
  }
}
