import Foundation
import Host
import TestSupport
import Testing

/// A report of a comparison names methods and baselines as its plan does, and tells what is missing.
@Suite struct PlannedReportTests {
  /// A plan of two methods and two seeds in `folder`, with the runs whose places in it are in `done`.
  private static func plan(in folder: URL, done: [Int], failed: Int? = nil) throws {
    let cases: [(String, UInt64)] = [("erm", 1), ("erm", 2), ("focal:g=2", 1), ("focal:g=2", 2)]
    let rows = cases.enumerated().map { index, row in
      MadePlan.Row(
        method: row.0, baseline: "focal:g=2",
        run: MadeRun(
          strategy: row.0.contains("f") ? "focal" : "erm", seed: row.1, metrics: [.accuracy: 0.5]),
        isThere: done.contains(index), failure: index == failed ? "out of\nluck" : nil)
    }
    try MadePlan(rows: rows).write(to: folder)
  }

  @Test func aPlanNamesMethodsBaselineAndWhatIsMissing() throws {
    try Repository.withTemporaryFolder { folder in
      try Self.plan(in: folder.appendingPathComponent("a"), done: [0, 1, 2], failed: 3)
      for path in [folder.path, folder.path + "/a/"] {
        let report = try RunReport(readingFrom: [path])
        let comparison = report.comparisons[0]
        #expect(comparison.methods.map(\.label) == ["focal:g=2", "erm"])
        let counts = comparison.counts
        #expect(counts.planned == 4 && counts.done == 3 && counts.failed == 1 && counts.interrupted == 0)
        #expect(comparison.losses.map(\.method) == ["focal:g=2"])
        #expect(
          report.text.contains("out of\u{FFFD}luck") && report.text.contains("3 of 4 runs are done, 1 failed")
        )
      }
      let other = try RunReport(readingFrom: [folder.path], baseline: "erm")
      #expect(other.comparisons[0].methods.map(\.label) == ["erm", "focal:g=2"])
      let error = #expect(throws: ReportError.self) {
        try RunReport(readingFrom: [folder.path], baseline: "er\u{1B}m")
      }
      #expect(error?.problem == "no method is called 'er\u{FFFD}m'; there are 'focal:g=2', 'erm'")
    }
  }

  @Test func aPlanWithoutRunsSaysWhatFailed() throws {
    try Repository.withTemporaryFolder { folder in
      try Self.plan(in: folder, done: [], failed: 0)
      let error = #expect(throws: ReportError.self) { try RunReport(readingFrom: [folder.path]) }
      #expect(error?.problem.contains("4 planned, 1 failed: out of\u{FFFD}luck") == true)
    }
  }

  @Test func aRunThatThePlanDoesNotAskForIsLeftOut() throws {
    try Repository.withTemporaryFolder { folder in
      try Self.plan(in: folder, done: [0, 1])
      let rows = folder.appendingPathComponent("rows")
      let first = try #require(try FileManager.default.contentsOfDirectory(atPath: rows.path).min())
      try MadeRun(seed: 9).write(to: rows.appendingPathComponent(first))
      let report = try RunReport(readingFrom: [folder.path])
      #expect(report.comparisons[0].methods.map(\.runs.count) == [1])
      #expect(report.notes.contains { $0.contains("asks for another run") })
    }
  }

  @Test func plannedAndOtherRunsOfOneNameStayApart() throws {
    try Repository.withTemporaryFolder { folder in
      try Self.plan(in: folder.appendingPathComponent("plan"), done: [0])
      try MadeRun(seed: 5, settings: [.init("learning_rate", 0.5)]).write(
        to: folder.appendingPathComponent("x/y"))
      let labels = try RunReport(readingFrom: [folder.path]).comparisons[0].methods.map(\.label)
      #expect(labels == ["erm", "erm learning_rate=0.5"])
    }
  }

  // MARK: - Sweeps

  /// ERM and another method at two rates, each with batches of a size of its own, so that rates are not paired.
  private static func swept() -> MadePlan {
    let values: [(String, String, Double, [Double])] = [
      ("erm lr=0.1", "erm lr=0.1", 0.1, [0.5, 0.51, 0.52]),
      ("focal lr=0.1", "erm lr=0.1", 0.1, [0.6, 0.612, 0.619]),
      ("erm lr=0.2", "erm lr=0.2", 0.2, [0.7, 0.71, 0.72]),
      ("focal lr=0.2", "erm lr=0.2", 0.2, [0.7, 0.71, 0.72]),
    ]
    return MadePlan(
      rows: values.flatMap { method, baseline, rate, accuracies in
        accuracies.enumerated().map { index, accuracy in
          MadePlan.Row(
            method: method, baseline: baseline,
            run: MadeRun(
              strategy: method.hasPrefix("erm") ? "erm" : "focal", seed: UInt64(index + 1),
              metrics: [.accuracy: accuracy], settings: [.init("batch_size", JSON(rate * 1000))]))
        }
      })
  }

  @Test func eachMethodIsComparedWithTheBaselineOfItsOwnValues() throws {
    try Repository.withTemporaryFolder { folder in
      try Self.swept().write(to: folder)
      let report = try RunReport(readingFrom: [folder.path])
      let comparison = report.comparisons[0]
      #expect(comparison.references == [nil, 0, nil, 2] && comparison.notes == [])
      let rows = comparison.differences[0].rows
      #expect(rows.map { $0.difference?.values.count } == [nil, 3, nil, 3])
      #expect(rows[1].conclusion?.finding == .higher && rows[3].conclusion?.finding == .equal)
      #expect(rows[1].difference?.family == 1 && rows[3].difference?.family == 1)
      let text = report.text
      #expect(text.contains("difference to its baseline, paired by seed"))
      #expect(text.contains("focal lr=0.2 minus erm lr=0.2, accuracy: the same in all 3 paired seeds"))
      let page = ComparisonPage.html(of: report)
      #expect(page.contains("minus erm lr=0.2") && page.contains("--seeds '1 2'"))
      let json = try JSON(parsing: report.json)["groups"]?.array?[0]
      #expect(
        json?["methods"]?.array?.map { $0["baseline"]?.string } == [nil, "erm lr=0.1", nil, "erm lr=0.2"])
      #expect(json?["plans"]?.array?[0]["command_line"]?.array?.count == 4)
    }
  }

  @Test func aMethodWhoseBaselineIsMissingSaysWhatItIsComparedWith() throws {
    try Repository.withTemporaryFolder { folder in
      var plan = Self.swept()
      for index in 6..<9 { plan.rows[index].isThere = false }  // "erm lr=0.2"
      try plan.write(to: folder)
      let comparison = try RunReport(readingFrom: [folder.path]).comparisons[0]
      #expect(comparison.references == [nil, 0, 0])
      #expect(
        comparison.notes.first
          == "no run of the baseline 'erm lr=0.2' of 'focal lr=0.2' can be shown: "
          + "what stands for it is 'erm lr=0.1'")
    }
  }

  @Test func aBaselineThatIsAskedForIsThatOfAll() throws {
    try Repository.withTemporaryFolder { folder in
      try Self.swept().write(to: folder)
      let comparison = try RunReport(readingFrom: [folder.path], baseline: "erm lr=0.2").comparisons[0]
      #expect(comparison.references == [nil, 0, 0, 0])
      #expect(comparison.pairings[1]?.pairs.isEmpty == true, "the batches are of unlike size")
    }
  }
}
