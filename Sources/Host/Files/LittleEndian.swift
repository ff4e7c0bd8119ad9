/// Numbers as files hold them, the least significant byte first.
extension [UInt8] {
  /// Appends the bytes of `value`, the least significant first.
  mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// The little-endian number at `offset`, or nil where the bytes end before it does.
  func littleEndian<Number: FixedWidthInteger & UnsignedInteger>(
    _ type: Number.Type = Number.self, at offset: Int
  ) -> Number? {
    let width = MemoryLayout<Number>.size
    guard offset >= 0, offset <= count - width else { return nil }
    var number: Number = 0
    for index in 0..<width { number |= Number(self[offset + index]) << (8 * index) }
    return number
  }

  /// The little-endian numbers that follow each other in the bytes, converted; what is left at the end is no
  /// number and ignored.
  @inline(__always)
  func littleEndianNumbers<Number: FixedWidthInteger & UnsignedInteger, Value>(
    _ type: Number.Type = Number.self, _ convert: (Number) -> Value
  ) -> [Value] {
    let width = MemoryLayout<Number>.size
    var values: [Value] = []
    values.reserveCapacity(count / width)
    var offset = 0
    while offset <= count - width {
      var number: Number = 0
      for index in 0..<width { number |= Number(self[offset + index]) << (8 * index) }
      values.append(convert(number))
      offset += width
    }
    return values
  }

  /// Whether the bytes at `offset` are `pattern`.
  func holds(_ pattern: [UInt8], at offset: Int) -> Bool {
    guard offset >= 0, offset <= count - pattern.count else { return false }
    return self[offset..<offset + pattern.count].elementsEqual(pattern)
  }
}
