import Foundation
import Host
import Models
import TestSupport
import Testing

/// Whatever the bytes are, an archive is read or refused with one sentence: never a trap, never a wrong array.
@Suite struct HostileArchiveTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let message: String

    init(_ name: String, _ bytes: [UInt8], _ message: String) {
      (testDescription, self.bytes, self.message) = (name, bytes, message)
    }

    /// An archive of one entry, changed.
    init(_ name: String, _ message: String, change: (inout TestEntry) -> Void) {
      var entry = TestEntry(TestArray("x", shape: [2, 2], bytes: [1, 2, 3, 4]))
      change(&entry)
      self.init(name, archive(of: [entry]), message)
    }

    /// An archive of an array whose header is `text`.
    init(header text: String, _ message: String) {
      var content: [UInt8] = HostileArchiveTests.magic + [1, 0]
      content += littleEndian(Int64(text.utf8.count), width: 2) + Array(text.utf8) + [1, 2, 3, 4]
      self.init(text, archive(of: [TestEntry(name: "x.npy", content: content)]), message)
    }
  }

  static func header(descr: String = "'|u1'", shape: String = "(4,)") -> String {
    "{'descr': \(descr), 'fortran_order': False, 'shape': \(shape), }"
  }

  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  static let cases: [Case] = [
    Case("no bytes", [], "found an empty file"),
    Case("text", Array("label,pixel\n".utf8), "found a file that begins with bytes [108, 97"),
    Case("a pickle", [0x80, 4, 0x95], "holds pickled Python objects"),
    Case("an npy file", TestArray("x", shape: [1], bytes: [1]).npy, "found a single .npy array"),
    Case(
      "an archive cut short", Array(storedArchive(of: [TestArray("x", shape: [1], bytes: [1])]).dropLast()),
      "the file is cut short"),
    Case("encryption", "without encryption") { $0.flags = 1 },
    Case("an unknown method", "found compression method 12") { $0.method = 12 },
    Case("a wrong checksum", "expected CRC-32") { $0.checksum ^= 1 },
    Case("a wrong byte", "expected CRC-32") { $0.content[$0.content.count - 1] ^= 1 },
    Case("an entry before its place", "local header that agrees") { $0.offset = 7 },
    Case("an entry after the end", "local header that agrees") { $0.offset = 1 << 30 },
    Case("a packed size beyond the file", "found room for") { ($0.packedSize, $0.size) = (5000, 5000) },
    Case("a stored size that differs", "a declared size of") { $0.size += 1 },
    Case("a bomb", "× 1032 bytes unpacked") { ($0.method, $0.size) = (8, 0xFFFF_FFF0) },
    Case("bytes that are not deflated", "found a stream that breaks off") {
      ($0.method, $0.content[0]) = (8, 7)
    },
    Case("a name that is not UTF-8", "expected entry names in UTF-8") { $0.name = [0xFF, 0x2E, 0x6E] },
    Case("a size without its ZIP64 field", "found ZIP64 fields without them") { $0.size = 0xFFFF_FFFF },
    Case(
      "a name twice", storedArchive(of: [TestArray("x", int64s: [1]), TestArray("x", int64s: [2])]),
      "found 'x.npy' twice"),
    Case("entries that overlap", overlapping, "found two that overlap"),
    Case("an array without a header", archive(of: [TestEntry(name: "x.npy", content: [])]), "found nothing"),
    Case(
      "an unknown version",
      archive(of: [TestEntry(name: "x.npy", content: magic + [4, 0, 0, 0])]),
      "found version 4.0"),
    Case(header: header(descr: "'|O'"), "holds pickled Python objects"),
    Case(header: header(descr: "[('a', '<i4')]"), "found a structured type"),
    Case(header: header(descr: "'<c8'"), "found '<c8'"),
    Case(header: header(shape: "(5,)"), "expected 5 bytes for shape [5] of type u1, found 4"),
    Case(header: header(shape: "(3,)"), "expected 3 bytes for shape [3] of type u1, found 4"),
    Case(header: header(shape: "(-4,)"), "found other text in the shape"),
    Case(header: header(shape: "(9223372036854775807, 2)"), "expected a shape that memory can hold"),
    Case(header: header(shape: "(99999999999999999999,)"), "expected dimensions from 0"),
    Case(header: header(shape: "(4611686018427387904, 4, 0)"), "expected a shape that memory can hold"),
    Case(header: header(shape: "(4)"), "expected a tuple as shape"),
    Case(header: header(shape: "4"), "expected '(' in the header"),
    Case(header: header(shape: "(" + String(repeating: "1,", count: 65) + ")"), "at most 64 dimensions"),
    Case(header: "{'descr': '|u1', 'shape': (4,)}", "found fewer"),
    Case(header: "{'descr': '|u1', 'descr': '|u1'}", "found 'descr'"),
    Case(header: header() + " 1", "expected nothing after the dictionary"),
    Case(header: "{'descr': '|u1", "found one that does not end"),
    Case(header: "", "expected '{' in the header, found its end"),
  ]

  /// Two entries whose directory records point to one local header.
  static var overlapping: [UInt8] {
    var entries = ["x", "y"].map { TestEntry(TestArray($0, shape: [1], bytes: [7])) }
    // The first one's content holds a local header for the second, which the directory points into.
    let inner = archive(of: [entries[1]])
    entries[0] = TestEntry(name: "x.npy", content: inner)
    entries[1].offset = 30 + entries[0].name.count
    return archive(of: entries)
  }

  @Test(arguments: cases)
  func brokenArchivesAreRefusedWithWhatWasFound(_ c: Case) {
    let error = #expect(throws: DataError.self) { try NPZ(bytes: c.bytes, path: "a.npz").array("x") }
    #expect(error?.problem.contains(c.message) == true, "\(error?.problem ?? "")")
    #expect(error?.problem.hasPrefix("'a.npz'") == true)
    #expect(error?.status == .badData)
  }

  /// Reads every array of `bytes`; nil where they are refused.
  static func arrays(in bytes: [UInt8]) -> [String: [Float]]? {
    do {
      let archive = try NPZ(bytes: bytes, path: "a.npz")
      var arrays: [String: [Float]] = [:]
      for name in archive.names { arrays[name] = try archive.array(name).floats() }
      return arrays
    } catch {
      return nil
    }
  }

  /// A small archive of numpy's, deflated and with ZIP64 local headers; one of our own without `.venv`.
  static let sample: [UInt8] = {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).npz")
    defer { try? FileManager.default.removeItem(at: path) }
    let script = """
      import sys, numpy as np
      np.savez_compressed(sys.argv[1], a=np.arange(24, dtype='>f4').reshape(2, 3, 4).T, b=np.array(5), c=np.zeros(0))
      """
    if (try? Python.run(script, [path.path]))?.status == 0, let bytes = try? readFile(at: path.path) {
      return bytes
    }
    return storedArchive(of: [TestArray("a", int64s: [1, 2, 3]), TestArray("b", shape: [], bytes: [5])])
  }()

  @Test func anArchiveCutAnywhereIsRefused() throws {
    #expect(Self.arrays(in: Self.sample)?.count ?? 0 >= 2)
    for length in 0..<Self.sample.count {
      #expect(Self.arrays(in: Array(Self.sample[..<length])) == nil, "\(length) bytes")
    }
  }

  @Test func anArchiveWithBytesChangedIsRefusedOrReadsTheSame() throws {
    let whole = try #require(Self.arrays(in: Self.sample))
    var stream = RandomStream(seed: 11, name: "fuzz")
    for round in 0..<5_000 {
      var bytes = Self.sample
      for _ in 0...stream.below(3) {
        let value = stream.below(4) == 0 ? 0xFF : UInt8(stream.below(256))
        bytes[stream.below(bytes.count)] = value
      }
      guard let arrays = Self.arrays(in: bytes) else { continue }
      // Names are not covered by a checksum, but stand in the archive twice.
      #expect(arrays.values.allSatisfy { whole.values.contains($0) }, "round \(round)")
    }
  }

  @Test func anArrayWithBytesChangedIsRefusedOrHasItsDeclaredSize() throws {
    let array = TestArray("x", descr: ">i4", shape: [3, 2], bytes: [UInt8](0..<24)).npy
    var stream = RandomStream(seed: 12, name: "fuzz")
    for _ in 0..<5_000 {
      var bytes = array
      for _ in 0...stream.below(3) { bytes[stream.below(bytes.count)] = UInt8(stream.below(256)) }
      guard let read = try? NPYArray(content: bytes, place: DataPlace(file: "a.npy")) else { continue }
      #expect(read.shape.reduce(1, *) == read.count)
      _ = read.floats()
      _ = try? read.int64s()
    }
  }

  @Test func aDataSetWithBytesChangedAndChecksumsRightIsRefusedOrWhole() throws {
    let images = TestArray("x", shape: [4, 3, 3], floats: (0..<36).map { Float($0) / 36 }).npy
    let labels = TestArray("y", int64s: [0, 1, 2, 1]).npy
    var stream = RandomStream(seed: 13, name: "fuzz")
    var accepted = 0
    for _ in 0..<5_000 {
      var contents = [images, labels, labels]
      for _ in 0...stream.below(2) {
        let array = stream.below(3)
        contents[array][stream.below(contents[array].count)] = UInt8(stream.below(256))
      }
      let entries = contents.enumerated().map { TestEntry(name: "\($0).npy", content: $1) }
      let bytes = archive(of: entries)
      guard let dataset = try? ImageDataset(archive: NPZ(bytes: bytes, path: "a.npz")) else { continue }
      accepted += 1
      #expect(dataset.count == 4 && dataset.labels.count == 4 && dataset.groups?.count == 4)
      #expect(dataset.classCounts.reduce(0, +) == 4)
    }
    #expect(accepted > 100)
  }
}
