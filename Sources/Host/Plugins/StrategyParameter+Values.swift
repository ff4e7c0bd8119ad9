extension StrategyParameter {
  /// The type's name in a manifest.
  public var typeName: String {
    switch kind {
    case .float: "float"
    case .int: "int"
    case .bool: "bool"
    case .enumeration: "enum"
    case .string: "string"
    }
  }

  /// The value that a run has without `--set`.
  public var defaultValue: ParameterValue {
    switch kind {
    case .float(let value, _, _): .float(value)
    case .int(let value, _, _): .int(value)
    case .bool(let value): .bool(value)
    case .enumeration(let value, let values): .enumeration(value, index: values.firstIndex(of: value) ?? 0)
    case .string(let value): .string(value)
    }
  }

  /// The permitted values in words: "a number from -1 to 1".
  public var expectation: String {
    switch kind {
    case .float(_, let min, let max):
      "a number" + Self.range(min.map(shortest), max.map(shortest))
    case .int(_, let min, let max):
      "a whole number" + Self.range(min.map { String($0) }, max.map { String($0) })
    case .bool: "true or false"
    case .enumeration(_, let values): "one of " + values.joined(separator: ", ")
    case .string: "a text"
    }
  }

  private static func range(_ min: String?, _ max: String?) -> String {
    switch (min, max) {
    case (nil, nil): ""
    case (let min?, nil): " of at least \(min)"
    case (nil, let max?): " of at most \(max)"
    case (let min?, let max?): " from \(min) to \(max)"
    }
  }

  /// The value that `text` spells, nil when it is of another type or out of range.
  public func value(of text: String) -> ParameterValue? {
    switch kind {
    case .float(_, let min, let max):
      guard let number = Double(text), number.isFinite else { return nil }
      return Self.isWithin(number, min, max) ? .float(number) : nil
    case .int(_, let min, let max):
      guard let number = Int64(text) else { return nil }
      return Self.isWithin(number, min, max) ? .int(number) : nil
    case .bool:
      switch text.lowercased() {
      case "true", "1", "yes", "on": return .bool(true)
      case "false", "0", "no", "off": return .bool(false)
      default: return nil
      }
    case .enumeration(_, let values):
      return values.firstIndex(of: text).map { .enumeration(text, index: $0) }
    case .string:
      return text.utf8.contains(0) ? nil : .string(text)
    }
  }

  static func isWithin<Number: Comparable>(_ number: Number, _ min: Number?, _ max: Number?) -> Bool {
    min.map { number >= $0 } ?? true && max.map { number <= $0 } ?? true
  }
}

extension StrategyManifest {
  /// The value of every parameter, in the manifest's order: the defaults, changed by `settings`.
  ///
  /// - Parameter settings: texts such as `gamma=0.5`; hyphens in a name count as underscores.
  /// - Throws: `PluginError` for an unknown or repeated name, a wrong type and a value out of range.
  public func values(_ settings: [String]) throws(PluginError) -> [ParameterValue] {
    var values = parameters.map(\.defaultValue)
    var given = Set<Int>()
    for setting in settings {
      guard let equals = setting.firstIndex(of: "=") else { throw .notASetting(strategy: id, text: setting) }
      let name = String(setting[..<equals])
      let text = String(setting[setting.index(after: equals)...])
      let folded = String(name.map { $0 == "-" ? "_" : $0 })
      guard let index = parameters.firstIndex(where: { $0.name == folded }) else {
        throw .unknownParameter(strategy: id, name: name, known: parameters.map(\.name))
      }
      let parameter = parameters[index]
      guard given.insert(index).inserted else {
        throw .repeatedParameter(strategy: id, name: parameter.name)
      }
      guard let value = parameter.value(of: text) else {
        throw .badParameter(
          strategy: id, name: parameter.name, value: text, expected: parameter.expectation,
          byDefault: parameter.defaultValue.description)
      }
      values[index] = value
    }
    return values
  }
}
