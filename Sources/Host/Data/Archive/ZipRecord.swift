/// One record of the central directory, checked against the local header that it points to.
///
/// Sizes come from the directory: local headers may leave them out (streamed archives) or to ZIP64 fields.
struct ZipRecord {
  let entry: ZipArchive.Entry
  /// Where the local header begins.
  let headerOffset: Int
  /// Where the next record of the directory begins.
  let end: Int

  init(bytes: [UInt8], offset: Int, directory: ZipDirectory, path: String) throws(DataError) {
    let filePlace = DataPlace(file: path)
    guard let fixed = Fixed(bytes, offset), fixed.end <= directory.range.upperBound else {
      throw .malformed(filePlace, expected: "a directory entry at byte \(offset)", found: "other bytes")
    }
    let nameBytes = bytes[offset + 46..<offset + 46 + fixed.nameLength]
    guard let name = String(validating: nameBytes, as: UTF8.self), !nameBytes.contains(0) else {
      throw .malformed(filePlace, expected: "entry names in UTF-8", found: "other bytes at \(offset + 46)")
    }
    let place = DataPlace(file: path, entry: name)
    guard fixed.flags & 0x2061 == 0 else {
      throw .unsupported(place, expected: "an entry without encryption", found: "flags \(fixed.flags)")
    }
    guard fixed.version <= 63 else {
      throw .unsupported(
        place, expected: "an entry that version 6.3 of the format describes",
        found: "version \(fixed.version)")
    }
    guard fixed.method == 0 || fixed.method == 8 else {
      throw .unsupported(
        place, expected: "an entry stored (0) or deflated (8)", found: "compression method \(fixed.method)")
    }
    let extra = offset + 46 + fixed.nameLength
    guard let wide = fixed.widened(by: bytes, extra: extra..<extra + fixed.extraLength),
      let packed = Int(exactly: wide.packed), let size = Int(exactly: wide.size),
      let header = Int(exactly: wide.header)
    else {
      throw .malformed(place, expected: "sizes and a position", found: "ZIP64 fields without them")
    }
    // Deflate can't do better than 1032 to 1.
    guard fixed.method == 0 ? size == packed : size / 1032 <= packed else {
      throw .malformed(
        place, expected: fixed.method == 0 ? "\(packed) bytes" : "at most \(packed) × 1032 bytes unpacked",
        found: "a declared size of \(size)")
    }
    guard header <= directory.range.lowerBound - 30, bytes.littleEndian(at: header) == 0x0403_4B50 as UInt32?,
      let start = Self.dataStart(bytes, header: header, name: nameBytes, fixed: fixed),
      start <= directory.range.lowerBound
    else {
      throw .malformed(
        place, expected: "a local header that agrees with the directory", found: "other bytes at \(header)")
    }
    guard packed <= directory.range.lowerBound - start else {
      let room = directory.range.lowerBound - start
      throw .malformed(place, expected: "\(packed) packed bytes", found: "room for \(room)")
    }
    try Self.checkLocalSizes(bytes, header: header, packed: packed, size: size, fixed: fixed, place: place)
    entry = ZipArchive.Entry(
      name: name, isDeflated: fixed.method == 8, checksum: fixed.checksum, size: size,
      data: start..<start + packed)
    headerOffset = header
    end = fixed.end
  }

  /// Where the packed bytes begin, or nil where name or method differ from the directory's.
  private static func dataStart(
    _ bytes: [UInt8], header: Int, name: ArraySlice<UInt8>, fixed: Fixed
  ) -> Int? {
    guard bytes.littleEndian(UInt16.self, at: header + 8) == fixed.method,
      let nameLength = bytes.littleEndian(UInt16.self, at: header + 26),
      let extraLength = bytes.littleEndian(UInt16.self, at: header + 28),
      Int(nameLength) == name.count, bytes.holds(Array(name), at: header + 30)
    else { return nil }
    return header + 30 + name.count + Int(extraLength)
  }

  private static func checkLocalSizes(
    _ bytes: [UInt8], header: Int, packed: Int, size: Int, fixed: Fixed, place: DataPlace
  ) throws(DataError) {
    guard fixed.flags & 0x8 == 0 else { return }
    for (offset, expected) in [(18, packed), (22, size)] {
      let found = bytes.littleEndian(UInt32.self, at: header + offset) ?? 0
      guard found == .max || Int(found) == expected else {
        throw .malformed(place, expected: "a size of \(expected) in both headers", found: "\(found) in one")
      }
    }
  }
}

/// The fields of fixed position in a directory record.
private struct Fixed {
  /// The version of the format that it takes to read the entry, times ten.
  let version: UInt16
  let flags, method: UInt16
  let checksum, packed, size, header: UInt32
  let nameLength, extraLength: Int
  let end: Int

  init?(_ bytes: [UInt8], _ offset: Int) {
    guard bytes.littleEndian(at: offset) == 0x0201_4B50 as UInt32?,
      let version = bytes.littleEndian(UInt16.self, at: offset + 6),
      let flags = bytes.littleEndian(UInt16.self, at: offset + 8),
      let method = bytes.littleEndian(UInt16.self, at: offset + 10),
      let checksum = bytes.littleEndian(UInt32.self, at: offset + 16),
      let packed = bytes.littleEndian(UInt32.self, at: offset + 20),
      let size = bytes.littleEndian(UInt32.self, at: offset + 24),
      let nameLength = bytes.littleEndian(UInt16.self, at: offset + 28),
      let extraLength = bytes.littleEndian(UInt16.self, at: offset + 30),
      let commentLength = bytes.littleEndian(UInt16.self, at: offset + 32),
      let header = bytes.littleEndian(UInt32.self, at: offset + 42)
    else { return nil }
    // The upper byte is the system that wrote the entry.
    self.version = version & 0xFF
    (self.flags, self.method, self.checksum) = (flags, method, checksum)
    (self.packed, self.size, self.header) = (packed, size, header)
    (self.nameLength, self.extraLength) = (Int(nameLength), Int(extraLength))
    end = offset + 46 + Int(nameLength) + Int(extraLength) + Int(commentLength)
  }

  /// Sizes and position, those of all ones replaced from the ZIP64 field; nil where it lacks one.
  func widened(by bytes: [UInt8], extra: Range<Int>) -> (size: UInt64, packed: UInt64, header: UInt64)? {
    var wide = [size, packed, header].map(UInt64.init)
    guard [size, packed, header].contains(.max) else { return (wide[0], wide[1], wide[2]) }
    var offset = extra.lowerBound
    while let id = bytes.littleEndian(UInt16.self, at: offset),
      let length = bytes.littleEndian(UInt16.self, at: offset + 2), offset + 4 <= extra.upperBound
    {
      let next = offset + 4 + Int(length)
      guard next <= extra.upperBound else { return nil }
      if id == 1 {
        var field = offset + 4
        for index in wide.indices where wide[index] == UInt64(UInt32.max) {
          guard field + 8 <= next, let value = bytes.littleEndian(UInt64.self, at: field) else { return nil }
          wide[index] = value
          field += 8
        }
        return (wide[0], wide[1], wide[2])
      }
      offset = next
    }
    return nil
  }
}
