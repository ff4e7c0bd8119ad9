import Host
import Models
import Testing

/// A pickle is read as data or refused by name; nothing that it asks for is done.
@Suite struct PickleTests {
  typealias Case = ReaderTests.Case

  @Test func aBatchIsRead() throws {
    let images = try CIFARPickle(parsing: TestPickle.batch(labels: [3, 0, 9]), of: .ten, path: "a").images
    #expect(images.labels == [3, 0, 9])
    #expect(images.pixels == [1, 2, 3].flatMap { [UInt8](repeating: $0, count: 3072) })
  }

  static func batch(_ labels: [UInt8], _ data: [UInt8] = TestPickle.array(shape: [0, 3072], [])) -> [UInt8] {
    TestPickle.dictionary(TestPickle.text("labels") + labels + TestPickle.text("data") + data)
  }

  static let deep = [UInt8](repeating: 0x28, count: 200)
  static let black = TestPickle.array(shape: [1, 3072], [UInt8](repeating: 0, count: 3072))
  static let unfilled =
    TestPickle.global("numpy.core.multiarray", "_reconstruct") + TestPickle.global("numpy", "ndarray") + [
      0x85, 0x52,
    ]
  static let command = TestPickle.whole(
    TestPickle.global("os", "system") + TestPickle.text("true") + [0x85, 0x52])
  static let cases: [Case] = [
    Case("nothing", [], "protocol 2 to 4"),
    Case("protocol 0", Array("(dp1\nS'x'\np2\nI1\ns.".utf8), "protocol 2 to 4"),
    Case("protocol 5", [0x80, 5, 0x4E, 0x2E], "protocol 2 to 4"),
    Case("a command", command, "the name 'os.system'"),
    Case(
      "an expression", TestPickle.whole(TestPickle.global("__builtin__", "eval")),
      "the name '__builtin__.eval'"),
    Case(
      "a relative of the allowed", TestPickle.whole(TestPickle.global("numpy", "load")),
      "the name 'numpy.load'"),
    Case(
      "a command in protocol 4",
      Array("\u{80}\u{4}\u{8C}\u{2}os\u{8C}\u{6}system\u{93}.".unicodeScalars.map { UInt8($0.value) }),
      "the name 'os.system'"),
    Case(
      "a call of what is no function", TestPickle.whole([0x4B, 1, 0x29, 0x52]), "a call that makes no array"),
    Case(
      "a call of the array type", TestPickle.whole(TestPickle.global("numpy", "ndarray") + [0x29, 0x52]),
      "a call that makes no array"),
    Case("a list's own state", TestPickle.whole([0x5D, 0x4E, 0x62]), "sets its own state"),
    Case(
      "a name without end", [0x80, 2, 0x63] + [UInt8](repeating: 0x41, count: 900),
      "a name of at most 200 bytes"),
    Case("one value too many", TestPickle.whole([0x4E, 0x4E]), "one value at the end"),
    Case("no value", TestPickle.whole([]), "one value at the end"),
    Case("an open mark", TestPickle.whole([0x4E, 0x28]), "one value at the end"),
    Case("a value below a mark", TestPickle.whole([0x5D, 0x28, 0x4E, 0x61, 0x61]), "on the stack"),
    Case("an unknown memory", TestPickle.whole([0x68, 7]), "a value remembered as 7"),
    Case("bytes after the end", TestPickle.whole([0x4E]) + [0x4E], "nothing after the pickle"),
    Case("marks upon marks", TestPickle.whole(deep), "at most 100 marks"),
    Case(
      "a text longer than the file", TestPickle.whole([0x54, 0xFF, 0xFF, 0xFF, 0xFF]), "4294967295 more bytes"
    ),
    Case("a huge number", TestPickle.whole([0x8A, 200]), "whole numbers of up to 8 bytes"),
    Case(
      "endless instructions", TestPickle.whole([UInt8](repeating: 0x4E, count: 1 << 21)), "at most 2097152"),
    Case("no dictionary", TestPickle.whole([0x4E]), "a dictionary of 'data'"),
    Case(
      "no labels", TestPickle.dictionary(TestPickle.text("data") + TestPickle.array(shape: [0], [])),
      "'labels', a list"),
    Case("no images", batch(TestPickle.list([])), "found [0, 3072]"),
    Case(
      "data of another shape", batch(TestPickle.list([]), TestPickle.array(shape: [2, 2], [1, 2, 3, 4])),
      "found [2, 2]"),
    Case(
      "a shape that is not that of the elements", batch([0x5D], TestPickle.array(shape: [9, 3072], [1])),
      "shape [9, 3072]"),
    Case(
      "a negative shape",
      batch([0x5D], TestPickle.array(shape: [-1, -3072], [UInt8](repeating: 0, count: 3072))), "shape [-1"),
    Case(
      "a shape beyond all bounds",
      batch([0x5D], TestPickle.array(shape: [Int(Int32.max), Int(Int32.max), 9], [])),
      "elements in an array's shape"),
    Case("numbers of another type", TestPickle.batch(labels: [1], type: "f8"), "found type 'f8'"),
    Case("objects", TestPickle.batch(labels: [1], type: "O"), "found type 'O'"),
    Case(
      "an array that is not filled",
      batch([0x5D], unfilled), "a dictionary of 'data'"),
    Case("a label too large", TestPickle.batch(labels: [1, 10]), "image 1 has label 10, expected 0 to 9"),
    Case("a negative label", TestPickle.batch(labels: [-1]), "image 0 has label -1"),
    Case(
      "fewer labels than images",
      batch(TestPickle.list([]), black),
      "a label for each of 1 images, found 0"),
    Case(
      "labels that are texts",
      batch(TestPickle.list(TestPickle.text("cat")), black),
      "whole numbers in 'labels'"),
    // A list that holds itself: remembered, then appended to itself.
    Case(
      "a list within itself",
      batch([0x5D, 0x71, 0, 0x68, 0, 0x61], black),
      "whole numbers in 'labels'"),
  ]

  @Test(arguments: cases) func whatIsNotABatchIsRefused(_ c: Case) {
    let error = #expect(throws: ImportError.self) { try CIFARPickle(parsing: c.bytes, of: .ten, path: "a") }
    #expect(error?.problem.contains(c.message) == true, "\(error?.problem ?? "")")
    #expect(error?.problem.contains("'a'") == true && error?.status == .badData)
  }

  /// Every instruction of `pickletools` that builds objects, calls, or reaches outside.
  @Test(
    arguments: Array(
      "iobRcPQ\u{81}\u{82}\u{83}\u{84}\u{8B}\u{8F}\u{90}\u{91}\u{92}\u{96}\u{97}\u{98}012FGILSVdglp"
        .unicodeScalars))
  func instructionsBeyondDataAreRefused(_ instruction: Unicode.Scalar) {
    let pickle = TestPickle.whole([0x4E, 0x4E, UInt8(instruction.value)])
    #expect(throws: ImportError.self) { try CIFARPickle(parsing: pickle, of: .ten, path: "a") }
  }

  @Test func aPickleCutAnywhereIsRefused() {
    let whole = TestPickle.batch(labels: [1])
    for length in stride(from: 0, to: whole.count, by: 7) {
      #expect(throws: ImportError.self, "\(length)") {
        try CIFARPickle(parsing: Array(whole[..<length]), of: .ten, path: "a")
      }
    }
  }
}
