import Foundation
import Host
import Synchronization
import TestSupport
import Testing

/// Recorded runs are weighed again, as they were and otherwise.
@Suite struct ReplayTests {
  /// Records a short run and calls `body` with its trace.
  private func withTrace(
    _ strategy: String = "gamma-threshold", _ change: (inout TrainingOptions) -> Void = { _ in },
    _ body: (URL) throws -> Void
  ) throws {
    try Repository.withTemporaryFolder { folder in
      let trace = folder.appendingPathComponent("steps")
      var options = ShortRun.options(folder.appendingPathComponent("run"))
      options.strategy = ShortRun.plugin(strategy)
      options.recordDirectory = trace.path
      change(&options)
      try ShortRun.train(options)
      try body(trace)
    }
  }

  private func replay(_ trace: URL, _ strategy: String, _ settings: [String] = []) throws -> Replay {
    var options = ReplayOptions(trace: trace.path, strategy: ShortRun.plugin(strategy))
    options.settings = settings
    return try replay(options)
  }

  private func replay(_ options: ReplayOptions) throws -> Replay {
    try Replay(options, warn: { Issue.record("a warning: \($0)") }, reporting: { _, _ in })
  }

  private func answer(_ replay: Replay) throws -> JSON { try JSON(parsing: replay.json) }

  // MARK: - Reproduction

  struct Recorded: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var settings: [String] = []
    var deferUntil = 0
    /// Steps whose weights are the strategy's.
    var compared = 16
  }

  static let recorded = [
    Recorded(testDescription: "defaults"),
    Recorded(testDescription: "settings", settings: ["temp=8", "gamma=0.25"]),
    Recorded(testDescription: "with a memory", settings: ["history=mean", "temp=8"]),
    Recorded(testDescription: "deferred", settings: ["temp=8"], deferUntil: 1, compared: 5),
  ]

  @Test(arguments: recorded) func recordedStrategyGivesTheRecordedWeightsBitForBit(_ c: Recorded) throws {
    let change = { (options: inout TrainingOptions) in
      options.steps = 16
      options.deferUntil = c.deferUntil
      options.strategyParameters = c.settings.map {
        let parts = $0.split(separator: "=").map(String.init)
        return .init(name: parts[0], value: parts[1])
      }
    }
    try withTrace("gamma-threshold", change) { trace in
      let replay = try replay(trace, "gamma-threshold", c.settings)
      let verdict = try #require(try answer(replay)["reproduction"])
      #expect(verdict["compared_steps"]?.int == c.compared && verdict["identical_steps"]?.int == c.compared)
      #expect(verdict["first_difference"] == .null)
      #expect(replay.text.contains("recorded weights bit for bit in \(c.compared) steps"), "\(replay.text)")
      // Other settings are no reproduction, and are not called one.
      let other = try self.replay(trace, "gamma-threshold", ["temp=3"])
      #expect(try answer(other)["reproduction"] == .null && !other.text.contains("reproduction"))
    }
  }

  @Test func changedWeightsAreNoticed() throws {
    try withTrace { trace in
      let file = trace.appendingPathComponent("step-000002.npz").path
      let archive = try NPZ(path: file)
      let tensors = try archive.names.map { name in
        let array = try archive.array(name)
        if name == "weight" {
          var weights = array.floats()
          weights[3] = weights[3].nextUp
          return NamedTensor(name: name, shape: array.shape, floats: weights)
        }
        let type: NamedTensor.DataType =
          switch array.dtype {
          case .int64: .i64
          case .float64: .f64
          default: .f32
          }
        return NamedTensor(name: name, dtype: type, shape: array.shape, bytes: array.bytes)
      }
      try NumPyWriter.write(tensors, to: file)
      let verdict = try #require(try answer(replay(trace, "gamma-threshold"))["reproduction"])
      #expect(verdict["identical_steps"]?.int == 5 && verdict["first_difference"]?.int == 2)
    }
  }

  @Test func sameRunLeavesTheSameBytes() throws {
    try withTrace { first in
      try withTrace { second in
        let names = try FileManager.default.contentsOfDirectory(atPath: first.path).sorted()
        #expect(
          names == [
            "step-000000.npz", "step-000001.npz", "step-000002.npz", "step-000003.npz", "step-000004.npz",
            "step-000005.npz", "trace.json",
          ])
        for name in names {
          let bytes = try [first, second].map { try Data(contentsOf: $0.appendingPathComponent(name)) }
          #expect(bytes[0] == bytes[1], "\(name)")
        }
      }
    }
  }

  @Test func interruptedRunLeavesATraceThatCanBeReplayed() throws {
    try Repository.withTemporaryFolder { folder in
      let asked = Mutex(0)
      var options = ShortRun.options(folder.appendingPathComponent("run"), steps: 100)
      options.recordDirectory = folder.appendingPathComponent("steps").path
      var trainer = try Trainer(
        options, commandLine: ["brhost"],
        isInterrupted: {
          asked.withLock {
            $0 += 1
            return $0 > 4
          }
        }, warn: { _ in })
      _ = #expect(throws: TrainingError.self) { _ = try trainer.run { _ in } }
      let replay = try replay(folder.appendingPathComponent("steps"), "gamma-threshold")
      let steps = try #require(try answer(replay)["recorded_steps"]?.int)
      #expect((1...4).contains(steps))
    }
  }

  // MARK: - Figures

  @Test func figuresAreThoseOfTheFormulas() throws {
    try withTrace("erm") { trace in
      let answer = try answer(replay(trace, "gamma-threshold", ["temp=8", "gamma=0.5"]))
      let steps = try #require(answer["steps"]?.array)
      #expect(steps.count == 6)
      let groups = try ["many", "medium", "few"].map { name in
        try #require(answer["class_groups"]?[name]?.array).compactMap(\.int)
      }
      #expect(groups == [[0], [1, 2, 3, 4, 5], [6, 7, 8, 9]])
      for (index, step) in steps.enumerated() {
        let recorded = try PlainStep(ShortRun.step(index, in: trace))
        let weights = recorded.agreementWeights(gamma: 0.5, temperature: 8)
        #expect(step["batch"]?.int == weights.count)
        func expect(_ path: [String], _ expected: Double) {
          let found = path.reduce(step) { $0?[$1] }?.double
          #expect(abs((found ?? .nan) - expected) < 1e-5, "step \(index), \(path): \(expected)")
        }
        expect(["a", "effective_sample_size"], 1 / weights.map { $0 * $0 }.reduce(0, +))
        expect(["b", "effective_sample_size"], Double(weights.count))
        expect(["a", "loss", "pearson"], pearson(weights, recorded.losses))
        expect(["a", "loss", "spearman"], pearson(ranks(weights), ranks(recorded.losses)))
        for (name, classes) in zip(["many", "medium", "few"], groups) {
          let members = recorded.targets.indices.filter { classes.contains(recorded.targets[$0]) }
          expect(["a", "share", name], members.map { weights[$0] }.reduce(0, +))
          expect(["samples", name], Double(members.count) / Double(weights.count))
          expect(["b", "share", name], Double(members.count) / Double(weights.count))
        }
        // Equal weights have no correlation.
        #expect(step["agreement"]?["pearson"] == .null && step["b"]?["loss"]?["spearman"] == .null)
      }
    }
  }

  @Test func secondStrategyTakesThePlaceOfTheRecordedWeights() throws {
    try withTrace { trace in
      var options = ReplayOptions(trace: trace.path, strategy: ShortRun.plugin("gamma-threshold"))
      options.against = ShortRun.plugin("gamma-threshold")
      options.againstSettings = ["temp=8"]
      let answer = try answer(replay(options))
      #expect(answer["b"]?["label"]?.string == "gamma-threshold 1.0.0 temp=8")
      #expect(answer["b"]?["recorded"]?.bool == false && answer["reproduction"]?["identical_steps"]?.int == 6)
      // A softmax keeps the order at every temperature.
      for step in try #require(answer["steps"]?.array) {
        #expect(abs((step["agreement"]?["spearman"]?.double ?? 0) - 1) < 0.05)
      }
    }
  }

  @Test func laterStepsDoNotDependOnWhereTheTellingBegins() throws {
    try withTrace("erm") { trace in
      var options = ReplayOptions(trace: trace.path, strategy: ShortRun.plugin("gamma-threshold"))
      options.settings = ["history=mean", "temp=8"]
      let all = try #require(try answer(replay(options))["steps"]?.array)
      options.steps = 4...5
      let some = try #require(try answer(replay(options))["steps"]?.array)
      #expect(some == Array(all[4...5]))
      options.steps = 4...6
      #expect(throws: TraceError.noSuchSteps(folder: trace.path, asked: 4...6, count: 6)) {
        _ = try replay(options)
      }
    }
  }

  // MARK: - Refusals and ends

  @Test(.enabled(if: CompiledPlugin.compiler != nil, "no C compiler"))
  func missingInputIsNamedWithHowToRecordIt() throws {
    try withTrace("erm") { trace in
      let folder = trace.deletingLastPathComponent()
      let probe = try ShortRun.compileProbe(into: folder) + ":probe"
      let error = #expect(throws: TraceError.self) {
        _ = try replay(ReplayOptions(trace: trace.path, strategy: probe))
      }
      #expect(error == .missingInput(strategy: "probe", input: .metaAlignment, folder: trace.path))
      #expect(error?.problem.contains("'meta_alignment'") == true && error?.status == .badData)
      #expect(error?.remedy.contains("--record") == true)
    }
  }

  @Test func interruptionEndsIt() throws {
    try Repository.withTemporaryFolder { folder in
      try MadeTrace().write(to: folder)
      let done = Mutex(0)
      let error = #expect(throws: TraceError.self) {
        _ = try Replay(
          ReplayOptions(trace: folder.path, strategy: ShortRun.plugin("erm")),
          isInterrupted: { done.withLock { $0 == 2 } }, warn: { _ in },
          reporting: { count, total in
            #expect(total == 4)
            done.withLock { $0 = count }
          })
      }
      #expect(error == .interrupted(steps: 2, of: 4) && error?.status == .interrupted)
    }
  }
}
