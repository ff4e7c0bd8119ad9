/// Why a text is not JSON, and where.
public struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
  /// The offset of the first byte that does not fit.
  public let offset: Int
  /// What was expected or found there.
  public let reason: String

  /// The reason and the place.
  public var description: String { "\(reason) at byte \(offset)" }
}

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

private struct JSONParser {
  let bytes: [UInt8]
  var offset = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(JSONSyntaxError) -> JSON {
    let value = try value(depth: 0)
    skipSpace()
    guard offset == bytes.count else { throw error("text after the value") }
    return value
  }

  // MARK: - Values

  private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSON {
    guard depth <= 64 else { throw error("more than 64 levels") }
    skipSpace()
    guard let byte = peek else { throw error("the text ends where a value is expected") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw error("a value is expected")
    }
  }

  private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSON {
    offset += 1
    var members: [JSON.Member] = []
    var keys: Set<String> = []
    if skip(UInt8(ascii: "}")) { return .object([]) }
    repeat {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw error("a key in quotation marks is expected") }
      let start = offset
      let key = try string()
      guard keys.insert(key).inserted else {
        throw JSONSyntaxError(offset: start, reason: "the key '\(key)' appears twice")
      }
      guard skip(UInt8(ascii: ":")) else { throw error("':' is expected") }
      members.append(JSON.Member(key, try value(depth: depth + 1)))
    } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "}")) else { throw error("',' or '}' is expected") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSON {
    offset += 1
    var elements: [JSON] = []
    if skip(UInt8(ascii: "]")) { return .array([]) }
    repeat { elements.append(try value(depth: depth + 1)) } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "]")) else { throw error("',' or ']' is expected") }
    return .array(elements)
  }

  private mutating func word(_ word: String, _ value: JSON) throws(JSONSyntaxError) -> JSON {
    guard bytes[offset...].starts(with: word.utf8) else { throw error("a value is expected") }
    offset += word.utf8.count
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
      throw JSONSyntaxError(offset: start, reason: "a number out of range")
    }
    return .number(value)
  }

  private mutating func digits() throws(JSONSyntaxError) {
    let start = offset
    while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { offset += 1 }
    guard offset > start else { throw error("a digit is expected") }
  }

  // MARK: - Strings

  private mutating func string() throws(JSONSyntaxError) -> String {
    let start = offset
    offset += 1
    var content: [UInt8] = []
    while true {
      guard let byte = peek else { throw JSONSyntaxError(offset: start, reason: "a string without its end") }
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else {
          throw JSONSyntaxError(offset: start, reason: "a string that is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"): content += try escape()
      case 0..<0x20: throw JSONSyntaxError(offset: offset - 1, reason: "a control character in a string")
      default: content.append(byte)
      }
    }
  }

  private mutating func escape() throws(JSONSyntaxError) -> [UInt8] {
    guard let byte = peek else { throw error("a string without its end") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if code & 0xFC00 == 0xD800, bytes[offset...].starts(with: "\\u".utf8) {
        offset += 2
        let low = try hexadecimal()
        guard low & 0xFC00 == 0xDC00 else { throw error("half of a surrogate pair") }
        code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("half of a surrogate pair") }
      return Array(String(Character(scalar)).utf8)
    default: throw error("an unknown escape")
    }
  }

  private mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw error("four hexadecimal digits are expected")
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

  private func error(_ reason: String) -> JSONSyntaxError { JSONSyntaxError(offset: offset, reason: reason) }
}
