import Foundation
import Host
import TestSupport
import Testing

/// The readers of published forms take what they should, and refuse the rest with what they found.
@Suite struct ReaderTests {
  /// Bytes, the reader that they are for, and what it says.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let message: String

    init(_ name: String, _ bytes: [UInt8], _ message: String) {
      (testDescription, self.bytes, self.message) = (name, bytes, message)
    }
  }

  private func expectRefusal(_ c: Case, _ read: ([UInt8]) throws -> Void) {
    let error = #expect(throws: ImportError.self) { try read(c.bytes) }
    #expect(error?.problem.contains(c.message) == true, "\(error?.problem ?? "")")
    #expect(error?.problem.contains("'a'") == true && error?.status == .badData)
    #expect(error?.remedy.hasSuffix(".") == true)
  }

  // MARK: - IDX and gzip

  @Test func anArrayIsReadPlainAndPacked() throws {
    let file = idx(shape: [2, 1, 3], bytes: [1, 2, 3, 4, 5, 6])
    let plain = try IDX(parsing: file, path: "a")
    #expect(plain.shape == [2, 1, 3] && plain.bytes == [1, 2, 3, 4, 5, 6])
    #expect(try IDX(unpacking: gzipped(file), path: "a") == plain)
  }

  static let arrays = [
    Case("nothing", [], "found no bytes"),
    Case("a picture", [0x89, 0x50, 0x4E, 0x47], "two zeros, found bytes [137"),
    Case("other numbers", idx(shape: [1], bytes: [0, 0, 0, 0], type: 0x0D), "found type 13"),
    Case("no dimensions", [0, 0, 8, 0], "found 0 in 4 bytes"),
    Case("five dimensions", idx(shape: [1, 1, 1, 1, 1], bytes: [7]), "found 5 in 25 bytes"),
    Case("half a header", [0, 0, 8, 3, 0, 0], "found 3 in 6 bytes"),
    Case(
      "one byte too few", idx(shape: [2, 2], bytes: [1, 2, 3]), "expected 16 bytes for shape [2, 2], found 15"
    ),
    Case(
      "one byte too many", idx(shape: [2], bytes: [1, 2, 3]), "expected 10 bytes for shape [2], found 11"),
    Case(
      "more than memory holds", idx(shape: [0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], bytes: []),
      "elements, found shape"),
  ]

  @Test(arguments: arrays) func brokenArraysAreRefused(_ c: Case) {
    expectRefusal(c) { _ = try IDX(parsing: $0, path: "a") }
  }

  static let small = idx(shape: [3], bytes: [1, 2, 3])
  static let packed = [
    Case("not gzip", small, "expected a gzip file"),
    Case("a wrong checksum", gzipped(small).enumerated().map { $0 == 23 ? $1 ^ 1 : $1 }, "wrong checksum"),
    Case("a size that its end does not say", gzipped(small, size: 10), "a broken stream"),
    Case(
      "more content than the header says", gzipped(small + [4]), "expected 11 bytes for shape [3], found 12"),
    Case(
      "more content than header and end say", gzipped(small + [UInt8](repeating: 0, count: 900), size: 11),
      "one gzip member of 11 bytes"),
    Case("an absurd size", gzipped(small, size: 0xFFFF_FFFF), "× 1032 bytes unpacked"),
    Case("an empty member at the end", gzipped(small) + gzipped([]), "0 packed"),
    Case("bytes after the member", gzipped(small) + gzipped(small), "or more after it"),
  ]

  @Test(arguments: packed) func gzipFilesUnpackToWhatTheySayOrAreRefused(_ c: Case) {
    expectRefusal(c) { _ = try IDX(unpacking: $0, path: "a") }
  }

  @Test func aGzipFileCutAnywhereIsRefused() {
    let whole = gzipped(Self.small)
    for length in 0..<whole.count {
      #expect(throws: ImportError.self, "\(length)") {
        try IDX(unpacking: Array(whole[..<length]), path: "a")
      }
    }
  }

  // MARK: - tar

  @Test func anArchiveListsItsFiles() throws {
    let members = [
      TestMember("x/", [], type: UInt8(ascii: "5")), TestMember("x/a.bin", [1, 2]),
      TestMember("pax", Array("20 mtime=1234.56789\n".utf8), type: UInt8(ascii: "x")), TestMember("b", []),
    ]
    let archive = try TarArchive(parsing: tar(members), path: "a")
    #expect(archive.members.map(\.name) == ["x/a.bin", "b"])
    #expect(archive.members.map(\.lastName) == ["a.bin", "b"])
    #expect(archive.members.map { Array(archive.bytes[$0.data]) } == [[1, 2], []])
  }

  static func changed(_ name: String, _ message: String, _ change: (inout TestMember) -> Void) -> Case {
    var member = TestMember("b.bin", [1, 2, 3])
    change(&member)
    return Case(name, tar([member]), message)
  }

  static let archives = [
    Case("text", Array("label".utf8), "expected a tar archive"),
    Case("no end", TestMember("b", [1]).bytes, "it is cut short"),
    Case(
      "a cut member", Array(TestMember("b", [UInt8](repeating: 1, count: 2000)).bytes.dropLast(1024)),
      "bytes of 'b'"),
    Case("bytes after the end", tar([TestMember("b", [1])]) + [1], "nothing after the archive's end"),
    changed("a wrong checksum", "another checksum") { $0.error = 1 },
    changed("a symbolic link", "'b.bin', a member of type 2") { $0.type = UInt8(ascii: "2") },
    changed("a device", "a member of type 3") { $0.type = UInt8(ascii: "3") },
    changed("a sparse file", "a member of type S") { $0.type = UInt8(ascii: "S") },
    changed("a long name of GNU tar", "a member of type L") { $0.type = UInt8(ascii: "L") },
    changed("a type that is no letter", "of type \\u{07}") { $0.type = 7 },
    changed("a size beyond the archive", "expected 8589934591 bytes") { $0.size = Array("77777777777".utf8) },
    changed("a binary size", "an octal size") { $0.size = [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3] },
    changed("no size", "an octal size") { $0.size = [0x20] },
    changed("a name that moves the cursor", "printable") { $0.name = "b\u{1B}[2J" },
    changed("no name", "printable") { $0.name = "" },
    changed("a name in an extended header", "an extended 'path'") {
      ($0.type, $0.content) = (UInt8(ascii: "x"), Array("12 path=abc\n".utf8))
    },
    changed("an extended header cut short", "records in an extended header") {
      ($0.type, $0.content) = (UInt8(ascii: "x"), Array("99 mtime=1\n".utf8))
    },
    changed("an extended header without numbers", "records in an extended header") {
      ($0.type, $0.content) = (UInt8(ascii: "g"), Array("mtime=1\n".utf8))
    },
  ]

  @Test(arguments: archives) func brokenArchivesAreRefused(_ c: Case) {
    expectRefusal(c) { _ = try TarArchive(parsing: $0, path: "a") }
  }

  // MARK: - CIFAR's binary version

  @Test func recordsAreLabelsAndPlanes() throws {
    let planes = [10, 20, 30].flatMap { [UInt8](repeating: $0, count: 1024) }
    let images = try CIFARBinary(parsing: [3, 77] + planes, of: .hundred, path: "a").images
    #expect(images.labels == [77] && (images.height, images.width, images.channels) == (32, 32, 3))
    #expect(images.pixels == (0..<1024).flatMap { _ -> [UInt8] in [10, 20, 30] })
  }

  /// A record of CIFAR-10.
  static func black(_ label: UInt8) -> [UInt8] { [label] + [UInt8](repeating: 0, count: 3072) }

  static let records = [
    Case("nothing", [], "found 0 bytes in all"),
    Case("a byte too many", [UInt8](repeating: 0, count: 3074), "records of 3073 bytes"),
    Case("a label too large", black(0) + black(10), "image 1 has label 10, expected 0 to 9"),
  ]

  @Test(arguments: records) func brokenRecordsAreRefused(_ c: Case) {
    expectRefusal(c) { _ = try CIFARBinary(parsing: $0, of: .ten, path: "a") }
  }

  @Test func aCoarseLabelTooLargeIsRefused() {
    let record = [UInt8](repeating: 20, count: 3074)
    expectRefusal(Case("", record, "image 0 has label 20, expected 0 to 19")) {
      _ = try CIFARBinary(parsing: $0, of: .hundred, path: "a")
    }
  }
}
