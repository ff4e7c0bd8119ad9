/// The plot of a picture: two axes, a grid and the names of the axes.
struct Frame {
  /// The width of a picture that fits a telephone and stands beside others elsewhere.
  static let narrow = 440.0
  /// The width of a picture that has a row of its own.
  static let wide = 900.0

  let width, height, left, right, top, bottom: Double
  let x, y: Axis

  init(
    width: Double = Frame.narrow, height: Double = 250, left: Double = 46, right: Double = 12,
    top: Double = 24, bottom: Double = 40, x: Axis, y: Axis
  ) {
    (self.width, self.height) = (width, height)
    (self.left, self.right) = (left, width - right)
    (self.top, self.bottom) = (top, height - bottom)
    (self.x, self.y) = (x, y)
  }

  func x(_ value: Double) -> Double { left + (right - left) * x.place(value) }
  func y(_ value: Double) -> Double { bottom - (bottom - top) * y.place(value) }

  /// Grid, ticks and names: `above` of the vertical axis, `below` of the other one.
  func svg(above: String, below: String, numbered: Bool = true) -> HTML {
    var svg = Text(above, x: 2, y: 12, style: "soft").svg
    var grid = Path()
    for tick in y.ticks {
      grid.move(to: left, y(tick.value))
      grid.line(to: right, y(tick.value))
      svg += Text(tick.text, x: left - 6, y: y(tick.value) + 4, anchor: .end, style: "soft").svg
    }
    var base = Path()
    base.move(to: left, bottom)
    base.line(to: right, bottom)
    for tick in numbered ? x.ticks : [] {
      base.move(to: x(tick.value), bottom)
      base.line(to: x(tick.value), bottom + 4)
      svg += Text(tick.text, x: x(tick.value), y: bottom + 17, anchor: .middle, style: "soft").svg
    }
    svg += Text(below, x: (left + right) / 2, y: height - 5, anchor: .middle, style: "soft").svg
    return grid.svg("grid") + base.svg("base") + svg
  }

  /// A line from side to side at `value`.
  func rule(at value: Double, style: String = "rule") -> HTML {
    var path = Path()
    path.move(to: left, y(value))
    path.line(to: right, y(value))
    return path.svg(style)
  }
}
