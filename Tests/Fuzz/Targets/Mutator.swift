internal import Models

/// Changes inputs as files are damaged and as attackers change them; the same seed gives the same changes.
package struct Mutator {
  private var stream: RandomStream
  /// What pieces are taken from.
  private let corpus: [[UInt8]]

  /// Numbers at which readers go wrong.
  private static let extremes: [UInt64] = [
    0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x10000, 0x7FFF_FFFF, 0x8000_0000,
    0xFFFF_FFFE, 0xFFFF_FFFF, 1 << 32, 1 << 48, .max >> 1, 1 << 63, .max - 1, .max,
  ]
  private static let texts = [
    "-1", "0", "00", "1e999", "-0.0", "1e-400", "9223372036854775807", "9223372036854775808",
    "18446744073709551616", "4294967296", "170141183460469231731687303715884105728", "null", "[]", "\"\"",
    "{}",
    "\\u0000", "\\ud800", "\u{1B}[2J", "é", "\u{301}", "\u{600}",
  ].map { Array($0.utf8) }

  /// Changes by the stream of `seed` and `name`, with pieces of `corpus`.
  package init(seed: UInt64, name: String, corpus: [[UInt8]]) {
    stream = RandomStream(seed: seed, name: name)
    self.corpus = corpus
  }

  /// A member of the corpus, changed in one to four places.
  package mutating func next(limit: Int) -> [UInt8] {
    var bytes = corpus[stream.below(corpus.count)]
    for _ in 0...stream.below(4) { change(&bytes) }
    return Array(bytes.prefix(limit))
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else {
      bytes = [UInt8(stream.below(256))]
      return
    }
    let place = stream.below(bytes.count)
    switch stream.below(12) {
    case 0: bytes[place] ^= 1 << UInt8(stream.below(8))
    case 1: bytes[place] = UInt8(stream.below(256))
    case 2: bytes.removeLast(bytes.count - place)
    case 3: bytes.removeSubrange(piece(of: bytes))
    case 4: bytes.insert(contentsOf: Array(bytes[piece(of: bytes)]), at: place)
    case 5:
      let other = corpus[stream.below(corpus.count)]
      guard !other.isEmpty else { return }
      bytes.replaceSubrange(piece(of: bytes), with: Array(other[piece(of: other)]))
    case 6, 7, 8: editInteger(&bytes, at: place)
    case 9: editNumber(&bytes, near: place)
    case 10: repeatMember(&bytes, near: place)
    default: bytes.insert(contentsOf: Self.texts[stream.below(Self.texts.count)], at: place)
    }
  }

  /// A piece, small more often than large.
  private mutating func piece(of bytes: [UInt8]) -> Range<Int> {
    let start = stream.below(bytes.count)
    let longest = min(bytes.count - start, 1 << (1 + stream.below(10)))
    return start..<start + 1 + stream.below(longest)
  }

  /// Replaces a little-endian number of 1, 2, 4 or 8 bytes by an extreme, or by one that is a little off.
  private mutating func editInteger(_ bytes: inout [UInt8], at place: Int) {
    let width = 1 << stream.below(4)
    guard place + width <= bytes.count else { return }
    var value: UInt64 = 0
    for index in 0..<width { value |= UInt64(bytes[place + index]) << UInt64(8 * index) }
    switch stream.below(4) {
    case 0: value &+= UInt64(1 + stream.below(16))
    case 1: value &-= UInt64(1 + stream.below(16))
    case 2: value = UInt64(bytes.count) &- UInt64(stream.below(4))
    default: value = Self.extremes[stream.below(Self.extremes.count)]
    }
    for index in 0..<width { bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index)) }
  }

  /// Replaces the next decimal number by another text.
  private mutating func editNumber(_ bytes: inout [UInt8], near place: Int) {
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.endIndex
    bytes.replaceSubrange(start..<end, with: Self.texts[stream.below(Self.texts.count)])
  }

  /// Repeats what stands between two commas, such as a member of an object.
  private mutating func repeatMember(_ bytes: inout [UInt8], near place: Int) {
    let comma = UInt8(ascii: ",")
    guard let start = bytes[place...].firstIndex(of: comma),
      let end = bytes[(start + 1)...].firstIndex(of: comma)
    else { return }
    bytes.insert(contentsOf: Array(bytes[start..<end]), at: end)
  }
}
