import Foundation
import Host
import TestSupport
import Testing

/// Data sets are understood as documented, or refused with what was found.
@Suite struct ImageDatasetTests {
  static func read(_ arrays: [TestArray], testing training: ImageDataset? = nil) throws -> ImageDataset {
    try ImageDataset(archive: NPZ(bytes: storedArchive(of: arrays), path: "d.npz"), testing: training)
  }

  /// `count` images of `shape` whose bytes count up, with labels 0, 1, 0, 1…
  static func counting(_ shape: [Int], labels: [Int64]? = nil) -> [TestArray] {
    let size = shape.reduce(1, *)
    return [
      TestArray("pictures", shape: shape, bytes: (0..<size).map { UInt8(truncatingIfNeeded: $0) }),
      TestArray("answers", int64s: labels ?? (0..<shape[0]).map { Int64($0 % 2) }),
    ]
  }

  struct LayoutCase: Sendable, CustomTestStringConvertible {
    let shape: [Int]
    let layout: ImageLayout
    let size: [Int]
    /// The value of image 0 at row 1, column 0, channel 0.
    let probe: UInt8
    var testDescription: String { "\(shape)" }
  }

  @Test(arguments: [
    LayoutCase(shape: [2, 1, 5, 6, 3], layout: .framed, size: [5, 6, 3], probe: 18),
    LayoutCase(shape: [2, 5, 6, 3], layout: .channelsLast, size: [5, 6, 3], probe: 18),
    LayoutCase(shape: [2, 3, 5, 6], layout: .channelsFirst, size: [5, 6, 3], probe: 6),
    LayoutCase(shape: [2, 1, 5, 6], layout: .channelsFirst, size: [5, 6, 1], probe: 6),
    LayoutCase(shape: [2, 5, 6], layout: .gray, size: [5, 6, 1], probe: 6),
    LayoutCase(shape: [2, 4, 4, 3], layout: .channelsLast, size: [4, 4, 3], probe: 12),
    LayoutCase(shape: [2, 3, 2, 2], layout: .channelsFirst, size: [2, 2, 3], probe: 2),
    LayoutCase(shape: [2, 1, 1, 1, 7], layout: .framed, size: [1, 1, 7], probe: 0),
  ])
  func layoutsAreTold(_ c: LayoutCase) throws {
    let dataset = try Self.read(Self.counting(c.shape))
    #expect(dataset.layout == c.layout)
    #expect([dataset.height, dataset.width, dataset.channels] == c.size)
    guard case .bytes(let bytes) = dataset.pixels else {
      Issue.record("expected bytes")
      return
    }
    if c.size[0] > 1 { #expect(bytes[c.size[1] * c.size[2]] == c.probe) }
  }

  @Test(arguments: [
    ([0, 0.25, 1, 0.5], PixelConvention.unit), ([-0.5, 0, 0.5, 0.1], .centred), ([0, 255, 3, 4], .byteRange),
    ([0, 0, 0, 0], .unit), ([-0.1, 0, 0, 0], .centred), ([0, 1.5, 0, 0], .byteRange),
  ])
  func floatsSayWhatTheyMean(values: [Float], convention: PixelConvention) throws {
    let dataset = try Self.read([
      TestArray("x", shape: [2, 1, 2], floats: values), TestArray("y", int64s: [0, 1]),
    ])
    #expect(dataset.convention == convention)
  }

  struct BadCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let arrays: @Sendable () -> [TestArray]
    let message: String
    init(_ name: String, _ message: String, _ arrays: @autoclosure @escaping @Sendable () -> [TestArray]) {
      (testDescription, self.message, self.arrays) = (name, message, arrays)
    }
  }

  static func pixels(_ values: [Float]) -> [TestArray] {
    [TestArray("x", shape: [2, 1, 2], floats: values), TestArray("y", int64s: [0, 1])]
  }

  static let bad: [BadCase] = [
    BadCase("images only", "expected at least two arrays", Array(counting([2, 4, 4]).prefix(1))),
    BadCase("no image", "'d.npz', array 'pictures': is empty", counting([0, 4, 4])),
    BadCase("images of no pixels", "is empty", counting([2, 4, 0])),
    BadCase("two axes", "found [4, 4]", counting([4, 4])),
    BadCase("no channels", "with 1 to 4 channels", counting([2, 5, 6, 7])),
    BadCase("two readings", "[2, 3, 5, 3] may be [N, H, W, C] as well", counting([2, 3, 5, 3])),
    BadCase("too many frames", "found [2, 2, 4, 4, 3]", counting([2, 2, 4, 4, 3])),
    BadCase("NaN", "image 1 has a pixel that is nan", pixels([0, 0, 0, .nan])),
    BadCase("infinity", "image 0 has a pixel that is -inf", pixels([0, -.infinity, 0, 0])),
    BadCase("an unknown range", "found values from -3.0 to 2.0", pixels([-3, 2, 0, 0])),
    BadCase("too bright", "found values from 0.0 to 256.0", pixels([0, 256, 0, 0])),
    BadCase(
      "a label too few", "expected 3 entries, one for each image, found 2",
      counting([3, 4, 4], labels: [0, 1])),
    BadCase("a negative label", "image 1 has label -1", counting([2, 4, 4], labels: [0, -1])),
    BadCase(
      "a huge label", "image 1 has label 9223372036854775807", counting([2, 4, 4], labels: [0, .max])),
    BadCase(
      "a class without images", "no image of 1 of the 3 classes, such as class 1",
      counting([3, 4, 4], labels: [0, 2, 0])),
    BadCase(
      "labels of fractions", "element 1 is 0.5",
      [counting([2, 4, 4])[0], TestArray("y", shape: [2], floats: [0, 0.5])]),
    BadCase(
      "labels one-hot", "expected shape [2] or [2, 1], found [2, 2]",
      [counting([2, 4, 4])[0], TestArray("y", shape: [2, 2], bytes: [0, 1, 1, 0])]),
    BadCase(
      "a negative group", "image 1 has group -2", counting([2, 4, 4]) + [TestArray("g", int64s: [0, -2])]),
    BadCase(
      "a group too many", "array 'g': expected 2 entries",
      counting([2, 4, 4]) + [TestArray("g", int64s: [0, 1, 2])]),
  ]

  @Test(arguments: bad)
  func badDataIsRefusedWithWhatWasFound(_ c: BadCase) {
    let error = #expect(throws: DataError.self) { try Self.read(c.arrays()) }
    #expect(error?.problem.contains(c.message) == true, "\(error?.problem ?? "")")
    #expect(error?.status == .badData)
  }

  @Test func aTestSetMustSuitTheTrainingSet() throws {
    let training = try Self.read(Self.pixels([-0.5, 0.5, 0, 0]))
    let cases: [([TestArray], String)] = [
      (Self.counting([2, 4, 4]), "expected images of 1 × 2 × 1 as in the training set, found 4 × 4 × 1"),
      (Self.counting([2, 1, 2], labels: [0, 2]), "expected a class of the training set, 0 to 1"),
      (Self.pixels([0, 1, 0, 0]), "from -0.5 to 0.5 as in the training set, found values from 0.0 to 1.0"),
    ]
    for (arrays, message) in cases {
      let error = #expect(throws: DataError.self) { try Self.read(arrays, testing: training) }
      #expect(error?.problem.contains(message) == true, "\(error?.problem ?? "")")
    }
    // Values that alone would be read as 0...1, and bytes, which speak for themselves.
    #expect(try Self.read(Self.pixels([0, 0.4, 0, 0]), testing: training).convention == .centred)
    #expect(try Self.read(Self.counting([1, 1, 2], labels: [1]), testing: training).classes == 2)
  }

  @Test func aSplitIsBalancedAndLeavesHalfOfTheSmallestClass() throws {
    let labels: [Int64] = [0, 1, 0, 2, 0, 1, 2, 0, 1, 2, 1, 2, 0, 1, 2]
    let dataset = try Self.read(Self.counting([15, 4, 4], labels: labels))
    let split = StratifiedSplit(of: dataset, perClass: 2, seed: 1)
    #expect((split.heldOut + split.rest).sorted() == Array(0..<15))
    #expect(split.heldOut.map { labels[$0] }.sorted() == [0, 0, 1, 1, 2, 2])
    #expect(split == StratifiedSplit(of: dataset, perClass: 2, seed: 1))
    #expect((2...9).contains { split != StratifiedSplit(of: dataset, perClass: 2, seed: $0) })
    #expect(StratifiedSplit(of: dataset, perClass: 99, seed: 1) == split)
    #expect(StratifiedSplit(of: dataset, perClass: 0, seed: 1).heldOut.isEmpty)
  }

  @Test func orderFilesAreCheckedAgainstTheTrainingSet() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("order.npy").path
      func write(_ array: TestArray) throws { try Data(array.npy).write(to: URL(fileURLWithPath: path)) }
      try write(
        TestArray(
          "", descr: "<i8", shape: [2, 2], bytes: [3, 0, 1, 3].flatMap { littleEndian($0, width: 8) }))
      #expect(try SampleOrder.read(path: path, count: 4) == .listed([3, 0, 1, 3]))
      #expect(throws: DataError.badSampleID(DataPlace(file: path), index: 0, id: 3, count: 3)) {
        try SampleOrder.read(path: path, count: 3)
      }
      try write(TestArray("", int64s: []))
      #expect(throws: DataError.empty(DataPlace(file: path))) { try SampleOrder.read(path: path, count: 3) }
      #expect(throws: DataError.file(.missing(path: path + "x"))) {
        try SampleOrder.read(path: path + "x", count: 3)
      }
    }
  }
}
