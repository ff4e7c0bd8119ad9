/// An archive of arrays, as `numpy.savez` and `numpy.savez_compressed` write it.
///
/// Opening it checks the archive's structure; an array is unpacked and checked when it is asked for.
public struct NPZ: Sendable {
  /// The path of the file, for messages.
  public let path: String
  /// The names of the arrays, without ".npy", in the order of the archive.
  public let names: [String]
  /// The whole content of the file.
  var bytes: [UInt8] { archive.bytes }
  private let archive: ZipArchive
  /// The place of each array among the archive's entries.
  private let places: [String: Int]

  /// Reads the archive at `path`.
  public init(path: String) throws(DataError) {
    let bytes: [UInt8]
    do { bytes = try readFile(at: path) } catch { throw .file(error) }
    try self.init(bytes: bytes, path: path)
  }

  /// Reads the archive that `bytes` hold; `path` is for messages.
  public init(bytes: [UInt8], path: String) throws(DataError) {
    self.path = path
    archive = try ZipArchive(bytes: bytes, path: path)
    var names: [String] = []
    var places: [String: Int] = [:]
    for (place, entry) in archive.entries.enumerated() {
      guard let name = Self.arrayName(of: entry.name) else { continue }
      names.append(name)
      places[name] = place
    }
    (self.names, self.places) = (names, places)
  }

  /// The name of an array without ".npy"; nil for an entry that does not end so.
  ///
  /// By scalars, since a character may take in the dot that follows it.
  private static func arrayName(of entry: String) -> String? {
    let scalars = entry.unicodeScalars
    guard scalars.suffix(4).elementsEqual(".npy".unicodeScalars) else { return nil }
    return String(scalars.dropLast(4))
  }

  /// The array `name`.
  public func array(_ name: String) throws(DataError) -> NPYArray {
    let place = DataPlace(file: path, entry: name)
    guard let index = places[name] else { throw .noSuchArray(place, available: names) }
    let entry = archive.entries[index]
    let header = try header(of: entry, place: place)
    try header.checkSize(ofContent: entry.size, place: place)
    // Twice: bringing elements into C order takes a copy.
    guard canAllocate(byteCount: 2 * entry.size) else { throw .tooLarge(place, bytes: UInt64(entry.size)) }
    let content = try content(of: entry, place: place)
    return NPYArray(content: content, header: header, place: place)
  }

  /// The header alone, so that the size is known to be right before memory is taken for the elements.
  private func header(of entry: ZipArchive.Entry, place: DataPlace) throws(DataError) -> NPYHeader {
    let length = min(entry.size, NPYHeader.limit)
    guard entry.isDeflated else {
      return try NPYHeader(Array(archive.bytes[entry.data].prefix(length)), place: place)
    }
    let source = archive.bytes.span.extracting(entry.data)
    guard let start = Zlib.inflate(source, limit: length) else {
      throw .malformed(place, expected: "deflated bytes", found: "a stream that breaks off")
    }
    return try NPYHeader(start.bytes, place: place)
  }

  private func content(of entry: ZipArchive.Entry, place: DataPlace) throws(DataError) -> [UInt8] {
    let content = try unpacked(entry, place: place)
    let checksum = Zlib.checksum(content.span)
    guard checksum == entry.checksum else {
      throw .malformed(
        place, expected: "CRC-32 \(String(entry.checksum, radix: 16))", found: String(checksum, radix: 16))
    }
    return content
  }

  private func unpacked(_ entry: ZipArchive.Entry, place: DataPlace) throws(DataError) -> [UInt8] {
    guard entry.isDeflated else { return Array(archive.bytes[entry.data]) }
    let inflated = Zlib.inflate(archive.bytes.span.extracting(entry.data), limit: entry.size)
    guard let inflated, inflated.isComplete, inflated.bytes.count == entry.size else {
      throw .malformed(
        place, expected: "\(entry.data.count) bytes that unpack to \(entry.size)",
        found: "a stream that is broken or has another length")
    }
    return inflated.bytes
  }
}
