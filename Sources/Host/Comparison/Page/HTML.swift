/// A piece of markup, HTML or SVG. What is written in the source is markup; text that is put in becomes text.
///
///     let name = "a < b"
///     let row: HTML = "<th>\(name)</th>"  // <th>a &lt; b</th>
package struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
  /// The markup.
  package private(set) var source: String

  /// Markup as it stands in the source.
  package init(stringLiteral value: String) { source = value }

  /// Markup that this program has made, never anything from outside.
  init(trusted source: String) { self.source = source }

  /// Markup with texts, numbers and other markup put in.
  package init(stringInterpolation interpolation: StringInterpolation) { source = interpolation.source }

  var isEmpty: Bool { source.isEmpty }

  static func + (left: HTML, right: HTML) -> HTML {
    var sum = left
    sum += right
    return sum
  }

  static func += (left: inout HTML, right: HTML) { left.source += right.source }

  /// What may be put into markup.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var source = ""

    /// Nothing yet.
    package init(literalCapacity: Int, interpolationCount: Int) { source.reserveCapacity(literalCapacity) }

    /// Markup.
    package mutating func appendLiteral(_ literal: String) { source += literal }

    /// Text, of an element or of an attribute in double quotes.
    package mutating func appendInterpolation(_ text: String) { source += escaped(legible(text)) }

    /// Markup.
    package mutating func appendInterpolation(_ html: HTML) { source += html.source }

    /// Pieces of markup, one after the other.
    package mutating func appendInterpolation(_ pieces: [HTML]) {
      for piece in pieces { source += piece.source }
    }

    /// A whole number.
    package mutating func appendInterpolation(_ number: Int) { source += String(number) }

    /// A coordinate or a length in a picture.
    package mutating func appendInterpolation(px value: Double) { source += pixels(value) }
  }
}

extension [HTML] {
  /// The pieces with `separator` between them.
  func joined(_ separator: HTML = "") -> HTML {
    var sum: HTML = ""
    for (index, piece) in enumerated() {
      if index > 0 { sum += separator }
      sum += piece
    }
    return sum
  }
}

/// The text without the characters that reorder or hide what stands beside them.
private func legible(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0x7F...0x9F, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF: continue
    default: result.append(scalar)
    }
  }
  return String(result)
}
