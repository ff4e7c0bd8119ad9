/// A JSON value that remembers where it stood, so that a complaint can name the line.
struct JSONNode: Sendable, Equatable {
  /// The forms that JSON knows. Objects keep their order.
  enum Value: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double, integer: Int64?)
    case string(String)
    case array([JSONNode])
    case object([Member])
  }

  struct Member: Sendable, Equatable {
    let key: String
    let node: JSONNode
  }

  let value: Value
  let position: JSONPosition

  /// The value in a few words, for "found …".
  var summary: String {
    switch value {
    case .null: "null"
    case .bool(let flag): String(flag)
    case .number(let number, let integer): integer.map { String($0) } ?? shortest(number)
    case .string(let text): "\"\(text.prefix(60))\(text.count > 60 ? "…" : "")\""
    case .array(let nodes): nodes.isEmpty ? "an empty array" : "an array of \(nodes.count)"
    case .object: "an object"
    }
  }
}

/// A place in a text, counted from 1; columns count bytes.
public struct JSONPosition: Sendable, Equatable {
  /// The line.
  public let line: Int
  /// The byte in that line.
  public let column: Int
}

/// Why a text is not JSON.
struct JSONError: Error, Equatable {
  let position: JSONPosition
  let expected: String
  let found: String
}

/// A number without a needless ".0".
func shortest(_ number: Double) -> String {
  if let integer = Int64(exactly: number), integer.magnitude < 1_000_000 { return String(integer) }
  return number.description
}

/// A strict reader of JSON (RFC 8259): no comments, no trailing commas, no repeated keys, finite numbers only.
struct JSONReader {
  private static let deepest = 32
  private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0
  private var line = 1
  private var lineStart = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The value that `bytes` spell, with nothing but white space around it.
  static func read(_ bytes: [UInt8]) throws(JSONError) -> JSONNode {
    var reader = JSONReader(bytes)
    reader.skipSpace()
    let node = try reader.value()
    reader.skipSpace()
    guard reader.index == bytes.count else { throw reader.error("the end of the text") }
    return node
  }

  // MARK: - Values

  private mutating func value() throws(JSONError) -> JSONNode {
    let start = position(of: index)
    let value: JSONNode.Value
    switch peek {
    case UInt8(ascii: "{"): value = try object()
    case UInt8(ascii: "["): value = try array()
    case UInt8(ascii: "\""): value = .string(try string())
    case UInt8(ascii: "t"): value = .bool(try word("true", true))
    case UInt8(ascii: "f"): value = .bool(try word("false", false))
    case UInt8(ascii: "n"):
      _ = try word("null", true)
      value = .null
    case let byte? where byte == UInt8(ascii: "-") || Self.digits.contains(byte): value = try number()
    default: throw error("a value")
    }
    return JSONNode(value: value, position: start)
  }

  private mutating func object() throws(JSONError) -> JSONNode.Value {
    try open()
    var members: [JSONNode.Member] = []
    var keys = Set<String>()
    if close(UInt8(ascii: "}")) { return .object([]) }
    while true {
      let start = index
      guard peek == UInt8(ascii: "\"") else { throw error("a key in double quotes") }
      let key = try string()
      guard keys.insert(key).inserted else {
        throw JSONError(position: position(of: start), expected: "a new key", found: "\"\(key)\" again")
      }
      skipSpace()
      try expect(UInt8(ascii: ":"), "':' after the key \"\(key)\"")
      skipSpace()
      members.append(JSONNode.Member(key: key, node: try value()))
      if close(UInt8(ascii: "}")) { return .object(members) }
      try expect(UInt8(ascii: ","), "',' or '}'")
      skipSpace()
    }
  }

  private mutating func array() throws(JSONError) -> JSONNode.Value {
    try open()
    var nodes: [JSONNode] = []
    if close(UInt8(ascii: "]")) { return .array([]) }
    while true {
      nodes.append(try value())
      if close(UInt8(ascii: "]")) { return .array(nodes) }
      try expect(UInt8(ascii: ","), "',' or ']'")
      skipSpace()
    }
  }

  private mutating func number() throws(JSONError) -> JSONNode.Value {
    let start = index
    if peek == UInt8(ascii: "-") { index += 1 }
    if peek == UInt8(ascii: "0") { index += 1 } else { try digits() }
    var isInteger = true
    if peek == UInt8(ascii: ".") {
      index += 1
      isInteger = false
      try digits()
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      index += 1
      isInteger = false
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { index += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    guard let number = Double(text), number.isFinite else {
      throw JSONError(
        position: position(of: start), expected: "a finite number", found: String(text.prefix(40)))
    }
    return .number(number, integer: isInteger ? Int64(text) : nil)
  }

  private mutating func digits() throws(JSONError) {
    let start = index
    while let byte = peek, Self.digits.contains(byte) { index += 1 }
    guard index > start else { throw error("a digit") }
  }

  private mutating func word<Value>(_ word: StaticString, _ value: Value) throws(JSONError) -> Value {
    for byte in word.description.utf8 {
      guard peek == byte else { throw error("'\(word)'") }
      index += 1
    }
    return value
  }

  // MARK: - Strings

  private mutating func string() throws(JSONError) -> String {
    let start = index
    index += 1
    var text: [UInt8] = []
    while true {
      guard let byte = peek else { throw error("a closing '\"'") }
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw JSONError(position: position(of: start), expected: "UTF-8", found: "other bytes")
        }
        return string
      case UInt8(ascii: "\\"):
        index += 1
        try escape(into: &text)
      case 0..<0x20: throw error("'\\n' or another escape in a string")
      default:
        text.append(byte)
        index += 1
      }
    }
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
    guard let byte = peek else { throw error("an escape") }
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "u"):
      index += 1
      text.append(contentsOf: String(Character(try codePoint())).utf8)
      return
    default: throw error("an escape that JSON knows")
    }
    index += 1
  }

  private mutating func codePoint() throws(JSONError) -> Unicode.Scalar {
    let start = index
    var code = try hexadecimal()
    if code & 0xFC00 == 0xD800 {
      try expect(UInt8(ascii: "\\"), "the second half of a surrogate pair")
      try expect(UInt8(ascii: "u"), "the second half of a surrogate pair")
      let low = try hexadecimal()
      if low & 0xFC00 == 0xDC00 { code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) }
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw JSONError(position: position(of: start), expected: "a character", found: "half a surrogate pair")
    }
    return scalar
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("a hexadecimal digit")
      }
      code = code << 4 | UInt32(digit)
      index += 1
    }
    return code
  }

  // MARK: - Moving on

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      index += 1
      if byte == 0x0A { (line, lineStart) = (line + 1, index) }
    }
  }

  private mutating func open() throws(JSONError) {
    guard depth < Self.deepest else { throw error("no more than \(Self.deepest) levels") }
    depth += 1
    index += 1
    skipSpace()
  }

  private mutating func close(_ byte: UInt8) -> Bool {
    skipSpace()
    guard peek == byte else { return false }
    index += 1
    depth -= 1
    return true
  }

  private mutating func expect(_ byte: UInt8, _ expected: String) throws(JSONError) {
    guard peek == byte else { throw error(expected) }
    index += 1
  }

  // MARK: - Complaints

  private func error(_ expected: String) -> JSONError {
    let found =
      switch peek {
      case nil: "the end of the text"
      case let byte? where byte > 0x20 && byte < 0x7F: "'\(Character(Unicode.Scalar(byte)))'"
      case let byte?: "byte \(byte)"
      }
    return JSONError(position: position(of: index), expected: expected, found: found)
  }

  /// The place of a byte of the current line; only white space, which is skipped as a whole, spans lines.
  private func position(of index: Int) -> JSONPosition {
    JSONPosition(line: line, column: index - lineStart + 1)
  }
}
