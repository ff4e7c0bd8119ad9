import Foundation
import Host
import Testing

/// Repeated images are found, each once, with the first image that they repeat.
@Suite struct DuplicatesTests {
  /// Images of one pixel.
  static func dataset(_ values: [UInt8], labels: [Int64], testing: ImageDataset? = nil) throws -> ImageDataset
  {
    let arrays = [
      TestArray("x", shape: [values.count, 1, 1], bytes: values), TestArray("y", int64s: labels),
    ]
    return try ImageDataset(archive: NPZ(bytes: storedArchive(of: arrays), path: "a.npz"), testing: testing)
  }

  static func floats(_ values: [Float], labels: [Int64], testing: ImageDataset? = nil) throws -> ImageDataset
  {
    let arrays = [
      TestArray("x", shape: [values.count, 1, 1], floats: values), TestArray("y", int64s: labels),
    ]
    return try ImageDataset(archive: NPZ(bytes: storedArchive(of: arrays), path: "a.npz"), testing: testing)
  }

  @Test func repeatedImagesAreCountedWithinAndAcross() throws {
    let training = try Self.dataset([5, 6, 5, 7, 5, 6], labels: [0, 1, 0, 1, 1, 1])
    let test = try Self.dataset([9, 7, 5, 5], labels: [0, 1, 1, 0], testing: training)
    let found = Duplicates(training: training, test: test)
    #expect(found.withinTraining.map(\.row) == [2, 4, 5] && found.withinTraining.map(\.first) == [0, 0, 1])
    #expect(found.withinTraining.map(\.isSameClass) == [true, false, true])
    #expect(found.acrossSets?.map(\.row) == [1, 2, 3] && found.acrossSets?.map(\.first) == [3, 0, 0])
    #expect(found.acrossSets?.map(\.isSameClass) == [true, false, true])
    let report = DataReport(name: "a", training: training, test: test)
    #expect(
      report.text.contains(
        "repeated  3 training images repeat an earlier one (1 under another label): 2 = 0, 4 = 0, 5 = 1\n"))
    #expect(
      report.text.contains(
        "3 test images are training images too (1 under another label): 1 = 3, 2 = 0, 3 = 0"))
    let json = try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any]
    let across = (json?["duplicates"] as? [String: Any])?["across_sets"] as? [String: Any]
    #expect(across?["count"] as? Int == 3 && across?["other_label"] as? Int == 1)
  }

  @Test func imagesThatDifferAreNotRepeated() throws {
    let training = try Self.dataset([1, 2], labels: [0, 1])
    let test = try Self.dataset([3], labels: [0], testing: training)
    let found = Duplicates(training: training, test: test)
    #expect(found.withinTraining.isEmpty && found.acrossSets == [])
    let text = DataReport(name: "a", training: training, test: test).text
    #expect(
      text.contains("no training image repeats another") && text.contains("no test image is a training"))
  }

  @Test func setsOfOtherUnitsAreNotCompared() throws {
    let training = try Self.floats([0.5, 0.25, 0.5], labels: [0, 1, 0])
    let test = try Self.floats([0.5], labels: [0], testing: training)
    #expect(Duplicates(training: training, test: test).acrossSets?.count == 1)
    #expect(Duplicates(training: training, test: nil).withinTraining.count == 1)
    let bytes = try Self.dataset([127], labels: [0], testing: training)
    #expect(Duplicates(training: training, test: bytes).acrossSets == nil)
    #expect(DataReport(name: "a", training: training, test: bytes).text.contains("hence not compared"))
  }
}
