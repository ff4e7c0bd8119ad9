internal import Foundation

/// A shared object as a file: enough of ELF to know, before any of its code runs, whether it can be a plugin.
package struct ELFFile {
  /// The names it defines for others to use; nil where the file has no section table to read them from.
  package let exports: Set<String>?
  /// The names that others must define for it, weak ones left out; nil where they cannot be read.
  package let needs: Set<String>?

  /// Names that a linker may add of its own.
  static let linkersOwn: Set = ["_init", "_fini", "__bss_start", "_edata", "_end"]

  private static let largestTable = 256 << 20

  /// Reads the headers and the dynamic symbols of the file at `path`.
  ///
  /// - Throws: `PluginError.noSuchFile` and `.notALibrary`, with what was found instead.
  init(path: String) throws(PluginError) {
    switch Self.type(of: path) {
    case .typeRegular?: break
    case .typeDirectory?:
      throw .notALibrary(path: path, expected: "a shared object", found: "a folder")
    case nil: throw .noSuchFile(path: path)
    default: throw .notALibrary(path: path, expected: "a regular file", found: "another kind of file")
    }
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw .cannotOpen(path: path, reason: "permission denied")
    }
    defer { try? file.close() }
    try self.init(file, path: path)
  }

  /// Reads the file that `bytes` hold; `path` is for messages.
  package init(parsing bytes: [UInt8], path: String) throws(PluginError) { try self.init(bytes, path: path) }

  private init(_ file: some ELFSource, path: String) throws(PluginError) {
    func refused(_ expected: String, _ found: String) -> PluginError {
      .notALibrary(path: path, expected: expected, found: found)
    }
    let header = ELFBytes(file, at: 0, count: 64)
    guard let header, header.bytes.prefix(4) == [0x7F, 0x45, 0x4C, 0x46] else {
      throw refused("a shared object (ELF)", Self.contents(of: file))
    }
    guard header.bytes[4] == 2, header.bytes[5] == 1 else {
      throw refused(
        "a 64-bit little-endian library", header.bytes[4] == 1 ? "a 32-bit one" : "another byte order")
    }
    let machine = header.uint16(18)
    guard machine == Self.hostMachine else {
      throw refused("a library for \(Self.name(of: Self.hostMachine))", "one for \(Self.name(of: machine))")
    }
    guard header.uint16(16) == 3 else {
      throw refused("a shared object", header.uint16(16) == 1 ? "an object file" : "an executable")
    }
    guard let size = file.size, Self.end(of: file, header).map({ $0 <= size }) == true else {
      throw refused("a whole shared object", "a truncated or damaged one")
    }
    let symbols = Self.symbols(of: file, header)
    exports = symbols?.defined
    needs = symbols?.undefined
  }

  /// What kind of file `path` leads to; nil where there is none.
  static func type(of path: String) -> FileAttributeType? {
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    return (try? FileManager.default.attributesOfItem(atPath: real))?[.type] as? FileAttributeType
  }

  /// Where the last byte that the headers speak of should end: the loader does not survive a file cut short.
  private static func end(of file: some ELFSource, _ header: ELFBytes) -> UInt64? {
    let count = Int(header.uint16(56))
    guard header.uint16(54) == 56, count > 0,
      let segments = ELFBytes(file, at: header.uint64(32), count: count * 56)
    else { return nil }
    let (sections, overflow) = header.uint64(40).addingReportingOverflow(64 * UInt64(header.uint16(60)))
    guard !overflow else { return nil }
    var end = sections
    for segment in 0..<count {
      let offset = segments.uint64(segment * 56 + 8)
      let (last, overflow) = offset.addingReportingOverflow(segments.uint64(segment * 56 + 32))
      guard !overflow else { return nil }
      end = max(end, last)
    }
    return end
  }

  // MARK: - Symbols

  /// The global names of the dynamic symbol table; nil where it cannot be read.
  private static func symbols(
    of file: some ELFSource, _ header: ELFBytes
  ) -> (defined: Set<String>, undefined: Set<String>)? {
    let count = Int(header.uint16(60))
    guard header.uint16(58) == 64, count > 0,
      let sections = ELFBytes(file, at: header.uint64(40), count: count * 64)
    else { return nil }
    guard let table = (0..<count).first(where: { sections.uint32($0 * 64 + 4) == 11 }) else { return nil }
    let names = Int(sections.uint32(table * 64 + 40))
    guard names < count, let symbols = section(table, of: file, sections),
      let strings = section(names, of: file, sections)
    else { return nil }
    var defined = Set<String>()
    var undefined = Set<String>()
    // Names may share their bytes: a few do in any library, all of them in one made to waste time.
    var left = 8 * strings.bytes.count
    for symbol in 0..<symbols.bytes.count / 24 {
      let binding = symbols.bytes[symbol * 24 + 4] >> 4
      let isDefined = symbols.uint16(symbol * 24 + 6) != 0
      let start = Int(symbols.uint32(symbol * 24))
      guard binding != 0, start < strings.bytes.count else { continue }
      let name = String(decoding: strings.bytes[start...].prefix { $0 != 0 }, as: UTF8.self)
      left -= name.utf8.count
      guard left >= 0 else { return nil }
      if isDefined { defined.insert(name) } else if binding == 1 { undefined.insert(name) }
    }
    return (defined, undefined)
  }

  private static func section(_ index: Int, of file: some ELFSource, _ sections: ELFBytes) -> ELFBytes? {
    let size = sections.uint64(index * 64 + 32)
    guard size <= UInt64(largestTable) else { return nil }
    return ELFBytes(file, at: sections.uint64(index * 64 + 24), count: Int(size))
  }

  // MARK: - Names

  #if arch(x86_64)
    package static let hostMachine: UInt16 = 62
  #elseif arch(arm64)
    package static let hostMachine: UInt16 = 183
  #endif

  private static func name(of machine: UInt16) -> String {
    switch machine {
    case 3: "x86 (32-bit)"
    case 40: "ARM (32-bit)"
    case 62: "x86-64"
    case 183: "AArch64"
    case 243: "RISC-V"
    default: "machine type \(machine)"
    }
  }

  /// What the file seems to be instead, in a few words.
  private static func contents(of file: some ELFSource) -> String {
    guard let start = ELFBytes(file, at: 0, upTo: 64), !start.bytes.isEmpty else { return "an empty file" }
    if start.bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) { return "a truncated one" }
    let isText = start.bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    return isText ? "a text file" : "other bytes"
  }
}

/// Bytes of a file with little-endian numbers in them; reads outside give zero.
private struct ELFBytes {
  let bytes: [UInt8]

  init?(_ file: some ELFSource, at offset: UInt64, upTo count: Int) {
    guard let bytes = file.bytes(at: offset, upTo: count) else { return nil }
    self.bytes = bytes
  }

  init?(_ file: some ELFSource, at offset: UInt64, count: Int) {
    self.init(file, at: offset, upTo: count)
    guard bytes.count == count else { return nil }
  }

  func uint16(_ index: Int) -> UInt16 { bytes.littleEndian(at: index) ?? 0 }
  func uint32(_ index: Int) -> UInt32 { bytes.littleEndian(at: index) ?? 0 }
  func uint64(_ index: Int) -> UInt64 { bytes.littleEndian(at: index) ?? 0 }
}

// MARK: - Where the bytes are

/// Where the bytes of an object are: a file, or memory.
private protocol ELFSource {
  /// The number of bytes.
  var size: UInt64? { get }

  /// At most `count` bytes from `offset` on, fewer at the end; nil where they cannot be read.
  func bytes(at offset: UInt64, upTo count: Int) -> [UInt8]?
}

extension FileHandle: ELFSource {
  fileprivate var size: UInt64? { try? seekToEnd() }

  fileprivate func bytes(at offset: UInt64, upTo count: Int) -> [UInt8]? {
    guard offset <= UInt64(Int64.max), (try? seek(toOffset: offset)) != nil else { return nil }
    return (try? read(upToCount: count)).map { [UInt8]($0) }
  }
}

extension [UInt8]: ELFSource {
  fileprivate var size: UInt64? { UInt64(count) }

  fileprivate func bytes(at offset: UInt64, upTo count: Int) -> [UInt8]? {
    guard let start = Int(exactly: offset), start < self.count else { return nil }
    return Array(self[start...].prefix(count))
  }
}
