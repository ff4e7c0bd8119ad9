/// The directory of a zip archive, checked as a whole before any entry is unpacked.
///
/// Follows PKWARE's APPNOTE 6.3 for what numpy writes and reads: stored and deflated entries, ZIP64. Stricter
/// than it in refusing whatever could be read in two ways: gaps before the directory's end, entries that
/// overlap, names that occur twice, sizes that disagree.
package struct ZipArchive: Sendable {
  /// One member of the archive.
  package struct Entry: Equatable, Sendable {
    package let name: String
    package let isDeflated: Bool
    package let checksum: UInt32
    /// The size after unpacking, as declared; for a stored entry the length of `data`.
    package let size: Int
    /// Where the packed bytes lie in the file.
    package let data: Range<Int>
  }

  package let path: String
  package let bytes: [UInt8]
  /// The members in the order of the directory.
  package private(set) var entries: [Entry] = []

  /// Reads and checks the directory of `bytes`, the content of the file at `path`.
  package init(bytes: [UInt8], path: String) throws(DataError) {
    self.path = path
    self.bytes = bytes
    let directory = try ZipDirectory(locatedIn: bytes, path: path)
    var offset = directory.range.lowerBound
    var names: Set<String> = []
    var occupied: [Range<Int>] = []
    for _ in 0..<directory.entryCount {
      let record = try ZipRecord(bytes: bytes, offset: offset, directory: directory, path: path)
      offset = record.end
      guard names.insert(record.entry.name).inserted else {
        throw malformed("every name once in the archive", "'\(shown(record.entry.name))' twice")
      }
      occupied.append(record.headerOffset..<record.entry.data.upperBound)
      entries.append(record.entry)
    }
    guard offset == directory.range.upperBound else {
      let left = directory.range.upperBound - offset
      throw malformed("\(directory.entryCount) directory entries", "\(left) more bytes in the directory")
    }
    occupied.sort { $0.lowerBound < $1.lowerBound }
    for (first, second) in zip(occupied, occupied.dropFirst()) where second.lowerBound < first.upperBound {
      throw malformed("entries side by side", "two that overlap at byte \(second.lowerBound)")
    }
  }

  private func malformed(_ expected: String, _ found: String) -> DataError {
    .malformed(DataPlace(file: path), expected: expected, found: found)
  }
}

/// Where the central directory lies, from the records at the end of the file.
struct ZipDirectory {
  let range: Range<Int>
  let entryCount: Int

  init(locatedIn bytes: [UInt8], path: String) throws(DataError) {
    let place = DataPlace(file: path)
    guard bytes.holds([0x50, 0x4B], at: 0) else { throw Self.notAnArchive(bytes, place) }
    guard let end = Self.endRecord(in: bytes) else {
      throw .malformed(
        place, expected: "a zip directory at the end",
        found: "none in \(bytes.count) bytes: the file is cut short or damaged")
    }
    let locator = end - 20
    let isZip64 = bytes.littleEndian(UInt32.self, at: locator) == 0x0706_4B50
    let start = isZip64 ? Int(exactly: bytes.littleEndian(UInt64.self, at: locator + 8) ?? .max) : end
    let directoryEnd = start ?? -1
    let fields: (disks: [UInt64?], count: UInt64?, size: UInt64?, offset: UInt64?)
    if isZip64 {
      let header = bytes.littleEndian(UInt32.self, at: directoryEnd)
      guard directoryEnd >= 0, directoryEnd < locator, header == 0x0606_4B50 else {
        throw .malformed(place, expected: "a ZIP64 end record", found: "other bytes at \(directoryEnd)")
      }
      fields = (
        [16, 20].map { bytes.littleEndian(UInt32.self, at: directoryEnd + $0).map(UInt64.init) },
        bytes.littleEndian(at: directoryEnd + 32), bytes.littleEndian(at: directoryEnd + 40),
        bytes.littleEndian(at: directoryEnd + 48)
      )
    } else {
      fields = (
        [4, 6].map { bytes.littleEndian(UInt16.self, at: end + $0).map(UInt64.init) },
        bytes.littleEndian(UInt16.self, at: end + 10).map(UInt64.init),
        bytes.littleEndian(UInt32.self, at: end + 12).map(UInt64.init),
        bytes.littleEndian(UInt32.self, at: end + 16).map(UInt64.init)
      )
    }
    guard fields.disks.allSatisfy({ $0 == 0 }) else {
      throw .unsupported(place, expected: "one file", found: "a part of an archive in several")
    }
    guard let count = fields.count, let size = fields.size, let offset = fields.offset,
      offset <= UInt64(directoryEnd), size == UInt64(directoryEnd) - offset, count <= size / 46
    else {
      throw .malformed(
        place, expected: "a zip directory that ends at byte \(directoryEnd)",
        found: "\(fields.count ?? 0) entries in \(fields.size ?? 0) bytes at \(fields.offset ?? 0)")
    }
    range = Int(offset)..<directoryEnd
    entryCount = Int(count)
  }

  /// The offset of the end record, whose comment reaches exactly to the end of the file.
  private static func endRecord(in bytes: [UInt8]) -> Int? {
    let last = bytes.count - 22
    guard last >= 0 else { return nil }
    for offset in stride(from: last, through: max(0, last - 0xFFFF), by: -1)
    where bytes[offset] == 0x50 && bytes.littleEndian(UInt32.self, at: offset) == 0x0605_4B50 {
      if bytes.littleEndian(UInt16.self, at: offset + 20) == UInt16(last - offset) { return offset }
    }
    return nil
  }

  private static func notAnArchive(_ bytes: [UInt8], _ place: DataPlace) -> DataError {
    if bytes.holds(NPYHeader.magic, at: 0) {
      return .unsupported(place, expected: "an .npz archive of arrays", found: "a single .npy array")
    }
    if bytes.first == 0x80 { return .pickled(place) }
    let found = bytes.isEmpty ? "an empty file" : "a file that begins with bytes \(Array(bytes.prefix(4)))"
    return .malformed(place, expected: "an .npz archive", found: found)
  }
}
