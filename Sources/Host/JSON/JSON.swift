/// A JSON value whose objects keep the order of their members.
public enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int128)
  /// Written in the fewest digits that read back as the same number; `null` where it is not finite, since
  /// JSON has no such numbers.
  case number(Double)
  case string(String)
  case array([JSON])
  case object([Member])

  /// One `"key": value` of an object.
  public struct Member: Sendable, Equatable {
    /// The key.
    public var key: String
    /// The value.
    public var value: JSON

    /// `"key": value`.
    public init(_ key: String, _ value: JSON) {
      self.key = key
      self.value = value
    }
  }
}

// MARK: - Making values

extension JSON {
  /// A whole number.
  public init(_ value: some BinaryInteger) { self = .integer(Int128(value)) }
  /// A number.
  public init(_ value: Double) { self = .number(value) }
  /// A number that is written in the digits of a `Float`: 0.1, not 0.10000000149011612.
  public init(_ value: Float) { self = .number(Double(value.description) ?? Double(value)) }
  /// A text.
  public init(_ value: String) { self = .string(value) }
  /// True or false.
  public init(_ value: Bool) { self = .bool(value) }
  /// A text, or null where there is none.
  public init(_ value: String?) { self = value.map { .string($0) } ?? .null }
  /// A number, or null where there is none.
  public init(_ value: Double?) { self = value.map { .number($0) } ?? .null }
  /// A whole number, or null where there is none.
  public init(_ value: Int?) { self = value.map { .integer(Int128($0)) } ?? .null }
  /// An array of whole numbers.
  public init(_ values: [some BinaryInteger]) { self = .array(values.map { JSON($0) }) }
  /// An array of numbers.
  public init(_ values: [Double]) { self = .array(values.map { .number($0) }) }
  /// An array of texts.
  public init(_ values: [String]) { self = .array(values.map { .string($0) }) }
  /// An object with the members in the order of their keys.
  public init(_ values: [String: String]) {
    self = .object(values.sorted { $0.key < $1.key }.map { Member($0.key, .string($0.value)) })
  }
}

extension JSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  /// An object with its members in the order written.
  public init(dictionaryLiteral members: (String, JSON)...) {
    self = .object(members.map { Member($0.0, $0.1) })
  }
  /// An array.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(Int128(value)) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// True or false.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Null.
  public init(nilLiteral: ()) { self = .null }
}

// MARK: - Looking into values

extension JSON {
  /// The value of an object's member; nil where there is none or this is no object.
  public subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// True or false.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The text of a string.
  public var string: String? { if case .string(let text) = self { text } else { nil } }

  /// A whole number that an `Int` holds.
  public var int: Int? { if case .integer(let value) = self { Int(exactly: value) } else { nil } }

  /// A number, whole or not.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The elements of an array.
  public var array: [JSON]? { if case .array(let elements) = self { elements } else { nil } }

  /// The members of an object, in order.
  public var members: [Member]? { if case .object(let members) = self { members } else { nil } }
}
