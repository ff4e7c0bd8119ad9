extension JSON {
  /// The value on one line.
  public var line: String {
    var text = ""
    write(into: &text, indent: nil)
    return text
  }

  /// The value over several lines, indented by two spaces; arrays of plain values stay on one line.
  public var pretty: String {
    var text = ""
    write(into: &text, indent: 0)
    return text + "\n"
  }

  private var isPlain: Bool {
    switch self {
    case .array(let elements): elements.isEmpty
    case .object(let members): members.isEmpty
    default: true
    }
  }

  private func write(into text: inout String, indent: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += value.description
    case .number(let value): text += value.isFinite ? value.description : "null"
    case .string(let value): Self.write(value, into: &text)
    case .array(let elements):
      let inner = elements.allSatisfy(\.isPlain) ? nil : indent.map { $0 + 2 }
      Self.write(elements, "[", "]", into: &text, indent: inner, spaced: indent != nil) {
        $0.write(into: &$1, indent: inner)
      }
    case .object(let members):
      let inner = members.isEmpty ? nil : indent.map { $0 + 2 }
      Self.write(members, "{", "}", into: &text, indent: inner, spaced: indent != nil) {
        Self.write($0.key, into: &$1)
        $1 += indent == nil ? ":" : ": "
        $0.value.write(into: &$1, indent: inner)
      }
    }
  }

  private static func write<Element>(
    _ elements: [Element], _ open: String, _ close: String, into text: inout String, indent: Int?,
    spaced: Bool, _ body: (Element, inout String) -> Void
  ) {
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += spaced && indent == nil ? ", " : "," }
      if let indent { text += "\n" + String(repeating: " ", count: indent) }
      body(element, &text)
    }
    if let indent { text += "\n" + String(repeating: " ", count: indent - 2) }
    text += close
  }

  private static func write(_ value: String, into text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\0"..<" ": text += "\\u" + zeroPadded(scalar.value, 4, radix: 16)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
