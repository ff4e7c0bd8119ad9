import Foundation
import Host
import TestSupport
import Testing

/// A long tail has the class sizes of the papers, and is the same for the same seed.
@Suite struct LongTailTests {
  /// A data set of so many images of each class; image i is all of the value i mod 251.
  static func dataset(counts: [Int]) throws -> ImageDataset {
    let labels = counts.enumerated().flatMap { [Int64](repeating: Int64($0), count: $1) }
    let pixels = labels.indices.flatMap { [UInt8](repeating: UInt8($0 % 251), count: 4) }
    let arrays = [
      TestArray("images", shape: [labels.count, 2, 2], bytes: pixels), TestArray("labels", int64s: labels),
    ]
    return try ImageDataset(archive: NPZ(bytes: storedArchive(of: arrays), path: "made-up.npz"))
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let counts: [Int]
    var profile = ImbalanceProfile.exponential
    let factor: Double
    let expected: [Int]
  }

  static let cases = [
    // The sizes of CIFAR-10-LT in Cao et al.
    Case(
      testDescription: "CIFAR-10-LT, factor 100", counts: [Int](repeating: 5000, count: 10), factor: 100,
      expected: [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50]),
    Case(
      testDescription: "CIFAR-10-LT, factor 10", counts: [Int](repeating: 5000, count: 10), factor: 10,
      expected: [5000, 3871, 2997, 2320, 1796, 1391, 1077, 834, 645, 500]),
    Case(
      testDescription: "CIFAR-10, step of 100", counts: [Int](repeating: 5000, count: 10), profile: .step,
      factor: 100, expected: [5000, 5000, 5000, 5000, 5000, 50, 50, 50, 50, 50]),
    Case(
      testDescription: "an odd number of classes", counts: [20, 20, 20], profile: .step, factor: 10,
      expected: [20, 20, 2]),
    Case(testDescription: "a factor of 1", counts: [7, 7], factor: 1, expected: [7, 7]),
    Case(testDescription: "a factor of one image", counts: [7, 7], factor: 7, expected: [7, 1]),
    Case(testDescription: "classes of unlike sizes", counts: [30, 9, 30], factor: 4, expected: [18, 9, 4]),
  ]

  @Test(arguments: cases) func classesHaveTheSizesOfTheProfile(_ c: Case) throws {
    let dataset = try Self.dataset(counts: c.counts)
    let tail = try LongTail(of: dataset, c.profile, factor: c.factor, seed: 1)
    #expect(tail.counts == c.expected)
    #expect(tail.rows.count == c.expected.reduce(0, +) && tail.rows == Set(tail.rows).sorted())
    let found = tail.rows.reduce(into: [Int](repeating: 0, count: c.counts.count)) {
      $0[Int(dataset.labels[$1])] += 1
    }
    #expect(found == c.expected)
  }

  @Test func theSeedChoosesTheImages() throws {
    let dataset = try Self.dataset(counts: [50, 50, 50])
    let tails = try [1, 1, 2].map { try LongTail(of: dataset, .exponential, factor: 10, seed: $0) }
    #expect(tails[0] == tails[1] && tails[0].rows != tails[2].rows && tails[0].counts == tails[2].counts)
    // Every image of a class has its chance: not simply the first ones.
    #expect(tails[0].rows.filter { dataset.labels[$0] == 2 } != Array(100..<105))
  }

  @Test func classesCanBeFrequentInAnyOrder() throws {
    let dataset = try Self.dataset(counts: [Int](repeating: 40, count: 8))
    let tails = try (1...4).map {
      try LongTail(of: dataset, .exponential, factor: 10, seed: $0, shufflesClasses: true).counts
    }
    #expect(tails.allSatisfy { $0.sorted() == tails[0].sorted() } && Set(tails).count > 1)
  }

  @Test(arguments: [
    ([7, 7], 8.0, "factor of 8 leaves no image of class 1"), ([9], 2, "at least two classes"),
  ])
  func impossibleTailsAreRefused(counts: [Int], factor: Double, says: String) throws {
    let dataset = try Self.dataset(counts: counts)
    let error = #expect(throws: LongTailError.self) {
      try LongTail(of: dataset, .exponential, factor: factor, seed: 1)
    }
    #expect(error?.problem.contains(says) == true && error?.status == .badData)
  }

  // MARK: - Files

  private static func make(_ dataset: String, _ name: String, in folder: URL, to out: String? = nil) throws
    -> MadeDataset
  {
    var options = LongTailDataset(of: dataset, as: name)
    (options.dataDirectory, options.folder) = (folder.path, out ?? folder.path)
    options.factor = 5
    return try options.run()
  }

  private static func hash(_ path: String) throws -> String { SHA256.digest(of: try readFile(at: path)) }

  /// A balanced set of float images with groups, written as this program does.
  private static func writeBalanced(_ name: String, to folder: URL, withTest: Bool = true) throws {
    for (part, count) in withTest ? [("train", 40), ("test", 8)] : [("train", 40)] {
      let floats = (0..<count * 12).map { Float($0 % 97) / 97 - 0.5 }
      let tensors = [
        NamedTensor(name: "x", shape: [count, 2, 2, 3], floats: floats),
        NamedTensor(name: "y", shape: [count], integers: (0..<count).map { Int64($0 % 4) }),
        NamedTensor(name: "g", shape: [count], integers: (0..<count).map { Int64($0 % 7) }),
      ]
      try NumPyWriter.write(tensors, to: folder.appendingPathComponent("\(name)_\(part).npz").path)
    }
  }

  @Test func imagesLabelsAndGroupsStayTogether() throws {
    try Repository.withTemporaryFolder { folder in
      try Self.writeBalanced("set", to: folder)
      _ = try Self.make("set", "set-lt", in: folder)
      let whole = try ImageDataset(path: folder.path + "/set_train.npz")
      let tail = try ImageDataset(path: folder.path + "/set-lt_train.npz")
      #expect(tail.classCounts == [10, 5, 3, 2] && tail.convention == .centred && tail.channels == 3)
      guard case .floats(let all) = whole.pixels, case .floats(let some) = tail.pixels else {
        throw CocoaError(.coderInvalidValue)
      }
      for image in 0..<tail.count {
        let pixels = some[image * 12..<(image + 1) * 12]
        let rows = (0..<whole.count).filter { all[$0 * 12..<($0 + 1) * 12].elementsEqual(pixels) }
        let matches = rows.contains {
          whole.labels[$0] == tail.labels[image] && whole.groups?[$0] == tail.groups?[image]
        }
        #expect(matches, "image \(image)")
      }
    }
  }

  /// The test set is found by the name's rule, or copied, so that training always has the right one.
  @Test func theTestSetIsThatOfTheBalancedSet() throws {
    try Repository.withTemporaryFolder { folder in
      try Self.writeBalanced("set", to: folder)
      let base = try Self.hash(folder.path + "/set_test.npz")
      _ = try Self.make("set", "set-lt", in: folder)
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/set-lt_test.npz"))
      _ = try Self.make("set", "other", in: folder)
      #expect(try Self.hash(folder.path + "/other_test.npz") == base)
      // By its name, this one would be tested on another set of the same folder.
      try Self.writeBalanced("odd", to: folder)
      _ = try Self.make("set", "odd-lt", in: folder)
      #expect(try Self.hash(folder.path + "/odd-lt_test.npz") == base)
      _ = try Self.make("set", "set-lt", in: folder, to: folder.path + "/elsewhere")
      #expect(try Self.hash(folder.path + "/elsewhere/set-lt_test.npz") == base)
      #expect(
        try Self.hash(folder.path + "/elsewhere/set-lt_train.npz")
          == Self.hash(folder.path + "/set-lt_train.npz"))
    }
  }

  @Test func aSetWithoutTestImagesGivesATailAndANote() throws {
    try Repository.withTemporaryFolder { folder in
      try Self.writeBalanced("set", to: folder, withTest: false)
      let report = try Self.make("set", "set-lt", in: folder)
      #expect(report.text.contains("test      none") && report.text.contains("note: 'set' has no test set"))
    }
  }

  @Test func anExistingSetIsNotReplaced() throws {
    try Repository.withTemporaryFolder { folder in
      try Self.writeBalanced("set", to: folder)
      #expect(throws: NewDatasetError.exists(path: folder.path + "/set_train.npz")) {
        try Self.make("set", "set", in: folder)
      }
    }
  }
}
