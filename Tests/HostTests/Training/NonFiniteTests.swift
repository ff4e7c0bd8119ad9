import Foundation
import Host
import TestSupport
import Testing

/// A step whose numbers are not finite changes nothing: it stops the run, or is left out of it.
@Suite(.enabled(if: CompiledPlugin.compiler != nil, "no C compiler")) struct NonFiniteTests {
  /// A run under the plugins of `flawed.c`, which give numbers that are not finite at step 2.
  private func options(_ folder: URL, _ name: String, strategy: String = "flawed", objective: String? = nil)
    throws
    -> TrainingOptions
  {
    let library = try ShortRun.compile("flawed.c", into: folder)
    var options = ShortRun.options(folder.appendingPathComponent(name), steps: 4)
    options.model = "mlp"
    options.strategy = "\(library):\(strategy)"
    options.objective = objective.map { "\(library):\($0)" }
    return options
  }

  @Test(
    arguments: [
      ("flawed", nil, "under 'flawed', the weight that sample ", " got is nan"),
      ("steady", "flawed-loss", "under 'steady+flawed-loss', the loss that sample ", " got is inf"),
      (
        "steady", "flawed-gradient", "under 'steady+flawed-gradient', the logit_gradient that sample ",
        " got is nan"
      ),
      ("heavy", "huge", "under 'heavy+huge', the gradient of '", "' over samples "),
    ] as [(String, String?, String, String)])
  func aRunStopsWithStepSamplesPluginAndBatch(
    strategy: String, objective: String?, start: String, end: String
  ) throws {
    try Repository.withTemporaryFolder { folder in
      let options = try options(folder, "run", strategy: strategy, objective: objective)
      let error = #expect(throws: TrainingError.self) { try ShortRun.train(options, warn: { _ in }) }
      let problem = error?.problem ?? ""
      #expect(problem.hasPrefix("at step 2, \(start)") && problem.contains(end), "\(problem)")
      let kept = folder.appendingPathComponent("run/nonfinite/step-000002")
      #expect(problem.hasSuffix("the batch is kept in '\(kept.path)'"))
      let batch = try ShortRun.step(2, in: kept)
      #expect(try batch.array("sample_id").int64s().count == 40)
      #expect(batch.names.contains("gradient") == false && !batch.names.contains("weight"))

      // What is wrong with a plugin happens again on the batch alone.
      guard strategy == "flawed" else { return }
      let replay = ReplayOptions(trace: kept.path, strategy: options.strategy)
      let again = #expect(throws: PluginError.self) {
        _ = try Replay(replay, warn: { _ in }, reporting: { _, _ in })
      }
      #expect(again?.problem.contains("step 2") == true, "\(again?.problem ?? "")")
    }
  }

  /// What is learnt is what it would be without the batch: a run whose order lacks it ends with the same weights.
  @Test func aSkippedBatchHasNotBeen() throws {
    try Repository.withTemporaryFolder { folder in
      var skipping = try options(folder, "skipping")
      skipping.onNonFinite = .skip
      skipping.model = "resnet8"  // BatchNorm's statistics, too
      skipping.order = .sequential
      skipping.decay = .constant
      let told = Log()
      try ShortRun.train(skipping, warn: { told.add($0) })
      #expect(told.lines.contains { $0.hasPrefix("step 2 is left out: the weight that sample ") })

      let ids = Array(0..<80) + Array(120..<160)
      let file = folder.appendingPathComponent("order.npy").path
      try NumPyWriter.write(
        NamedTensor(name: "order", shape: [ids.count], integers: ids.map(Int64.init)), to: file)
      var without = try options(folder, "without", strategy: "steady")
      (without.model, without.steps, without.decay) = ("resnet8", 3, .constant)
      without.order = .file(file)
      try ShortRun.train(without, warn: { _ in })
      let weights = try ["skipping", "without"].map {
        try ShortRun.weights(folder.appendingPathComponent($0))
      }
      #expect(weights[0] == weights[1])

      let rows = try String(
        contentsOf: folder.appendingPathComponent("skipping/metrics.jsonl"), encoding: .utf8)
      let kinds = try rows.split(separator: "\n").map { try JSON(parsing: String($0))["kind"]?.string }
      #expect(kinds == ["step", "step", "skip", "step", "epoch"])
    }
  }

  @Test func anEpochOfSkippedBatchesEndsTheRun() throws {
    try Repository.withTemporaryFolder { folder in
      var options = try options(folder, "run")
      (options.batchSize, options.onNonFinite) = (500, .skip)  // one batch is an epoch
      #expect(throws: TrainingError.allSkipped(epoch: 2)) { try ShortRun.train(options, warn: { _ in }) }
    }
  }
}
