extension JSON {
  /// Reads a JSON text (RFC 8259), strictly: UTF-8, nothing after the value, no key twice in an object, numbers
  /// within `Double`'s range, and at most 64 levels deep.
  public init(parsing bytes: [UInt8]) throws(JSONSyntaxError) {
    var parser = JSONParser(bytes: bytes)
    self = try parser.document()
  }

  /// Reads a JSON text, as `init(parsing: [UInt8])` does.
  public init(parsing text: String) throws(JSONSyntaxError) { try self.init(parsing: Array(text.utf8)) }
}

/// Why a text is not JSON, and where.
public struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
  /// The offset of the first byte that does not fit.
  public let offset: Int
  /// Its line, counted from 1.
  public let line: Int
  /// Its place in that line, in bytes counted from 1.
  public let column: Int
  /// What could have stood there.
  public let expected: String
  /// What stood there.
  public let found: String

  init(in bytes: [UInt8], at offset: Int, expected: String, found: String) {
    let before = bytes[..<offset]
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    self.offset = offset
    line = before.count { $0 == UInt8(ascii: "\n") } + 1
    column = offset - lineStart + 1
    self.expected = expected
    self.found = found
  }

  /// The place, what was expected and what was found.
  public var description: String { "line \(line), column \(column): expected \(expected), found \(found)" }
}

private struct JSONParser {
  private static let deepest = 64
  private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
  private let bytes: [UInt8]
  private var offset = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONSyntaxError) -> JSON {
    let value = try value(depth: 0)
    skipSpace()
    guard offset == bytes.count else { throw error("the end of the text") }
    return value
  }

  // MARK: - Values

  private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSON {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"): return try number()
    case let byte? where Self.digits.contains(byte): return try number()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw error("a value")
    }
  }

  private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSON {
    try open(depth)
    if skip(UInt8(ascii: "}")) { return .object([]) }
    var members: [JSON.Member] = []
    var keys: Set<String> = []
    repeat {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw error("a key in double quotes") }
      let start = offset
      let key = try string()
      guard keys.insert(key).inserted else {
        throw error("a new key", found: "\"\(shown(key))\" again", at: start)
      }
      guard skip(UInt8(ascii: ":")) else { throw error("':' after the key \"\(shown(key))\"") }
      members.append(JSON.Member(key, try value(depth: depth + 1)))
    } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "}")) else { throw error("',' or '}'") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSON {
    try open(depth)
    if skip(UInt8(ascii: "]")) { return .array([]) }
    var elements: [JSON] = []
    repeat { elements.append(try value(depth: depth + 1)) } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "]")) else { throw error("',' or ']'") }
    return .array(elements)
  }

  /// Enters an object or an array.
  private mutating func open(_ depth: Int) throws(JSONSyntaxError) {
    guard depth < Self.deepest else { throw error("no more than \(Self.deepest) levels") }
    offset += 1
  }

  private mutating func word(_ word: String, _ value: JSON) throws(JSONSyntaxError) -> JSON {
    for byte in word.utf8 {
      guard peek == byte else { throw error("'\(word)'") }
      offset += 1
    }
    return value
  }

  private mutating func number() throws(JSONSyntaxError) -> JSON {
    let start = offset
    if peek == UInt8(ascii: "-") { offset += 1 }
    if peek == UInt8(ascii: "0") { offset += 1 } else { try digits() }
    var isWhole = true
    if peek == UInt8(ascii: ".") {
      isWhole = false
      offset += 1
      try digits()
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      isWhole = false
      offset += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { offset += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isWhole, let value = Int128(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw error("a finite number", found: String(text.prefix(40)), at: start)
    }
    return .number(value)
  }

  private mutating func digits() throws(JSONSyntaxError) {
    let start = offset
    while let byte = peek, Self.digits.contains(byte) { offset += 1 }
    guard offset > start else { throw error("a digit") }
  }

  // MARK: - Strings

  private mutating func string() throws(JSONSyntaxError) -> String {
    let start = offset
    offset += 1
    var content: [UInt8] = []
    while true {
      guard let byte = peek else { throw error("a closing '\"'") }
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        guard let text = String(validating: content, as: UTF8.self) else {
          throw error("UTF-8", found: "other bytes", at: start)
        }
        return text
      case UInt8(ascii: "\\"):
        offset += 1
        content += try escape()
      case 0..<0x20: throw error("'\\n' or another escape in a string")
      default:
        content.append(byte)
        offset += 1
      }
    }
  }

  private mutating func escape() throws(JSONSyntaxError) -> [UInt8] {
    let escaped: UInt8
    switch peek {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): escaped = bytes[offset]
    case UInt8(ascii: "b"): escaped = 8
    case UInt8(ascii: "f"): escaped = 12
    case UInt8(ascii: "n"): escaped = 10
    case UInt8(ascii: "r"): escaped = 13
    case UInt8(ascii: "t"): escaped = 9
    case UInt8(ascii: "u"):
      offset += 1
      return Array(String(Character(try codePoint())).utf8)
    default: throw error("an escape that JSON knows")
    }
    offset += 1
    return [escaped]
  }

  private mutating func codePoint() throws(JSONSyntaxError) -> Unicode.Scalar {
    let start = offset
    var code = try hexadecimal()
    if code & 0xFC00 == 0xD800 {
      guard bytes[offset...].starts(with: "\\u".utf8) else {
        throw error("the second half of a surrogate pair")
      }
      offset += 2
      let low = try hexadecimal()
      if low & 0xFC00 == 0xDC00 { code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF }
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw error("a character", found: "half a surrogate pair", at: start)
    }
    return scalar
  }

  private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("a hexadecimal digit")
      }
      code = code << 4 | UInt32(digit)
      offset += 1
    }
    return code
  }

  // MARK: - Bytes

  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  /// Skips white space and then `byte`, if it is there.
  private mutating func skip(_ byte: UInt8) -> Bool {
    skipSpace()
    guard peek == byte else { return false }
    offset += 1
    return true
  }

  // MARK: - Complaints

  private func error(_ expected: String) -> JSONSyntaxError {
    let found =
      switch peek {
      case nil: "the end of the text"
      case let byte? where byte > 0x20 && byte < 0x7F: "'\(Character(Unicode.Scalar(byte)))'"
      case let byte?: "byte \(byte)"
      }
    return error(expected, found: found, at: offset)
  }

  private func error(_ expected: String, found: String, at offset: Int) -> JSONSyntaxError {
    JSONSyntaxError(in: bytes, at: offset, expected: expected, found: found)
  }
}
