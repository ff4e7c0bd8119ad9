/// Reads the dictionary of an NPY header: the subset of Python literals that numpy writes, nothing else.
struct NPYDictionaryParser {
  private let bytes: ArraySlice<UInt8>
  private let place: DataPlace
  private var position: Int
  /// The largest number of dimensions that numpy allows.
  private let maximalRank = 64

  init(bytes: ArraySlice<UInt8>, place: DataPlace) {
    self.bytes = bytes
    self.place = place
    position = bytes.startIndex
  }

  mutating func parse() throws(DataError) -> (descr: String, fortranOrder: Bool, shape: [Int]) {
    var descr: String?
    var fortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !skip("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where descr == nil: descr = try typeName()
      case "fortran_order" where fortranOrder == nil: fortranOrder = try boolean()
      case "shape" where shape == nil: shape = try tuple()
      default: throw malformed("each of the keys descr, fortran_order and shape once", "'\(shown(key))'")
      }
      if !skip(",") {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard position == bytes.endIndex else { throw malformed("nothing after the dictionary", "more") }
    guard let descr, let fortranOrder, let shape else {
      throw malformed("the keys descr, fortran_order and shape", "fewer")
    }
    return (descr, fortranOrder, shape)
  }

  private mutating func typeName() throws(DataError) -> String {
    if skip("[") {
      throw .unsupported(place, expected: "an array of plain numbers", found: "a structured type")
    }
    return try string()
  }

  private mutating func boolean() throws(DataError) -> Bool {
    if skip("True") { return true }
    try expect("False")
    return false
  }

  private mutating func tuple() throws(DataError) -> [Int] {
    var numbers: [Int] = []
    try expect("(")
    while !skip(")") {
      numbers.append(try number())
      guard numbers.count <= maximalRank else {
        throw malformed("at most \(maximalRank) dimensions", "more")
      }
      if !skip(",") {
        try expect(")")
        // Python reads "(3)" as the number 3.
        guard numbers.count != 1 else { throw malformed("a tuple as shape", "a number") }
        break
      }
    }
    return numbers
  }

  private mutating func number() throws(DataError) -> Int {
    skipSpace()
    let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
    // Python reads no number with zeros in front but zero itself.
    let isPython = digits.first != 0x30 || digits.allSatisfy { $0 == 0x30 }
    guard isPython, let value = Int(String(decoding: digits, as: UTF8.self)) else {
      throw malformed("dimensions from 0 to \(Int.max)", "other text in the shape")
    }
    position = digits.endIndex
    // Python 2 marked long integers.
    _ = skip("L")
    return value
  }

  private mutating func string() throws(DataError) -> String {
    skipSpace()
    guard let quote = bytes[position...].first, quote == 0x22 || quote == 0x27 else {
      throw malformed("a quoted string in the header", "other text")
    }
    let text = bytes[(position + 1)...].prefix { $0 != quote && $0 >= 0x20 && $0 < 0x7F && $0 != 0x5C }
    guard text.endIndex < bytes.endIndex, bytes[text.endIndex] == quote else {
      throw malformed("plain strings in the header", "one that does not end")
    }
    position = text.endIndex + 1
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func expect(_ token: String) throws(DataError) {
    guard skip(token) else {
      let rest = String(decoding: bytes[position...].prefix(20), as: UTF8.self)
      throw malformed("'\(token)' in the header", rest.isEmpty ? "its end" : "'\(shown(rest))'")
    }
  }

  private mutating func skip(_ token: String) -> Bool {
    skipSpace()
    guard bytes[position...].starts(with: token.utf8) else { return false }
    position += token.utf8.count
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.endIndex, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private func malformed(_ expected: String, _ found: String) -> DataError {
    .malformed(place, expected: expected, found: found)
  }
}
