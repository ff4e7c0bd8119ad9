import Foundation
import Host
import Testing

/// Pictures are well-formed and keep to their frame, whatever is to be drawn.
@Suite struct PictureTests {
  static let hostile = "</style><script>alert(1)</script>\u{202E}\"'&\u{0}"
  static let odd: [Double] = [.nan, .infinity, -.infinity, 1e308, -1e308, 0, 1, 1e-300]

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let picture: Picture
    init(_ name: String, _ picture: Picture) { (testDescription, self.picture) = (name, picture) }
  }

  static let cases: [Case] = curves + intervals + classes + heats + ribbons + shares + sprites

  private static func curve(_ points: [(Double, Double)], label: String = "a", color: Int = 1) -> Curve {
    Curve(
      label: label, color: color, points: points.map { Curve.Point(x: $0.0, y: $0.1) },
      band: points.map { Curve.Band(x: $0.0, low: $0.1 - 1, high: $0.1 + 1) },
      singles: [points.map { Curve.Point(x: $0.0, y: $0.1 * 0.9) }])
  }

  private static let curves = [
    ("no curve", []), ("no points", [curve([])]), ("one point", [curve([(1, 0.5)])]),
    ("equal points", [curve([(1, 0.5), (2, 0.5)])]),
    ("hostile label", [curve([(1, 0.5), (2, 0.7)], label: hostile)]),
    ("odd heights", [curve(odd.enumerated().map { (Double($0.offset), $0.element) })]),
    ("odd places", [curve(odd.map { ($0, 1) })]), ("only odd", [curve([(.nan, .nan), (1, .infinity)])]),
    ("many points", [curve((0..<5000).map { (Double($0), Double($0 % 17)) })]),
  ].flatMap { name, curves in
    [false, true].map { ratios in
      Case(
        "curves: \(name), ratios \(ratios)",
        .curves(curves, hostile, above: hostile, below: "epoch", including: [1], dots: true, ratios: ratios))
    }
  }

  private static func row(_ mean: Double?, _ interval: ClosedRange<Double>?, _ singles: [Double])
    -> IntervalRow
  {
    IntervalRow(label: hostile, color: 0, mean: mean, interval: interval, singles: singles, text: "0.5 ± 0.1")
  }

  private static let intervals = [
    ("no rows", []), ("nothing known", [row(nil, nil, [])]), ("one value", [row(0.5, nil, [0.5])]),
    ("odd values", [row(.nan, nil, odd), row(0.5, 0.4...0.6, [0.5])]),
    ("endless interval", [row(0.5, -.infinity ... .infinity, [0.4, 0.6])]),
    ("wide interval", [row(0.5, -1e300...1e300, [0.4, 0.6])]),
  ].flatMap { name, rows in
    [nil, 0, Double.nan].map { reference in
      Case(
        "intervals: \(name), reference \(String(describing: reference))",
        .intervals(rows, "d", reference: reference, below: "accuracy"))
    }
  }

  private static let classes = [
    ("no classes", ClassAxis(labels: [], counts: []), [Double?]()),
    ("one class", ClassAxis(labels: ["0"], counts: [5]), [0.5]),
    ("too many values", ClassAxis(labels: ["0"], counts: [5]), [0.5, 0.6]),
    ("nothing known", ClassAxis(labels: ["0", "1"], counts: [5, 0]), [nil, nil]),
    ("odd values", ClassAxis(labels: odd.map { "\($0)" }, counts: odd.map { _ in .max }), odd),
    ("hostile label", ClassAxis(labels: [hostile, "1"], counts: [5, 4]), [0.5, nil]),
    (
      "many classes", ClassAxis(labels: (0..<1000).map { "\($0)" }, counts: Array(0..<1000)),
      [Double?](repeating: 0.5, count: 1000)
    ),
  ].flatMap { name, axis, values in
    let values = ClassValues(label: hostile, color: 2, values: values)
    return [
      Case("classes: \(name)", .classes([values], of: axis, "d", above: "accuracy", range: [0, 1])),
      Case("bars: \(name)", .classBars(values, of: axis, "d", above: "difference", range: -1...1)),
    ]
  }

  private static let heats = [
    ("no classes", [], 1), ("one class", [0.5], 1), ("wrong count", [0.5], 2),
    ("odd values", odd + [nil], 3), ("a hundred classes", [Double?](repeating: -0.3, count: 10_000), 100),
  ].map { name, cells, count in
    Case(
      "heat: \(name)",
      .heat(
        cells, labels: (0..<count).map { "\($0)\(hostile)" }, "d", limit: 1, signed: true))
  }

  private static let ribbons: [Case] = [
    ("no epochs", [[Double]]()), ("one epoch", [[0, 0.5, 1, 2, 9]]), ("zeros", [[0, 0, 0], [0, 0, 0]]),
    ("an even number", [[1, 2]]), ("uneven rows", [[1, 2, 3], [1, 2, 3, 4, 5]]),
    ("odd values", [[0, 1, .infinity], [.nan, 1, 2], [1e-300, 1, 1e308]]),
  ].map { name, rows in
    Case(
      "ribbons: \(name)",
      .ribbons(
        epochs: rows.indices.map { Double($0) }, quantiles: rows, color: 1, "d", above: "weight",
        below: "epoch"))
  }

  private static let shares: [Case] = [
    ("no epochs", [[Double]]()), ("one epoch", [[0.5, 0.5]]), ("zeros", [[0, 0], [0, 0]]),
    ("odd values", [[.nan, 1], [.infinity, 0], [-1, 2], [0.4, 0.6]]),
    ("wrong count", [[1], [0.5, 0.2, 0.3]]),
  ].map { name, rows in
    Case(
      "shares: \(name)",
      .shares(
        epochs: rows.indices.map { Double($0) }, shares: rows, reference: [0.9, .nan],
        labels: [hostile, "b"], "d",
        below: "epoch"))
  }

  private static let sprites: [Case] = [
    ("no images", 0, 1, 1), ("one pixel", 1, 1, 1), ("tall", 3, 9, 2), ("wide", 2, 1, 40),
  ].map { name, count, height, width in
    Case(
      "sprite: \(name)",
      .sprite(
        (0..<count).map { SpriteImage(lines: [hostile, "\($0)"]) },
        pixels: [UInt8](repeating: 7, count: count * height * width * 3), height: height, width: width,
        columns: 4,
        "d"))
  }

  @Test(arguments: cases)
  func everyPictureIsWellFormedAndFinite(_ drawn: Case) {
    let source = drawn.picture.svg.source
    let markup = Markup(source)
    #expect(markup.elements.first?.name == "svg" && markup.all("script", "style").isEmpty)
    #expect(markup.elements.first?.attributes["aria-label"]?.isEmpty == false)
    #expect(!markup.numbers.isEmpty && markup.numbers.allSatisfy { $0.isFinite && abs($0) < 2000 })
    #expect(!source.contains("\u{202E}") && !source.contains("style="))
  }

  @Test func theSharesOfOneEpochAreAStackBesideThatOfTheData() {
    let picture = Picture.shares(
      epochs: [1], shares: [[0.25, 0.75]], reference: [0.5, 0.5], labels: ["a", "b"], "d", below: "epoch")
    let stacks = Markup(picture.svg.source).all("rect").filter {
      $0.attributes["class"]?.hasPrefix("layer") == true
    }
    let heights = stacks.compactMap { $0.attributes["height"].flatMap(Double.init) }
    #expect(
      heights.count == 4 && abs(heights[1] - 3 * heights[0]) < 0.3 && abs(heights[2] - heights[3]) < 0.3)
  }

  @Test func aPictureOfNothingSaysSo() {
    let names = [
      "curves: no curve", "intervals: no rows", "classes: no classes", "heat: no classes",
      "sprite: no images",
    ]
    for name in names {
      let drawn = Self.cases.filter { $0.testDescription.hasPrefix(name) }
      #expect(!drawn.isEmpty)
      for drawn in drawn {
        #expect(Markup(drawn.picture.svg.source).all("text").map(\.text) == ["no numbers to draw"])
      }
    }
  }

  @Test func valuesHaveTheirPlaces() throws {
    let picture = Picture.curves(
      [Self.curve([(0, 0), (5, 1), (10, 0.5)])], "d", above: "", below: "", including: [], dots: true)
    let dots = Markup(picture.svg.source).all("circle").map { ($0.attributes["cx"], $0.attributes["cy"]) }
    let places = try dots.map {
      (try #require($0.0.flatMap(Double.init)), try #require($0.1.flatMap(Double.init)))
    }
    #expect(places.count == 3 && places[0].0 < places[1].0 && places[1].0 < places[2].0)
    #expect(abs(places[1].0 - (places[0].0 + places[2].0) / 2) < 0.2)
    #expect(places[1].1 < places[2].1 && places[2].1 < places[0].1)
    #expect(abs(places[2].1 - (places[0].1 + places[1].1) / 2) < 0.2)
  }

  @Test func aShadeGrowsWithItsValue() {
    let picture = Picture.heat([0.25, -1, 0, 0.5], labels: ["a", "b"], "d", limit: 1, signed: true)
    let cells = Markup(picture.svg.source).all("rect").filter { $0.attributes["fill-opacity"] != nil }
    #expect(cells.map { $0.attributes["fill-opacity"] } == ["0.25", "1.00", "0.50"])
    #expect(cells.map { $0.attributes["class"] } == ["more", "less", "more"])
  }

  @Test func longCurvesAreThinned() {
    let points = (0..<10_000).map { (Double($0), Double($0)) }
    let picture = Picture.curves([Self.curve(points)], "d", above: "", below: "")
    #expect(picture.svg.source.utf8.count < 12_000)
  }
}
