/// What an option's value must be.
package enum ValueKind: Sendable {
  case text
  case integer(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  case choice([String])
  /// `name=value`.
  case assignment
  /// Anything that `accepts` returns true for; `expected` says it in words.
  case custom(expected: String, accepts: @Sendable (String) -> Bool)

  /// Whether `value` is one.
  package func accepts(_ value: String) -> Bool {
    switch self {
    case .text: !value.isEmpty
    case .integer(let range): Int(value).map(range.contains) ?? false
    case .number(let range): Double(value).map(range.contains) ?? false
    case .choice(let names): names.contains(value)
    case .assignment: value.firstIndex(of: "=").map { $0 > value.startIndex } ?? false
    case .custom(_, let accepts): accepts(value)
    }
  }

  /// What is expected, to complete "expected …".
  package var expected: String {
    switch self {
    case .text: "a text that is not empty"
    case .integer(let range):
      range.upperBound == .max
        ? "a whole number of at least \(range.lowerBound)"
        : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): "a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))"
    case .choice(let names): names.joined(separator: ", ", last: " or ")
    case .assignment: "name=value"
    case .custom(let expected, _): expected
    }
  }

  /// `value` without a needless ".0".
  private func plain(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9 ? String(Int(value)) : String(value)
  }
}

extension [String] {
  /// The elements in one sentence: `last` stands before the last one.
  package func joined(separator: String, last: String) -> String {
    guard let final = self.last, count > 1 else { return joined() }
    return dropLast().joined(separator: separator) + last + final
  }
}
