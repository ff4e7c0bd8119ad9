import Foundation
import Host
import TestSupport
import Testing

/// A report of several folders says the same as one of all their runs in one.
@Suite struct SeveralFoldersTests {
  /// Rows of ERM and of another method with these seeds.
  private static func rows(
    _ method: String, seeds: [UInt64], rate: Double = 0.1, metric: Metric = .accuracy
  ) -> [MadePlan.Row] {
    ["erm", method].flatMap { name in
      seeds.map { seed in
        MadePlan.Row(
          method: name, baseline: "erm",
          run: MadeRun(
            strategy: name, seed: seed, metrics: [metric: name == "erm" ? 0.5 : 0.6],
            settings: [.init("learning_rate", JSON(rate))]))
      }
    }
  }

  @Test func runsThatSeveralPlansAskForCountOnce() throws {
    try Repository.withTemporaryFolder { folder in
      try MadePlan(rows: Self.rows("focal", seeds: [1, 2])).write(to: folder.appendingPathComponent("a"))
      var later = MadePlan(rows: Self.rows("gce", seeds: [1, 2, 3]))
      later.rows[2].isThere = false  // ERM with the seed 3
      try later.write(to: folder.appendingPathComponent("b"))
      let comparison = try RunReport(readingFrom: [folder.path]).comparisons[0]
      #expect(comparison.methods.map(\.label) == ["erm", "focal", "gce"])
      #expect(comparison.methods.map(\.runs.count) == [2, 2, 3])
      #expect(comparison.counts.planned == 8 && comparison.counts.done == 7)
      #expect(
        comparison.notes == [
          "2 runs are there twice and count once",
          "only one of 'gce' and 'erm' has finished with seed 3",
        ])
      #expect(comparison.pairings.map { $0?.pairs.count } == [nil, 2, 2])
    }
  }

  @Test func aRunOfTwoPlansIsWhatBothCompareWith() throws {
    try Repository.withTemporaryFolder { folder in
      var first = MadePlan(rows: Self.rows("focal", seeds: [1, 2]))
      for index in first.rows.indices { first.rows[index].baseline = "focal" }
      try first.write(to: folder.appendingPathComponent("a"))
      try MadePlan(rows: Self.rows("gce", seeds: [1, 2])).write(to: folder.appendingPathComponent("b"))
      let report = try RunReport(readingFrom: [folder.path])
      let comparison = report.comparisons[0]
      #expect(comparison.methods.map(\.label) == ["focal", "erm", "gce"])
      #expect(comparison.references == [nil, 0, 1] && comparison.hasSeveralBaselines)
      #expect(comparison.notes == ["2 runs are there twice and count once"])
      #expect(report.text.contains("gce minus erm, accuracy: "))
    }
  }

  /// In either order the page's first words name what is compared with each.
  @Test func thePageSpeaksOfEveryBaseline() throws {
    try Repository.withTemporaryFolder { folder in
      let (a, b) = (folder.appendingPathComponent("a"), folder.appendingPathComponent("b"))
      try MadePlan(rows: Self.rows("focal", seeds: [1, 2], metric: .balancedAccuracy)).write(to: a)
      var second = MadePlan(rows: Self.rows("gce", seeds: [1, 2], metric: .balancedAccuracy))
      for index in second.rows.indices { second.rows[index].baseline = "gce" }
      try second.write(to: b)
      for folders in [[a.path, b.path], [b.path, a.path]] {
        let page = Markup(ComparisonPage.html(of: try RunReport(readingFrom: folders)))
        let verdict = page.all("div").first { $0.attributes["class"]?.hasPrefix("verdict") == true }
        #expect(verdict?.text.contains("focal") == true, "\(verdict?.text ?? "")")
      }
    }
  }

  /// The same plan, trained where results are others: each folder is compared with itself.
  @Test func foldersOfUnlikeResultsAreComparedEachWithItself() throws {
    try Repository.withTemporaryFolder { folder in
      var plan = MadePlan(rows: Self.rows("focal", seeds: [1, 2, 3]))
      try plan.write(to: folder.appendingPathComponent("a"))
      for index in plan.rows.indices where plan.rows[index].run.seed == 3 {
        plan.rows[index].run.metrics[.accuracy]? += 0.1
      }
      try plan.write(to: folder.appendingPathComponent("b"))
      let comparison = try RunReport(readingFrom: [folder.path]).comparisons[0]
      #expect(comparison.methods.map(\.label) == ["erm (a)", "erm (b)", "focal (a)", "focal (b)"])
      #expect(comparison.methods.map(\.runs.count) == [3, 3, 3, 3] && comparison.notes == [])
      #expect(comparison.references == [nil, nil, 0, 1])
    }
  }

  /// Another name for the same method in another plan is that of the first, but for a name that its plan uses itself.
  @Test func namesOfSeveralPlansAreTakenApart() throws {
    try Repository.withTemporaryFolder { folder in
      func row(_ method: String, _ strategy: String, _ seed: UInt64) -> MadePlan.Row {
        MadePlan.Row(
          method: method, baseline: "twin",
          run: MadeRun(strategy: strategy, seed: seed, metrics: [.accuracy: strategy == "erm" ? 0.5 : 0.6]))
      }
      let seeds: [UInt64] = [1, 2]
      let one = seeds.flatMap { [row("twin", "erm", $0), row("gce", "gce", $0)] }
      let two = seeds.flatMap { [row("erm", "erm", $0), row("twin", "erm", $0), row("focal", "focal", $0)] }
      let (a, b) = (folder.appendingPathComponent("a"), folder.appendingPathComponent("b"))
      try MadePlan(rows: one).write(to: a)
      try MadePlan(rows: two).write(to: b)
      for folders in [[a.path, b.path], [b.path, a.path]] {
        let methods = try RunReport(readingFrom: folders).comparisons[0].methods
        #expect(Set(methods.map(\.label)) == ["twin", "gce", "erm", "focal"])
        #expect(methods.allSatisfy { $0.runs.count == 2 })
      }
    }
  }

  @Test func noTwoMethodsHaveOneName() throws {
    try Repository.withTemporaryFolder { folder in
      for (name, rate) in [("pa", 0.1), ("pb", 0.2)] {
        try MadePlan(rows: Self.rows("focal", seeds: [1], rate: rate)).write(
          to: folder.appendingPathComponent(name))
        let settings: [JSON.Member] = [.init("learning_rate", JSON(rate)), .init("epochs", 10)]
        try MadeRun(metrics: [.accuracy: 0.5], settings: settings)
          .write(to: folder.appendingPathComponent("loose/\(name)"))
      }
      let labels = try RunReport(readingFrom: [folder.path]).comparisons[0].methods.map(\.label)
      #expect(labels.count == 6 && Set(labels).count == 6, "\(labels)")
    }
  }

  @Test func aFinishedRunTakesThePlaceOfAnInterruptedOne() throws {
    try Repository.withTemporaryFolder { folder in
      var plan = MadePlan(rows: Self.rows("focal", seeds: [1, 2]))
      let whole = plan.rows[0].run
      plan.rows[0].run.status = "interrupted"
      try plan.write(to: folder.appendingPathComponent("a"))
      try whole.write(to: folder.appendingPathComponent("b"))
      let comparison = try RunReport(readingFrom: [folder.path]).comparisons[0]
      #expect(comparison.counts.done == 4 && comparison.counts.planned == 4)
      #expect(
        comparison.references == [nil, 0] && comparison.notes == ["1 run is there twice and counts once"])
    }
  }

  @Test func aRowThatTwoPlansLackIsLackedOnce() throws {
    try Repository.withTemporaryFolder { folder in
      var plan = MadePlan(rows: Self.rows("focal", seeds: [1, 2]))
      plan.rows[1].isThere = false
      try plan.write(to: folder.appendingPathComponent("a"))
      plan.rows[1].failure = "boom"
      try plan.write(to: folder.appendingPathComponent("b"))
      let comparison = try RunReport(readingFrom: [folder.path]).comparisons[0]
      #expect(comparison.counts.planned == 4 && comparison.counts.done == 3 && comparison.counts.failed == 1)
      #expect(comparison.losses.map(\.reason) == ["boom"])
    }
  }

  @Test func aMethodOfSeveralFoldersStaysOneBesideAnotherOfItsName() throws {
    try Repository.withTemporaryFolder { folder in
      try MadePlan(rows: Self.rows("focal", seeds: [1, 2])).write(to: folder.appendingPathComponent("a"))
      try MadePlan(rows: Self.rows("focal", seeds: [3])).write(to: folder.appendingPathComponent("b"))
      try MadePlan(rows: Self.rows("gce", seeds: [1], rate: 0.2)).write(
        to: folder.appendingPathComponent("c"))
      let comparison = try RunReport(readingFrom: [folder.path]).comparisons[0]
      #expect(
        comparison.methods.map(\.label) == ["erm learning_rate=0.1", "focal", "erm learning_rate=0.2", "gce"])
      #expect(comparison.methods.map(\.runs.count) == [3, 3, 1, 1] && comparison.notes == [])
    }
  }

  @Test func equalRunsOfUnlikeResultsAreToldApart() throws {
    try Repository.withTemporaryFolder { folder in
      for (index, name) in ["a", "b"].enumerated() {
        for seed in [1, 2] as [UInt64] {
          try MadeRun(seed: seed, metrics: [.accuracy: 0.5 + Double(index) / 10])
            .write(to: folder.appendingPathComponent("\(name)/\(seed)"))
        }
      }
      let comparison = try RunReport(readingFrom: [folder.path]).comparisons[0]
      #expect(comparison.methods.map(\.label) == ["erm (a)", "erm (b)"])
      #expect(comparison.pairings.map { $0?.pairs.count } == [nil, 2])
    }
  }

  /// Parameters of one name in strategy and objective, and libraries, are settings, too.
  @Test(arguments: ["objective", "library"])
  func runsOfUnlikeSettingsAreNotAveraged(_ difference: String) throws {
    try Repository.withTemporaryFolder { folder in
      for seed in [1, 2] as [UInt64] {
        let number = difference == "objective" ? Double(seed) : 1
        let library = difference == "library" ? "\(seed)" : "1"
        let objective: JSON = [
          "id": "vs", "version": "1", "sha256": JSON(library), "parameters": ["gamma": JSON(number)],
        ]
        let strategy: JSON = [
          "id": "gamma-threshold", "version": "1", "sha256": "cc", "parameters": ["gamma": 0.5],
        ]
        var members = MadeRun(seed: seed, metrics: [.accuracy: 0.5]).json.members ?? []
        members.removeAll { $0.key == "strategy" }
        let run = JSON.object(members + [.init("strategy", strategy), .init("objective", objective)])
        let place = folder.appendingPathComponent("\(seed)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try Data(run.line.utf8).write(to: place.appendingPathComponent("run.json"))
        try Data().write(to: place.appendingPathComponent("metrics.jsonl"))
      }
      let comparison = try RunReport(readingFrom: [folder.path]).comparisons[0]
      #expect(comparison.methods.map(\.runs.count) == [1, 1])
      #expect(Set(comparison.methods.map(\.label)).count == 2)
    }
  }

  @Test func moreSeedsInAnotherFolderAreOfTheSameMethod() throws {
    try Repository.withTemporaryFolder { folder in
      try MadePlan(rows: Self.rows("focal", seeds: [1, 2])).write(to: folder.appendingPathComponent("a"))
      try MadePlan(rows: Self.rows("focal", seeds: [3])).write(to: folder.appendingPathComponent("b"))
      try Self.rows("focal", seeds: [4])[0].run.write(to: folder.appendingPathComponent("c"))
      let comparison = try RunReport(readingFrom: [folder.path]).comparisons[0]
      #expect(comparison.methods.map { $0.runs.map(\.seed) } == [[1, 2, 3, 4], [1, 2, 3]])
      #expect(comparison.notes == ["only one of 'focal' and 'erm' has finished with seed 4"])
    }
  }

  @Test func unlikeMethodsOfOneNameHaveTheBaselinesOfTheirFolders() throws {
    try Repository.withTemporaryFolder { folder in
      try MadePlan(rows: Self.rows("focal", seeds: [1, 2])).write(to: folder.appendingPathComponent("a"))
      try MadePlan(rows: Self.rows("gce", seeds: [1, 2], rate: 0.2))
        .write(to: folder.appendingPathComponent("b"))
      let report = try RunReport(readingFrom: [folder.path])
      let comparison = report.comparisons[0]
      #expect(
        comparison.methods.map(\.label) == ["erm learning_rate=0.1", "focal", "erm learning_rate=0.2", "gce"])
      #expect(comparison.references == [nil, 0, nil, 2] && comparison.hasSeveralBaselines)
      #expect(comparison.notes == [] && report.notes == [])
      let name = "erm learning_rate=0.2"
      let chosen = try RunReport(readingFrom: [folder.path], baseline: name).comparisons[0]
      #expect(chosen.baseline.label == name && chosen.references == [nil, 0, 0, 0])
    }
  }

  @Test func whatFailedInAFolderWithoutRunsIsNotForgotten() throws {
    try Repository.withTemporaryFolder { folder in
      try MadePlan(rows: Self.rows("focal", seeds: [1, 2])).write(to: folder.appendingPathComponent("a"))
      var lost = MadePlan(rows: Self.rows("gce", seeds: [7]))
      for index in lost.rows.indices { lost.rows[index].isThere = false }
      lost.rows[1].failure = "no memory"
      try lost.write(to: folder.appendingPathComponent("b"))
      let comparison = try RunReport(readingFrom: [folder.path]).comparisons[0]
      #expect(comparison.counts.planned == 6 && comparison.counts.failed == 1)
      #expect(comparison.counts.notBegun == 1 && comparison.losses.map(\.reason) == ["no memory"])
    }
  }

  @Test func dataWithoutRunsAreOneNote() throws {
    try Repository.withTemporaryFolder { folder in
      try MadePlan(rows: Self.rows("focal", seeds: [1, 2])).write(to: folder.appendingPathComponent("a"))
      var lost = MadePlan(rows: Self.rows("focal", seeds: [1, 2, 3]))
      for index in lost.rows.indices {
        lost.rows[index].isThere = false
        lost.rows[index].run.data = "other"
      }
      lost.rows[4].failure = "no\u{1B}luck"
      try lost.write(to: folder.appendingPathComponent("b"))
      let notes = try RunReport(readingFrom: [folder.path]).notes
      #expect(notes == ["of 6 planned runs on 'other' there is none: 1 failed: no\u{FFFD}luck; 5 not begun"])
    }
  }
}
