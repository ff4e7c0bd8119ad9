/// A square table of numbers as shades: how strong a shade is, is its opacity, so that it suits light and dark.
extension Picture {
  /// The most classes whose cells hold their numbers.
  private static let mostNumbers = 12
  /// The most classes that are drawn cell by cell; more of them become a PNG picture.
  private static let mostCells = 24

  /// A confusion matrix or a difference of two.
  ///
  /// - Parameters:
  ///   - cells: `[C, C]` in rows, true classes down; 0…1, or -1…1 for a difference.
  ///   - limit: the magnitude that has the full shade.
  package static func heat(
    _ cells: [Double?], labels: [String], _ description: String, limit: Double, signed: Bool
  ) -> Picture {
    let classes = labels.count
    guard classes > 0, cells.count == classes * classes, limit > 0, limit.isFinite else {
      return .empty(description)
    }
    let (left, top, side) = (44.0, 36.0, 384.0)
    let cell = side / Double(classes)
    var svg = Text("predicted class", x: left + side / 2, y: 11, anchor: .middle, style: "soft").svg
    svg += Text("true", x: left - 6, y: 11, anchor: .end, style: "soft").svg
    let step = max(1, Int((22 / cell).rounded(.up)))
    for index in stride(from: 0, to: classes, by: step) {
      let middle = (Double(index) + 0.5) * cell
      svg += Text(labels[index], x: left - 5, y: top + middle + 4, anchor: .end, style: "soft", limit: 6).svg
      svg += Text(labels[index], x: left + middle, y: top - 4, anchor: .middle, style: "soft", limit: 6).svg
    }
    let shades = cells.map { value -> Double in
      guard let value, value.isFinite else { return 0 }
      return min(max(value / limit, -1), 1)
    }
    if classes > mostCells, let image = image(of: shades, side: classes) {
      svg += """
        <image class="pixels" x="\(px: left)" y="\(px: top)" width="\(px: side)" height="\(px: side)" \
        href="\(image)"/>\n
        """
    } else {
      for (index, shade) in shades.enumerated() where abs(shade) >= 0.005 {
        svg += rectangle(
          x: left + Double(index % classes) * cell, y: top + Double(index / classes) * cell,
          width: cell, height: cell, style: shade < 0 ? "less" : "more", opacity: abs(shade))
      }
    }
    if classes <= mostNumbers {
      for (index, value) in cells.enumerated() {
        guard let value, let text = number(value, signed: signed) else { continue }
        svg +=
          Text(
            text, x: left + (Double(index % classes) + 0.5) * cell,
            y: top + (Double(index / classes) + 0.5) * cell + 4, anchor: .middle,
            style: abs(shades[index]) > 0.6 ? "number cell over" : "number cell"
          ).svg
      }
    }
    svg += rectangle(x: left, y: top, width: side, height: side, style: "outline")
    return Picture(
      width: Frame.narrow, height: top + side + 6, description: description, body: svg)
  }

  /// A cell's number in percent; nil where it is as good as none.
  private static func number(_ value: Double, signed: Bool) -> String? {
    guard value.isFinite, abs(value) >= 0.005 else { return nil }
    let text = decimal(abs(value) * 100, places: 0)
    return value < 0 ? "−\(text)" : signed ? "+\(text)" : text
  }

  /// The shades as a PNG, one pixel a cell, in the light colours of the classes `more` and `less`: a PNG knows no scheme.
  private static func image(of shades: [Double], side: Int) -> String? {
    let pixels = shades.flatMap { shade -> [UInt8] in
      let opacity = UInt8((abs(shade) * 255).rounded())
      return (shade < 0 ? PageStyle.less : PageStyle.more) + [opacity]
    }
    return PNGFile.encoded(pixels, height: side, width: side, channels: 4).map { dataAddress(png: $0) }
  }
}
