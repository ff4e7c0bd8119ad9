/// The classes below a picture: their names and their numbers of training images.
package struct ClassAxis: Sendable, Equatable {
  let labels: [String]
  let counts: [Int]

  /// Classes in the order in which they are drawn.
  package init(labels: [String], counts: [Int]) {
    precondition(labels.count == counts.count, "\(labels.count) labels, \(counts.count) counts")
    (self.labels, self.counts) = (labels, counts)
  }
}

/// A value for each class of a method; nil where a class has none.
package struct ClassValues: Sendable, Equatable {
  let label: String
  let color: Int
  let values: [Double?]

  package init(label: String, color: Int, values: [Double?]) {
    (self.label, self.color, self.values) = (label, color, values)
  }
}

extension Picture {
  /// A line of dots a method, over the classes side by side.
  package static func classes(
    _ methods: [ClassValues], of axis: ClassAxis, _ description: String, above: String, range: [Double]
  ) -> Picture {
    let values = methods.flatMap { $0.values.compactMap { $0 } }
    guard let y = Axis(values, including: range), let x = Axis(places(of: axis), room: 0) else {
      return .empty(width: Frame.wide, description)
    }
    let frame = Frame(width: Frame.wide, height: 280, bottom: 58, x: x, y: y)
    var svg = frame.svg(above: above, below: "", numbered: false) + frame.names(of: axis)
    let radius = axis.labels.count > 40 ? 2.0 : 3.5
    for method in methods.reversed() {
      var path = Path()
      var dots: HTML = ""
      for (place, value) in method.values.prefix(axis.labels.count).enumerated() {
        guard let value = value.flatMap(plottable) else {
          path.lift()
          continue
        }
        let (x, y) = (frame.x(Double(place)), frame.y(value))
        path.line(to: x, y)
        dots += dot(x: x, y: y, radius: radius, style: "fill c\(method.color)")
      }
      svg += path.svg("thin c\(method.color)", title: method.label) + dots
    }
    return Picture(width: frame.width, height: frame.height, description: description, body: svg)
  }

  /// A bar up or down for each class; pictures of one `range` can be compared.
  package static func classBars(
    _ method: ClassValues, of axis: ClassAxis, _ description: String, above: String,
    range: ClosedRange<Double>
  ) -> Picture {
    let values = method.values.compactMap { $0 }
    guard values.contains(where: { plottable($0) != nil }),
      let y = Axis([range.lowerBound, range.upperBound], including: [0], ticks: 4),
      let x = Axis(places(of: axis), room: 0)
    else { return .empty(description) }
    let frame = Frame(height: 200, bottom: 54, x: x, y: y)
    var svg = frame.svg(above: above, below: "", numbered: false) + frame.names(of: axis)
    let slot = (frame.right - frame.left) / Double(max(axis.labels.count, 1))
    let width = max(slot * 0.66, 1)
    for (place, value) in method.values.prefix(axis.labels.count).enumerated() {
      guard let value = value.flatMap(plottable) else { continue }
      let (zero, end) = (frame.y(0), frame.y(value))
      svg += rectangle(
        x: frame.x(Double(place)) - width / 2, y: min(zero, end), width: width, height: abs(end - zero),
        style: "fill c\(method.color)")
    }
    svg += frame.rule(at: 0)
    return Picture(width: frame.width, height: frame.height, description: description, body: svg)
  }

  /// The middles of the classes, and half a class beyond the outer ones.
  private static func places(of axis: ClassAxis) -> [Double] { [-0.5, Double(axis.labels.count) - 0.5] }
}

extension Frame {
  /// Names and counts below the classes, as many as have room.
  fileprivate func names(of axis: ClassAxis) -> HTML {
    let slot = (right - left) / Double(max(axis.labels.count, 1))
    let longest = (axis.labels + axis.counts.map { "\($0)" }).map(\.count).max() ?? 1
    let room = Double(min(longest, 12)) * 6.6 + 6
    let step = max(1, Int((room / slot).rounded(.up)))
    var svg: HTML = ""
    for place in stride(from: 0, to: axis.labels.count, by: step) {
      let middle = x(Double(place))
      svg += Text(axis.labels[place], x: middle, y: bottom + 15, anchor: .middle, limit: 12).svg
      svg += Text("\(axis.counts[place])", x: middle, y: bottom + 29, anchor: .middle, style: "soft").svg
    }
    let names = Text(
      "class, and its training images below", x: (left + right) / 2, y: height - 4, anchor: .middle,
      style: "soft")
    return svg + names.svg
  }
}
