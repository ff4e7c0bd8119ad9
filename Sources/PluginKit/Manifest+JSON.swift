extension Manifest {
  /// The manifest of a library that holds `strategies`, as `br_manifest_v1` returns it.
  static func json(of strategies: [any Strategy.Type]) -> String {
    JSON.object([
      ("brhost", .number("1")), ("needs_minor", .number("0")),
      ("strategies", .array(strategies.map { $0.manifest.json(outputs: $0.outputs) })),
    ]).text
  }

  private func json(outputs: [Output]) -> JSON {
    var members: [(String, JSON)] = [
      ("id", .string(id)), ("version", .string(version)), ("name", .string(name)),
      ("summary", .string(summary)),
    ]
    if let cite { members.append(("cite", .string(cite))) }
    members += [
      ("inputs", .array(allInputs.map { .object([("name", .string($0.rawValue))] + optional($0)) })),
      ("outputs", .array(outputs.map { .string($0.rawValue) })),
      ("params", .array(parameters.map(\.json))),
      ("deterministic", .bool(isDeterministic)), ("equivariant", .bool(isEquivariant)),
      ("state", .bool(hasState)),
    ]
    return .object(members)
  }

  /// The inputs in the order of delivery.
  var allInputs: [Input] { inputs + optionalInputs }

  private func optional(_ input: Input) -> [(String, JSON)] {
    inputs.contains(input) ? [] : [("optional", .bool(true))]
  }
}

extension Parameter {
  fileprivate var json: JSON {
    func object(_ type: String, _ value: JSON, _ more: [(String, JSON?)], _ help: String) -> JSON {
      let members: [(String, JSON?)] =
        [("name", .string(name)), ("type", .string(type)), ("default", value)] + more + [
          ("help", .string(help))
        ]
      return .object(members.compactMap { key, value in value.map { (key, $0) } })
    }
    switch self {
    case .float(_, let value, let min, let max, let help):
      return object(
        "float", .double(value), [("min", min.map(JSON.double)), ("max", max.map(JSON.double))], help)
    case .int(_, let value, let min, let max, let help):
      return object("int", .int(value), [("min", min.map(JSON.int)), ("max", max.map(JSON.int))], help)
    case .bool(_, let value, let help): return object("bool", .bool(value), [], help)
    case .choice(_, let values, let value, let help):
      return object("enum", .string(value), [("values", .array(values.map { .string($0) }))], help)
    case .string(_, let value, let help): return object("string", .string(value), [], help)
    }
  }
}

/// JSON to write. (Foundation would make a plugin of kilobytes load megabytes.)
private enum JSON {
  case number(String)
  case string(String)
  case bool(Bool)
  case array([JSON])
  case object([(String, JSON)])

  static func double(_ value: Double) -> JSON { .number(value.description) }
  static func int(_ value: Int64) -> JSON { .number(value.description) }

  var text: String {
    switch self {
    case .number(let text): text
    case .string(let text): Self.quoted(text)
    case .bool(let flag): flag ? "true" : "false"
    case .array(let values): "[" + values.map(\.text).joined(separator: ", ") + "]"
    case .object(let members):
      "{" + members.map { "\(Self.quoted($0)): \($1.text)" }.joined(separator: ", ") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
