import Foundation
import Host
import Synchronization
import TestSupport
import Testing

/// A run that is stopped and goes on leaves the same bytes as one that is not.
@Suite struct ResumeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout TrainingOptions, _ library: String) -> Void
  }

  static let cases = [
    Case(testDescription: "plain training") { _, _ in },
    Case(testDescription: "batch reweighting by the whole network's gradients") { options, _ in
      options.strategy = ShortRun.plugin("gamma-threshold")
      options.strategyParameters = [.init(name: "temp", value: "12.8")]
      options.gradientSource = .network
    },
    Case(testDescription: "a residual network, augmented, deferred, on three threads") { options, _ in
      options.model = "resnet8"
      options.augmentation = .cropFlip
      options.strategy = ShortRun.plugin("gamma-threshold")
      options.deferUntil = 1
      (options.threads, options.workers) = (3, 2)
    },
    Case(testDescription: "a strategy and an objective with state") { options, library in
      options.strategy = "\(library):memory"
      options.objective = "\(library):rising"
    },
    Case(testDescription: "plugins with state in processes of their own") { options, library in
      options.strategy = "\(library):memory"
      options.objective = "\(library):rising"
      options.isolation = ShortRun.isolated
    },
    Case(testDescription: "a validation split, and a limit of steps") { options, _ in
      options.validation = 0.2
      (options.epochs, options.steps) = (nil, 6)
    },
  ]

  /// Where a run can be stopped: before every batch, trained on or evaluated, of two epochs.
  @Test(.enabled(if: CompiledPlugin.compiler != nil, "no C compiler"), arguments: cases)
  func aStoppedRunGoesOnWithTheSameBytes(_ c: Case) throws {
    try Repository.withTemporaryFolder { folder in
      let library = try ShortRun.compile("memory.c", into: folder)
      func options(_ name: String) -> TrainingOptions {
        var options = ShortRun.options(folder.appendingPathComponent(name))
        (options.model, options.steps, options.epochs, options.batchSize) = ("mlp", nil, 2, 128)
        c.change(&options, library)
        return options
      }
      let whole = options("whole")
      try ShortRun.train(whole, warn: { _ in })
      let expected = try Results(of: whole)
      #expect(expected.files.count >= 4)

      var (stops, checkpoints) = (0, 0)
      while true {
        let stopped = options("stop\(stops)")
        guard try ShortRun.stop(stopped, after: stops) else { break }
        checkpoints += try ShortRun.checkpoints(stopped).files().count
        try ShortRun.train(stopped, warn: { _ in })
        #expect(try Results(of: stopped).difference(from: expected) == nil, "stopped at question \(stops)")
        stops += 1
      }
      #expect(stops > 12 && checkpoints > stops / 2, "\(stops) places to stop at, \(checkpoints) checkpoints")
    }
  }

  /// A run that is stopped before every single batch still comes to its end, with the same bytes.
  @Test(.enabled(if: CompiledPlugin.compiler != nil, "no C compiler"))
  func aRunThatIsStoppedAllTheTimeEndsWithTheSameBytes() throws {
    try Repository.withTemporaryFolder { folder in
      let library = try ShortRun.compile("memory.c", into: folder)
      func options(_ name: String) -> TrainingOptions {
        var options = ShortRun.options(folder.appendingPathComponent(name), steps: 9)
        (options.model, options.batchSize) = ("mlp", 128)
        options.strategy = "\(library):memory"
        return options
      }
      try ShortRun.train(options("whole"), warn: { _ in })
      var stops = 0
      // Four questions are asked while the test set is evaluated, which a run that goes on does from its beginning.
      while try ShortRun.stop(options("stopped"), after: 5), stops < 100 { stops += 1 }
      #expect(stops >= 2)
      let difference = try Results(of: options("stopped")).difference(from: Results(of: options("whole")))
      #expect(difference == nil)
      let log = try String(contentsOf: folder.appendingPathComponent("stopped/log.jsonl"), encoding: .utf8)
      #expect(log.split(separator: "\n").count { $0.hasPrefix(#"{"kind":"start""#) } == stops + 1)
    }
  }

  // MARK: - Checkpoints that are damaged

  @Test func aDamagedCheckpointIsPassedOverForTheOneBefore() throws {
    try Repository.withTemporaryFolder { folder in
      let whole = ShortRun.options(folder.appendingPathComponent("whole"), steps: 6)
      try ShortRun.train(whole)
      var options = ShortRun.options(folder.appendingPathComponent("run"), steps: 6)
      options.checkpointEvery = .steps(2)
      #expect(try ShortRun.stop(options, after: 5))
      let checkpoints = ShortRun.checkpoints(options)
      #expect(
        try checkpoints.files().map { URL(fileURLWithPath: $0).lastPathComponent }
          == ["step-00000005.safetensors", "step-00000004.safetensors"])

      var bytes = try Data(contentsOf: URL(fileURLWithPath: try checkpoints.files()[0]))
      bytes[bytes.count - 9] ^= 1
      try bytes.write(to: URL(fileURLWithPath: try checkpoints.files()[0]))
      let told = Log()
      try ShortRun.train(options, warn: { told.add($0) })
      #expect(told.lines.contains { $0.contains("is not what was written; taking the one before it") })
      #expect(told.lines.contains { $0.contains("going on from step 4,") })
      #expect(try Results(of: options).difference(from: Results(of: whole)) == nil)
      #expect(try checkpoints.files().count == 2)
    }
  }

  @Test func aRunWithoutAReadableCheckpointIsNotBegunAgain() throws {
    try Repository.withTemporaryFolder { folder in
      let options = ShortRun.options(folder.appendingPathComponent("run"), steps: 6)
      #expect(try ShortRun.stop(options, after: 5))
      let checkpoints = ShortRun.checkpoints(options)
      try Data("{}".utf8).write(to: URL(fileURLWithPath: try checkpoints.files()[0]))
      let before = try Results(of: options)
      #expect(throws: CheckpointError.noneLeft(folder: checkpoints.path, count: 1)) {
        try ShortRun.train(options, warn: { _ in })
      }
      #expect(try Results(of: options).difference(from: before) == nil)
    }
  }

  /// Without checkpoints the run begins again; with them it goes on even if everything else is gone.
  @Test func whatIsLostOfTheRecordsIsSaid() throws {
    try Repository.withTemporaryFolder { folder in
      let whole = ShortRun.options(folder.appendingPathComponent("whole"), steps: 14)
      try ShortRun.train(whole)
      let options = ShortRun.options(folder.appendingPathComponent("run"), steps: 14)
      #expect(try ShortRun.stop(options, after: 26))
      let run = folder.appendingPathComponent("run")
      for name in try FileManager.default.contentsOfDirectory(atPath: run.path) where name != "checkpoints" {
        try FileManager.default.removeItem(at: run.appendingPathComponent(name))
      }
      let told = Log()
      let error = #expect(throws: TrainingError.self) {
        try ShortRun.train(options, warn: { told.add($0) })
      }
      #expect(error == .incompleteRecords(["metrics.jsonl"], folder: run.path))
      #expect(told.lines.contains { $0.hasPrefix("metrics.jsonl has lost rows of steps before 1") })
      #expect(try ShortRun.weights(run) == ShortRun.weights(folder.appendingPathComponent("whole")))
      let rows = try String(contentsOf: run.appendingPathComponent("metrics.jsonl"), encoding: .utf8)
      #expect(rows.hasPrefix(#"{"kind":"epoch","epoch":0,"#))
    }
  }

  // MARK: - Settings

  @Test(arguments: ["metrics.jsonl", "run.json", "score.npy", "events.out.tfevents.1.a.1.0", "log.jsonl"])
  func filesOfNoKnownRunAreLeftAlone(name: String) throws {
    try Repository.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent(name)
      try Data("{".utf8).write(to: file)
      let error = #expect(throws: TrainingError.self) { try ShortRun.train(ShortRun.options(folder)) }
      #expect(error?.problem == "'\(folder.path)' holds files of another run")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [name])
    }
  }

  @Test func everySettingThatCountsIsCompared() throws {
    try Repository.withTemporaryFolder { folder in
      let run = folder.appendingPathComponent("run")
      #expect(try ShortRun.stop(ShortRun.options(run), after: 3))
      let changes: [(name: String, change: (inout TrainingOptions) -> Void)] = [
        ("seed is 1 there and 2 here", { $0.seed = 2 }),
        ("learning_rate is 0.1 there and 0.05 here", { $0.learningRate = 0.05 }),
        (
          #"strategy is "erm" there and "gamma-threshold" here"#,
          { $0.strategy = ShortRun.plugin("gamma-threshold") }
        ),
        (#"model is "resnet8" there and "mlp" here"#, { $0.model = "mlp" }),
        ("batch_size is 40 there and 41 here", { $0.batchSize = 41 }),
        ("validation is 0.0 there and 0.1 here", { $0.validation = 0.1 }),
        ("steps is 6 there and 7 here", { $0.steps = 7 }),
      ]
      for (name, change) in changes {
        var options = ShortRun.options(run)
        change(&options)
        let error = #expect(throws: TrainingError.self) { try ShortRun.train(options) }
        #expect(error?.problem.contains(name) == true, "\(error?.problem ?? "") lacks \(name)")
        #expect(error?.status == .failedRun)
      }
      var options = ShortRun.options(run)
      (options.threads, options.workers, options.logEvery) = (1, 3, 2)
      options.checkpointEvery = .epochs(1)
      options.onNonFinite = .skip
      try ShortRun.train(options, warn: { _ in })
    }
  }
}

/// The files of a run that are the same for the same run.
struct Results {
  let files: [String: Data]

  init(of options: TrainingOptions) throws {
    let folder = URL(fileURLWithPath: options.runDirectory ?? "")
    let names = [
      "weights.safetensors", "score.npy", "samples.npz", "metrics.jsonl", "predictions.npz",
      "strategy-state.safetensors",
    ]
    files = Dictionary(
      uniqueKeysWithValues: names.compactMap { name in
        (try? Data(contentsOf: folder.appendingPathComponent(name))).map { (name, $0) }
      })
  }

  /// The first file that is not the same; nil if there is none.
  func difference(from other: Results) -> String? {
    Set(files.keys).union(other.files.keys).sorted().first { files[$0] != other.files[$0] }
  }
}
