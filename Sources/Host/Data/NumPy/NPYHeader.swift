/// The header of an array in the NPY format, versions 1 to 3 (numpy.lib.format): a magic string, a version, a
/// length, and a Python dictionary of the keys `descr`, `fortran_order` and `shape`.
struct NPYHeader: Equatable {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// The longest dictionary that is read; numpy refuses a longer one too.
  private static let longest = 10_000
  /// The most bytes that a header takes.
  static let limit = 12 + longest

  let dtype: DType
  let isBigEndian: Bool
  let isFortranOrder: Bool
  let shape: [Int]
  /// Where the elements begin.
  let dataOffset: Int
  /// How many bytes the elements take.
  let dataSize: Int

  /// Reads the header at the front of `bytes`; what follows the first `limit` bytes does not matter.
  init(_ bytes: [UInt8], place: DataPlace) throws(DataError) {
    guard bytes.holds(Self.magic, at: 0), bytes.count >= 10 else {
      if bytes.first == 0x80 { throw .pickled(place) }
      let found = bytes.isEmpty ? "nothing" : "bytes \(Array(bytes.prefix(6)))"
      throw .malformed(place, expected: "an NPY array", found: found)
    }
    guard (1...3).contains(bytes[6]), bytes[7] == 0 else {
      throw .unsupported(place, expected: "NPY version 1 to 3", found: "version \(bytes[6]).\(bytes[7])")
    }
    let start = bytes[6] == 1 ? 10 : 12
    let declared =
      bytes[6] == 1
      ? bytes.littleEndian(UInt16.self, at: 8).map(Int.init)
      : bytes.littleEndian(UInt32.self, at: 8).map(Int.init)
    guard let length = declared, length <= Self.longest, start + length <= bytes.count else {
      let found = "a header of \(declared ?? 0) bytes in a file of \(bytes.count)"
      throw .malformed(place, expected: "an NPY header of at most \(Self.longest) bytes", found: found)
    }
    var parser = NPYDictionaryParser(bytes: bytes[start..<start + length], place: place)
    let dictionary = try parser.parse()
    (dtype, isBigEndian) = try Self.type(of: dictionary.descr, place: place)
    isFortranOrder = dictionary.fortranOrder
    shape = dictionary.shape
    dataOffset = start + length
    guard let size = Self.size(of: shape, elementSize: dtype.size) else {
      throw .malformed(place, expected: "a shape that memory can hold", found: "\(shape)")
    }
    dataSize = size
  }

  /// The bytes that an array takes, or nil where even its dimensions other than zero overflow.
  private static func size(of shape: [Int], elementSize: Int) -> Int? {
    var size = elementSize
    for dimension in shape where dimension > 0 {
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      if overflow { return nil }
      size = product
    }
    return shape.contains(0) ? 0 : size
  }

  private static func type(of descr: String, place: DataPlace) throws(DataError) -> (DType, Bool) {
    var code = descr[...]
    var isBigEndian = false
    if let order = code.first, "<>=|".contains(order) {
      isBigEndian = order == ">"
      code = code.dropFirst()
    }
    if code.first == "O" { throw .pickled(place) }
    guard let type = DType(rawValue: code == "?" ? "b1" : String(code)) else {
      let known = DType.allCases.map(\.rawValue).joined(separator: ", ")
      throw .unsupported(place, expected: "elements of type \(known)", found: "'\(shown(descr))'")
    }
    return (type, isBigEndian)
  }
}
