/// Why a file is not in the safetensors format, and what to do about it.
public enum SafeTensorsError: Error, Equatable {
  case unreadable(FileError)
  /// Fewer bytes than the format or the header asks for.
  case truncated(path: String, bytes: Int, expected: UInt64)
  /// A header length beyond `limit`.
  case headerTooLong(path: String, bytes: UInt64, limit: Int)
  /// A header that is not the JSON that the format describes.
  case malformedHeader(path: String, reason: String)
  /// A tensor's entry that contradicts itself, its neighbours or the file.
  case malformedTensor(path: String, tensor: String, reason: String)
}

extension SafeTensorsError: Failure {
  /// What happened, where, what was found and what was expected.
  public var problem: String {
    switch self {
    case .unreadable(let error): error.problem
    case .truncated(let path, let bytes, let expected):
      "'\(path)' is not a complete safetensors file: \(bytes) bytes, expected \(expected)"
    case .headerTooLong(let path, let bytes, let limit):
      "'\(path)' is not a safetensors file: a header of \(bytes) bytes, expected at most \(limit)"
    case .malformedHeader(let path, let reason): "'\(path)' is not a safetensors file: \(reason)"
    case .malformedTensor(let path, let tensor, let reason):
      "'\(path)' is a damaged safetensors file: tensor '\(shown(tensor))' \(reason)"
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .unreadable(let error): error.remedy
    case .truncated: "copy or download the file again."
    default: "name a file written by brhost or by the safetensors package."
    }
  }

  /// Bad data.
  public var status: ExitStatus { .badData }
}

// MARK: - Reading

extension SafeTensors {
  /// The longest header taken, in bytes: room for 100,000 tensors.
  static let headerLimit = 1 << 24
  /// The longest file taken, in bytes.
  static let fileLimit = 1 << 31

  /// Reads the file at `path`.
  public init(readingFrom path: String) throws(SafeTensorsError) {
    let bytes: [UInt8]
    do { bytes = try readFile(at: path, limit: Self.fileLimit) } catch { throw .unreadable(error) }
    try self.init(parsing: bytes, path: path)
  }

  /// Reads the bytes of a file; `path` is for messages.
  ///
  /// Everything is checked before it is used: the header's length and form, every type, shape and range, and
  /// that the ranges fill the file without overlap or hole.
  public init(parsing bytes: [UInt8], path: String) throws(SafeTensorsError) {
    guard let length = bytes.littleEndian(UInt64.self, at: 0) else {
      throw .truncated(path: path, bytes: bytes.count, expected: 8)
    }
    guard length <= Self.headerLimit else {
      throw .headerTooLong(path: path, bytes: length, limit: Self.headerLimit)
    }
    let start = 8 + Int(length)
    guard start <= bytes.count else {
      throw .truncated(path: path, bytes: bytes.count, expected: 8 + length)
    }
    let header: JSON
    do { header = try JSON(parsing: Array(bytes[8..<start])) } catch {
      throw .malformedHeader(path: path, reason: "its header is not JSON: \(error)")
    }
    guard let members = header.members else {
      throw .malformedHeader(path: path, reason: "its header is not a JSON object")
    }

    metadata = [:]
    var entries: [Entry] = []
    for member in members {
      if member.key == Self.metadataKey {
        metadata = try Self.texts(member.value, path: path)
      } else {
        entries.append(try Entry(member, path: path))
      }
    }
    try Self.checkRanges(entries, dataCount: bytes.count - start, path: path)
    tensors = entries.map { entry in
      NamedTensor(
        name: entry.name, dtype: entry.dtype, shape: entry.shape,
        bytes: Array(bytes[(start + entry.range.lowerBound)..<(start + entry.range.upperBound)]))
    }
  }

  private static func texts(_ value: JSON, path: String) throws(SafeTensorsError) -> [String: String] {
    var texts: [String: String] = [:]
    for member in value.members ?? [] { texts[member.key] = member.value.string }
    guard let count = value.members?.count, count == texts.count else {
      throw .malformedHeader(path: path, reason: "its \(metadataKey) is not an object of strings")
    }
    return texts
  }

  /// Checks that the entries' ranges, one after the other, are exactly the bytes after the header.
  private static func checkRanges(
    _ entries: [Entry], dataCount: Int, path: String
  ) throws(SafeTensorsError) {
    var end = 0
    let sorted = entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    for entry in sorted {
      guard entry.range.lowerBound == end else {
        let relation = entry.range.lowerBound < end ? "overlaps the tensor before it" : "follows a hole"
        throw .malformedTensor(
          path: path, tensor: entry.name,
          reason: "\(relation): it begins at \(entry.range.lowerBound), expected \(end)")
      }
      guard entry.range.upperBound <= dataCount else {
        throw .malformedTensor(
          path: path, tensor: entry.name,
          reason: "ends at \(entry.range.upperBound), but the file has only \(dataCount) bytes of tensors")
      }
      end = entry.range.upperBound
    }
    guard end == dataCount else {
      throw .malformedHeader(path: path, reason: "\(dataCount - end) bytes after its last tensor")
    }
  }
}

/// One tensor's line of the header, consistent in itself.
private struct Entry {
  let name: String
  let dtype: NamedTensor.DataType
  let shape: [Int]
  let range: Range<Int>

  init(_ member: JSON.Member, path: String) throws(SafeTensorsError) {
    name = member.key
    func refusal(_ reason: String) -> SafeTensorsError {
      .malformedTensor(path: path, tensor: member.key, reason: reason)
    }
    guard member.value.members?.count == 3, let type = member.value["dtype"]?.string,
      let shape = Self.extents(member.value["shape"]),
      let offsets = Self.extents(member.value["data_offsets"]), offsets.count == 2
    else { throw refusal("needs exactly a dtype, a shape and two data_offsets") }
    guard let dtype = NamedTensor.DataType(rawValue: type) else {
      let known = NamedTensor.DataType.allCases.map(\.rawValue).joined(separator: ", ")
      throw refusal("is of type '\(shown(type))', expected one of \(known)")
    }
    guard offsets[0] <= offsets[1] else { throw refusal("ends at \(offsets[1]), before its \(offsets[0])") }
    guard NamedTensor.byteCount(shape, dtype) == offsets[1] - offsets[0] else {
      throw refusal("has \(offsets[1] - offsets[0]) bytes, which does not fit \(type) \(shown("\(shape)"))")
    }
    self.dtype = dtype
    self.shape = shape
    range = offsets[0]..<offsets[1]
  }

  /// The elements of an array of whole numbers that are at least zero.
  private static func extents(_ value: JSON?) -> [Int]? {
    guard let elements = value?.array else { return nil }
    let extents = elements.compactMap(\.int).filter { $0 >= 0 }
    return extents.count == elements.count ? extents : nil
  }
}
