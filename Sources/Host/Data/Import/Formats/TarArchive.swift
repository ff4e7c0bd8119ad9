/// The files of a tar archive in POSIX's "ustar" form, checked as a whole; nothing is ever written to disk.
///
/// GNU tar's form is read where it says the same. Extended headers (pax) may bring times and owners, but not names or
/// sizes. Links, devices, sparse files and whatever else there is are refused.
package struct TarArchive: Sendable {
  /// A regular file of the archive.
  package struct Member: Equatable, Sendable {
    /// The name with its folders.
    package let name: String
    /// Where its content lies in `bytes`.
    package let data: Range<Int>

    /// The name without its folders.
    package var lastName: String { String(name.split(separator: "/").last ?? "") }
  }

  /// The archive.
  package let bytes: [UInt8]
  /// Its files, in their order.
  package private(set) var members: [Member] = []

  private static let block = 512
  private static let maximalMembers = 10_000

  /// Whether `bytes` begin like an archive.
  package static func begins(_ bytes: [UInt8]) -> Bool { bytes.holds(Array("ustar".utf8), at: 257) }

  /// Reads the directory of the archive that `bytes` are the whole content of; `path` is for messages.
  package init(parsing bytes: [UInt8], path: String) throws(ImportError) {
    self.bytes = bytes
    guard Self.begins(bytes) else {
      throw .malformed(path: path, expected: "a tar archive", found: "\(bytes.count) other bytes")
    }
    var offset = 0
    var count = 0
    while try !Self.isEnd(bytes, at: offset, path: path) {
      let header = try TarHeader(bytes, at: offset, path: path)
      let start = offset + Self.block
      guard header.size <= bytes.count - start else {
        throw .malformed(
          path: path, expected: "\(header.size) bytes of '\(header.name)'", found: "\(bytes.count - start)")
      }
      count += 1
      guard count <= Self.maximalMembers else {
        throw .malformed(path: path, expected: "at most \(Self.maximalMembers) members", found: "more")
      }
      let data = start..<start + header.size
      switch header.kind {
      case .file: members.append(Member(name: header.name, data: data))
      case .folder: break
      case .extended: try Self.checkExtension(bytes[data], path: path)
      }
      offset = start + (header.size + Self.block - 1) / Self.block * Self.block
    }
  }

  /// Whether the archive ends at `offset`: a block of zeros, then nothing but zeros.
  private static func isEnd(_ bytes: [UInt8], at offset: Int, path: String) throws(ImportError) -> Bool {
    guard offset <= bytes.count - block else {
      throw .malformed(
        path: path, expected: "a block of zeros at the archive's end",
        found: "none in \(bytes.count) bytes: it is cut short")
    }
    guard bytes[offset..<offset + block].allSatisfy({ $0 == 0 }) else { return false }
    guard bytes[offset...].allSatisfy({ $0 == 0 }) else {
      throw .malformed(path: path, expected: "nothing after the archive's end", found: "more bytes")
    }
    return true
  }

  /// Checks the records `LENGTH KEY=VALUE\n` of an extended header: none says what the plain header says too.
  private static func checkExtension(_ records: ArraySlice<UInt8>, path: String) throws(ImportError) {
    var rest = records
    while !rest.isEmpty {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      let length = Int(String(decoding: digits.prefix(9), as: UTF8.self)) ?? 0
      let record = rest.prefix(length)
      guard record.count == length, length > digits.count + 3, record.last == 0x0A,
        let equals = record.firstIndex(of: UInt8(ascii: "="))
      else {
        throw .malformed(path: path, expected: "records in an extended header", found: "other bytes")
      }
      let key = String(decoding: record[..<equals].dropFirst(digits.count + 1), as: UTF8.self)
      guard !["path", "size", "linkpath"].contains(key), !key.hasPrefix("GNU.sparse") else {
        throw .unsupported(
          path: path, expected: "names and sizes in plain tar headers", found: "an extended '\(key)'")
      }
      rest = rest.dropFirst(length)
    }
  }
}

/// The header of a member: one block.
private struct TarHeader {
  enum Kind { case file, folder, extended }

  let name: String
  let size: Int
  let kind: Kind

  init(_ bytes: [UInt8], at offset: Int, path: String) throws(ImportError) {
    let header = Array(bytes[offset..<offset + 512])
    guard header.holds(Array("ustar".utf8), at: 257) else {
      throw .malformed(path: path, expected: "a tar header at byte \(offset)", found: "other bytes")
    }
    let sum = header.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
    guard Self.number(header[148..<156]) == sum else {
      throw .malformed(path: path, expected: "a tar header with checksum \(sum)", found: "another checksum")
    }
    // GNU's header has times where POSIX's has the folders of a long name.
    let isPOSIX = header[262] == 0
    let prefix = isPOSIX ? Self.text(header[345..<500]) : ""
    guard let last = Self.text(header[0..<100]), let prefix, !last.isEmpty, isShowable(prefix + last) else {
      throw .malformed(path: path, expected: "member names of printable UTF-8", found: "other bytes")
    }
    name = prefix.isEmpty ? last : "\(prefix)/\(last)"
    guard let size = Self.number(header[124..<136]) else {
      throw .unsupported(path: path, expected: "an octal size of '\(name)'", found: "another number")
    }
    switch header[156] {
    case 0, UInt8(ascii: "0"): kind = .file
    case UInt8(ascii: "5") where size == 0: kind = .folder
    case UInt8(ascii: "x"), UInt8(ascii: "g"): kind = .extended
    default:
      let type = Unicode.Scalar(header[156])
      throw .unsupported(
        path: path, expected: "files and folders in the archive",
        found: "'\(name)', a member of type \(type.escaped(asASCII: true))")
    }
    self.size = size
  }

  /// The text up to a zero; nil where it is not UTF-8.
  private static func text(_ field: ArraySlice<UInt8>) -> String? {
    String(validating: field.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// An octal number, between spaces and zeros; nil for anything else.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    let digits = field.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
    guard !digits.isEmpty, field[digits.endIndex...].allSatisfy({ $0 == 0 || $0 == 0x20 }) else { return nil }
    return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
  }
}

/// Whether a name from outside can be printed as it is: on one line, with nothing in it that moves a cursor.
func isShowable(_ name: String) -> Bool {
  name.unicodeScalars.allSatisfy {
    ![.control, .format, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
  }
}
