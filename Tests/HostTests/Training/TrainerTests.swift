import Foundation
import Host
import Models
import Synchronization
import TestSupport
import Testing

/// Whole runs: what they share, what they record, what they refuse.
@Suite struct TrainerTests {
  @Test func sameSeedSameBytesForAnyNumberOfThreadsAndWorkers() throws {
    try Repository.withTemporaryFolder { folder in
      var weights: [Data] = []
      for (threads, workers) in [(1, 0), (2, 1), (3, 2)] {
        let run = folder.appendingPathComponent("\(threads)")
        var options = ShortRun.options(run)
        options.strategy = ShortRun.plugin("gamma-threshold")
        options.augmentation = .crop
        (options.threads, options.workers) = (threads, workers)
        try ShortRun.train(options)
        weights.append(try ShortRun.weights(run))
      }
      #expect(weights[0] == weights[1])
      #expect(weights[0] == weights[2])
    }
  }

  @Test func strategiesShareInitialisationOrderAndAugmentation() throws {
    try Repository.withTemporaryFolder { folder in
      for name in ["erm", "gamma-threshold"] {
        var options = ShortRun.options(folder.appendingPathComponent(name), steps: 2)
        options.strategy = ShortRun.plugin(name)
        options.augmentation = .cropFlip
        options.recordDirectory = folder.appendingPathComponent("\(name)-steps").path
        try ShortRun.train(options)
      }
      let erm = folder.appendingPathComponent("erm-steps")
      let gamma = folder.appendingPathComponent("gamma-threshold-steps")
      for name in ["sample_id", "logits", "loss", "cosine"] {
        let (a, b) = try (ShortRun.step(0, in: erm).array(name), ShortRun.step(0, in: gamma).array(name))
        #expect(a.bytes == b.bytes, "\(name)")
      }
      let ids = try [erm, gamma].map { try ShortRun.step(1, in: $0).array("sample_id").bytes }
      #expect(ids[0] == ids[1])
      let logits = try [erm, gamma].map { try ShortRun.step(1, in: $0).array("logits").bytes }
      #expect(logits[0] != logits[1])
    }
  }

  @Test(.enabled(if: CompiledPlugin.compiler != nil, "no C compiler"), arguments: GradientSource.allCases)
  func recordedInputsFitTogether(_ source: GradientSource) throws {
    try Repository.withTemporaryFolder { folder in
      let steps = folder.appendingPathComponent("steps")
      var options = ShortRun.options(folder.appendingPathComponent("run"), steps: 2)
      options.strategy = try ShortRun.compileProbe(into: folder) + ":probe"
      options.gradientSource = source
      options.metaPerClass = 2
      options.recordDirectory = steps.path
      try ShortRun.train(options)
      let step = try RecordedStep(ShortRun.step(0, in: steps))
      #expect(step.batch == 40)
      step.checkLosses()
      step.checkGradients(source)
      step.checkLabels()
      let metrics = try String(
        contentsOf: folder.appendingPathComponent("run/metrics.jsonl"), encoding: .utf8)
      #expect(metrics.contains(#""metrics":{"batch":40"#))
    }
  }

  @Test(.enabled(if: CompiledPlugin.compiler != nil, "no C compiler"))
  func zeroWeightsStopTheirSamplesFromCounting() throws {
    // The weighted gradient of the probe is that of the batch's first half; the recorded loss says so.
    try Repository.withTemporaryFolder { folder in
      let run = folder.appendingPathComponent("run")
      let steps = folder.appendingPathComponent("steps")
      var options = ShortRun.options(run, steps: 1)
      options.strategy = try ShortRun.compileProbe(into: folder) + ":probe"
      options.metaPerClass = 2
      options.recordDirectory = steps.path
      try ShortRun.train(options)
      let losses = try ShortRun.step(0, in: steps).array("loss").floats()
      let weighted = losses[..<20].reduce(0.0) { $0 + 0.25 * Double($1) }
      let line = try String(contentsOf: run.appendingPathComponent("metrics.jsonl"), encoding: .utf8)
      let row = try JSON(parsing: String(line.split(separator: "\n")[0]))
      let recorded = try #require(row["weighted_loss"]?.double)
      #expect(abs(recorded - weighted) < 1e-6)
      #expect(row["effective_sample_size"]?.double == 20)
      let score = try NPYArray(path: run.appendingPathComponent("score.npy").path)
      #expect(score.shape == [409, 3])
    }
  }

  /// Doubling loss and gradient while halving the rate changes no bit, without weight decay.
  @Test(.enabled(if: CompiledPlugin.compiler != nil, "no C compiler"))
  func objectivesReplaceTheLossExactly() throws {
    try Repository.withTemporaryFolder { folder in
      let probe = try ShortRun.compileProbe(into: folder)
      var weights: [Data] = []
      for (name, objective, rate) in [("plain", nil, 0.1), ("doubled", probe + ":doubled", 0.05)] {
        var options = ShortRun.options(folder.appendingPathComponent(name))
        options.objective = objective
        options.learningRate = Float(rate)
        options.weightDecay = 0
        try ShortRun.train(options)
        weights.append(try ShortRun.weights(folder.appendingPathComponent(name)))
      }
      #expect(weights[0] == weights[1])
    }
  }

  @Test func deferredStrategiesStartAsERM() throws {
    try Repository.withTemporaryFolder { folder in
      var weights: [Data] = []
      for (name, strategy) in [("erm", "erm"), ("deferred", "gamma-threshold")] {
        var options = ShortRun.options(folder.appendingPathComponent(name), steps: 5)
        options.strategy = ShortRun.plugin(strategy)
        options.deferUntil = 1  // an epoch has eleven batches
        try ShortRun.train(options) { #expect($0.contains("never weighs")) }
        weights.append(try ShortRun.weights(folder.appendingPathComponent(name)))
      }
      #expect(weights[0] == weights[1])
    }
  }

  @Test func deferredStepsAreRecordedWithTheirOwnInputs() throws {
    try Repository.withTemporaryFolder { folder in
      let steps = folder.appendingPathComponent("steps")
      var options = ShortRun.options(folder.appendingPathComponent("run"), steps: 2)
      options.deferUntil = 1
      options.recordDirectory = steps.path
      try ShortRun.train(options) { #expect($0.contains("never weighs")) }
      for step in 0..<2 {
        let archive = try ShortRun.step(step, in: steps)
        let losses = try archive.array("loss").floats()
        let cosines = try archive.array("cosine").floats()
        #expect(losses.count == 40 && (0..<40).allSatisfy { cosines[$0 * 41] == 1 }, "step \(step)")
      }
    }
  }

  @Test func savedWeightsEvaluateToTheRunsResult() throws {
    try Repository.withTemporaryFolder { folder in
      let run = folder.appendingPathComponent("run")
      var options = ShortRun.options(run, steps: 22)
      options.model = "mlp"
      options.normalization = .dataset
      let result = try ShortRun.train(options)
      var evaluation = EvaluationOptions(weights: run.appendingPathComponent("weights.safetensors").path)
      evaluation.dataDirectory = ShortRun.data
      evaluation.batchSize = 77
      let metrics = try Evaluation(evaluation).metrics
      #expect(metrics.confusion == result.metrics.confusion)
      #expect(abs(metrics.negativeLogLikelihood - result.metrics.negativeLogLikelihood) < 1e-6)

      options.initialWeights = evaluation.weights
      options.runDirectory = folder.appendingPathComponent("continued").path
      options.learningRate = 0
      let continued = try ShortRun.train(options)
      #expect(continued.metrics.confusion == result.metrics.confusion)
    }
  }

  @Test func orderFilesDecideTheBatches() throws {
    try Repository.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("order.npy").path
      let ids: [Int64] = (0..<90).map { ($0 * 37) % 409 }
      try NumPyWriter.write(NamedTensor(name: "", shape: [90], integers: ids), to: file)
      var options = ShortRun.options(folder.appendingPathComponent("run"), steps: 3)
      options.order = .file(file)
      options.recordDirectory = folder.appendingPathComponent("steps").path
      try ShortRun.train(options)
      for (step, range) in [0..<40, 40..<80, 80..<90].enumerated() {
        let recorded = try ShortRun.step(step, in: folder.appendingPathComponent("steps"))
        let found = try recorded.array("sample_id").int64s()
        #expect(found == Array(ids[range]))
      }
    }
  }
}

// MARK: - Interruption

extension TrainerTests {
  @Test func interruptedRunsKeepWhatTheyHaveLearnt() throws {
    try Repository.withTemporaryFolder { folder in
      let run = folder.appendingPathComponent("run")
      let asked = Countdown(3)
      var trainer = try Trainer(
        ShortRun.options(run, steps: 20), commandLine: [], isInterrupted: { asked.isOver() }, warn: { _ in })
      let error = #expect(throws: TrainingError.self) { try trainer.run { _ in } }
      #expect(
        error == .interrupted(step: 3, checkpoint: 3, folder: run.path) && error?.status == .interrupted)
      let description = try String(contentsOf: run.appendingPathComponent("run.json"), encoding: .utf8)
      #expect(description.contains(#""status": "interrupted""#))

      // The same three steps, uninterrupted: the schedule of three steps in an epoch is the same.
      let whole = folder.appendingPathComponent("whole")
      try ShortRun.train(ShortRun.options(whole, steps: 3))
      let weights = try [run, whole].map { try ShortRun.weights($0) }
      #expect(weights[0] == weights[1])
    }
  }

  @Test func runsInterruptedBeforeTheFirstStepLeaveNothing() throws {
    try Repository.withTemporaryFolder { folder in
      let run = folder.appendingPathComponent("run")
      var trainer = try Trainer(
        ShortRun.options(run), commandLine: [], isInterrupted: { true }, warn: { _ in })
      #expect(throws: TrainingError.interrupted(step: 0, checkpoint: 0, folder: run.path)) {
        try trainer.run { _ in }
      }
      #expect(!FileManager.default.fileExists(atPath: run.path))
    }
  }
}
