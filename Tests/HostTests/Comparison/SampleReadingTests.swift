import Foundation
import Host
import TestSupport
import Testing

/// samples.npz says what a method did with each sample; where it contradicts itself, it is refused.
@Suite struct SampleReadingTests {
  /// The arrays of four samples of three classes, the third never visited.
  private static func arrays(_ change: (inout [String: [Double]]) -> Void = { _ in }) -> [NamedTensor] {
    var values: [String: [Double]] = [
      "class": [0, 1, 2, 1], "visits": [2, 1, 0, 1], "weight": [1.5, 0.25, .nan, 1],
      "loss": [0.5, 2, .nan, 0],
      "prediction": [0, 2, -1, 1],
    ]
    change(&values)
    return values.sorted { $0.key < $1.key }.map { name, values in
      ["class", "visits", "prediction"].contains(name)
        ? NamedTensor(name: name, shape: [values.count], integers: values.map { Int64($0) })
        : NamedTensor(name: name, shape: [values.count], doubles: values)
    }
  }

  private static func read(_ change: (inout [String: [Double]]) -> Void = { _ in }) throws -> SampleRecords {
    try SampleRecords(bytes: NumPyWriter.npz(arrays(change)), path: "samples.npz", classes: 3)
  }

  @Test func samplesAreReadWithAndWithoutScores() throws {
    let plain = try Self.read()
    #expect(
      plain.classes == [0, 1, 2, 1] && plain.visits == [2, 1, 0, 1] && plain.predictions == [0, 2, -1, 1])
    #expect(plain.weights[0] == 1.5 && plain.weights[2].isNaN && plain.losses[1] == 2 && plain.scores == nil)
    #expect(try Self.read { $0["score"] = [1, 2, .nan, -5] }.scores?[3] == -5)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout [String: [Double]]) -> Void
    init(_ name: String, _ change: @escaping @Sendable (inout [String: [Double]]) -> Void) {
      (testDescription, self.change) = (name, change)
    }
  }

  static let contradictions = [
    Case("class") { $0["class"] = [0, 1, 3, 1] }, Case("class") { $0["class"] = [0, -1, 2, 1] },
    Case("visits") { $0["visits"] = [2, -1, 0, 1] }, Case("visits") { $0["visits"] = [2, 1, 0] },
    Case("weight") { $0["weight"] = [1, 1, 1, 1, 1] }, Case("weight") { $0["weight"] = [1.5, -1, 0, 1] },
    Case("weight") { $0["weight"] = [1.5, .nan, 0, 1] }, Case("weight") { $0["weight"] = [1e308, 1, 0, 1] },
    Case("loss") { $0["loss"] = [.infinity, 2, 0, 0] }, Case("loss") { $0["loss"] = [-0.5, 2, 0, 0] },
    Case("loss") { $0["loss"] = [] }, Case("prediction") { $0["prediction"] = [0, 2, -2, 1] },
    Case("prediction") { $0["prediction"] = [0, 2, 1, 3] }, Case("prediction") { $0["prediction"] = nil },
    Case("score") { $0["score"] = [1, 2, 3] }, Case("weight") { $0["weight"] = nil },
  ]

  @Test(arguments: contradictions)
  func contradictionsAreRefusedByName(_ c: Case) throws {
    let error = #expect(throws: DataError.self) { try Self.read(c.change) }
    #expect(
      error?.problem.contains("'\(c.testDescription)'") == true
        || error?.problem.contains(c.testDescription) == true)
  }

  /// Writes a run of each seed with its samples into `folder`, and reads the method.
  private static func method(
    in folder: URL, _ seeds: [(inout [String: [Double]]) -> Void]
  ) throws -> ComparedMethod {
    for (seed, change) in seeds.enumerated() {
      let path = folder.appendingPathComponent("\(seed)")
      try MadeRun(seed: UInt64(seed)).write(to: path)
      try NumPyWriter.write(Self.arrays(change), to: path.appendingPathComponent("samples.npz").path)
    }
    return try RunReport(readingFrom: [folder.path]).comparisons[0].baseline
  }

  @Test func extremesAreMeansOverSeeds() throws {
    try Repository.withTemporaryFolder { folder in
      let method = try Self.method(
        in: folder,
        [
          { $0["score"] = [1, 2, .nan, 4] },
          {
            $0["visits"] = [0, 1, 0, 1]
            $0["weight"] = [.nan, 0.75, .nan, 3]
            $0["prediction"] = [-1, 1, -1, 1]
            $0["score"] = [.nan, 4, .nan, 4]
          },
        ])
      let extremes = try #require(SampleExtremes(of: method, count: 2))
      #expect(extremes.runs == 2 && extremes.notes == [])
      #expect(extremes.most.map(\.id) == [3, 0] && extremes.most.map(\.weight) == [2, 1.5])
      #expect(extremes.least.map(\.id) == [1, 0] && extremes.least[0].weight == 0.5)
      // Of as many runs for either class, the smaller one.
      #expect(extremes.least[0].prediction == 1 && extremes.least[0].label == 1)
      #expect(extremes.least[0].score == 3 && extremes.most[1].score == 1 && extremes.most[0].loss == 0)
    }
  }

  @Test func damagedAndOtherSamplesAreNoted() throws {
    try Repository.withTemporaryFolder { folder in
      let method = try Self.method(
        in: folder, [{ _ in }, { $0["class"] = [1, 1, 2, 1] }, { $0["visits"] = [-1, 0, 0, 0] }])
      let extremes = try #require(SampleExtremes(of: method, count: 9))
      #expect(extremes.runs == 1 && extremes.notes.count == 2 && extremes.most.count == 3)
      #expect(extremes.notes[0].contains("other samples") && extremes.notes[1].contains("visits"))
    }
  }

  @Test func runsWithoutSamplesHaveNoExtremes() throws {
    let method = RunReport(folders: [], runs: [try MadeRun().summary()]).comparisons[0].baseline
    #expect(SampleExtremes(of: method, count: 3) == nil)
  }
}
