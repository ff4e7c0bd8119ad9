import Host
import Testing

/// Runs are paired only where the method alone tells them apart.
@Suite struct PairingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout MadeRun) -> Void
    init(_ name: String, _ change: @escaping @Sendable (inout MadeRun) -> Void) {
      (testDescription, self.change) = (name, change)
    }
    static func setting(_ name: String, _ key: String, _ value: JSON) -> Case {
      Case(name) { $0.settings = [.init(key, value)] }
    }
  }

  /// What equal runs share, and another value of it.
  static let unequal = [
    Case("version") { $0.version = "1.1" },
    Case("instruction set") { $0.instructionSet = "avx512" },
    Case("model") { $0.model = "mlp" },
    Case("training samples of the classes") { $0.counts = [150, 40, 4] },
    .setting("batch size", "batch_size", 64), .setting("epochs", "epochs", 3),
    .setting("steps", "steps", 3), .setting("order", "order", "sequential"),
    .setting("order file", "order_sha256", "ff"), .setting("augmentation", "augment", "crop-flip"),
    .setting("normalisation", "normalize", "channel"), .setting("initial weights", "init_sha256", "ff"),
    .setting("validation share", "validation", 0.1),
    .setting("held-out samples of a class", "meta_per_class", 10),
  ]

  /// What a sweep may vary.
  static let equal = [
    .setting("learning rate", "learning_rate", 0.2), .setting("momentum", "momentum", 0.5),
    .setting("weight decay", "weight_decay", 0), .setting("warm-up", "warmup_epochs", 1),
    .setting("deferral", "defer_until", 1), .setting("loader threads", "workers", 4),
    .setting("checkpoints", "checkpoint_every", "1"), Case("plugin") { $0.strategy = "other" },
  ]

  private static func comparison(_ change: (inout MadeRun) -> Void) throws -> Comparison {
    let runs = try [UInt64(1), 2].flatMap { seed in
      var other = MadeRun(strategy: "focal", seed: seed, metrics: [.accuracy: 0.5 + 0.125 * Double(seed)])
      change(&other)
      return try [MadeRun(seed: seed, metrics: [.accuracy: 0.5]).summary(), other.summary()]
    }
    return RunReport(folders: [], runs: runs).comparisons[0]
  }

  @Test(arguments: unequal)
  func unequalRunsAreNotPairedAndTheReportSaysWhy(_ c: Case) throws {
    let comparison = try Self.comparison(c.change)
    let row = comparison.differences[0].rows[1]
    #expect(row.difference?.values == [] && row.conclusion?.finding == .unpaired)
    #expect(row.conclusion?.text.contains(c.testDescription) == true)
    let notes = comparison.notes.filter { $0.contains("seeds 1, 2 is not paired with 'erm'") }
    #expect(notes.count == 1 && notes[0].contains(c.testDescription))
    let text = RunReport(folders: [], runs: comparison.methods.flatMap(\.runs)).text
    #expect(text.contains("not paired") && text.contains(c.testDescription))
  }

  @Test(arguments: equal)
  func whatASweepVariesDoesNotHinderPairing(_ c: Case) throws {
    let comparison = try Self.comparison(c.change)
    #expect(comparison.differences[0].rows[1].difference?.values == [0.125, 0.25])
    #expect(comparison.notes == [])
  }

  @Test func otherImagesAreAnotherComparison() throws {
    for change in [{ $0.training = "dd" }, { $0.test = "dd" }] as [(inout MadeRun) -> Void] {
      var other = MadeRun(strategy: "focal")
      change(&other)
      let report = RunReport(folders: [], runs: [try MadeRun().summary(), try other.summary()])
      #expect(report.comparisons.map { $0.methods.map(\.label) } == [["erm"], ["focal"]])
    }
  }

  @Test func seedsThatOneMethodLacksAreNamed() throws {
    let comparison = try MadeRun.comparison([("erm", [0.5, 0.6, 0.7]), ("focal", [0.6, 0.8])])
    #expect(comparison.differences[0].rows[1].difference?.seeds == [1, 2])
    #expect(comparison.notes == ["only one of 'focal' and 'erm' has finished with seed 3"])
  }

  @Test func unfinishedRunsCountInNoMean() throws {
    let runs = try [
      MadeRun(metrics: [.accuracy: 0.5]), MadeRun(seed: 2, metrics: [.accuracy: 0.75]),
      MadeRun(seed: 3, metrics: [.accuracy: 0.1], status: "interrupted"),
      MadeRun(strategy: "x", metrics: [.accuracy: 0.5]),
      MadeRun(
        strategy: "x", seed: 3, metrics: [.accuracy: 0.9], status: "failed", failure: "a\u{1B}[2J crash"),
    ].map { try $0.summary() }
    let report = RunReport(folders: [], runs: runs)
    let comparison = report.comparisons[0]
    #expect(comparison.differences[0].rows.map(\.spread.mean) == [0.625, 0.5])
    #expect(comparison.differences[0].rows[1].difference?.seeds == [1])
    #expect(comparison.losses.map(\.seed) == [3, 3] && comparison.losses[1].reason == "a\u{FFFD}[2J crash")
    #expect(report.text.contains("3 of 5 runs are done, 1 interrupted, 1 failed"))
    #expect(report.text.contains("2 of 5 runs did not come to their end"))
  }

  @Test func theBaselineIsTheOneThatIsAskedFor() throws {
    let runs = try ["focal", "erm", "x"].map { try MadeRun(strategy: $0).summary() }
    func labels(_ baseline: String?) -> [String] {
      RunReport(folders: [], runs: runs, baseline: baseline).comparisons[0].methods.map(\.label)
    }
    #expect(labels(nil) == ["erm", "focal", "x"] && labels("x") == ["x", "focal", "erm"])
  }
}
