internal import Foundation
internal import TestSupport
internal import Testing

/// Runs that are killed, at any step, and in the middle of writing, lose nothing but the work since their checkpoint.
@Suite(.enabled(if: CompiledPlugin.compiler != nil, "no C compiler")) struct KillTests {
  private static let steps = 8

  private func train(
    _ folder: URL, _ run: String, library: String, dyingAt step: Int? = nil, more: [String] = []
  ) throws -> ProgramResult {
    try TestSupport.run(
      program,
      [
        "train", "--dataset", "digits-lt", "--model", "mlp", "--epochs", "2", "--strategy",
        "\(library):memory",
        "--run-dir", folder.appendingPathComponent(run).path,
      ] + more, in: Repository.root,
      environment: step.map { ["MEMORY_DIES_AT": "\($0)"] } ?? [:])
  }

  private func library(in folder: URL) throws -> String {
    try CompiledPlugin.build(
      Repository.root.appendingPathComponent("Tests/HostTests/Training/memory.c"), in: folder)
  }

  /// What is the same for the same run.
  private func results(_ folder: URL, _ run: String) throws -> [Data] {
    try [
      "weights.safetensors", "score.npy", "samples.npz", "metrics.jsonl", "predictions.npz",
      "strategy-state.safetensors",
    ]
    .map { try Data(contentsOf: folder.appendingPathComponent("\(run)/\($0)")) }
  }

  @Test(arguments: ["steps:1", "steps:3", "1", "minutes:1"])
  func aRunKilledAtAnyStepEndsWithTheSameBytes(interval: String) throws {
    try Repository.withTemporaryFolder { folder in
      let library = try library(in: folder)
      #expect(try train(folder, "whole", library: library).status == 0)
      let expected = try results(folder, "whole")
      for step in 0..<Self.steps {
        let run = "killed\(step)"
        let more = ["--checkpoint-every", interval]
        #expect(try train(folder, run, library: library, dyingAt: step, more: more).status == 128 + SIGKILL)
        let resumed = try train(folder, run, library: library, more: more)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try results(folder, run) == expected, "killed at step \(step)")
      }
    }
  }

  /// In a process of its own the plugin alone is killed: the run fails, and goes on when it is started again.
  @Test func aRunWhosePluginIsKilledGoesOn() throws {
    try Repository.withTemporaryFolder { folder in
      let library = try library(in: folder)
      #expect(try train(folder, "whole", library: library).status == 0)
      let more = ["--isolate", "--checkpoint-every", "steps:2"]
      let failed = try train(folder, "killed", library: library, dyingAt: 5, more: more)
      #expect(failed.status == 1 && failed.errors.contains("step 5"), "\(failed.errors)")
      let resumed = try train(folder, "killed", library: library, more: more)
      #expect(resumed.status == 0 && resumed.errors.contains("going on from step 4"), "\(resumed.errors)")
      #expect(try results(folder, "killed") == results(folder, "whole"))
    }
  }

  /// TensorBoard shows each point once, in order, as of a run that was never stopped.
  @Test(.enabled(if: Python.interpreter != nil, "no .venv with tensorboard"))
  func curvesDoNotOverlap() throws {
    try Repository.withTemporaryFolder { folder in
      let library = try library(in: folder)
      let more = ["--checkpoint-every", "steps:3", "--log-every", "1"]
      #expect(try train(folder, "whole", library: library, more: more).status == 0)
      for step in [2, 5, 7] {
        #expect(
          try train(folder, "killed", library: library, dyingAt: step, more: more).status == 128 + SIGKILL)
      }
      #expect(try train(folder, "killed", library: library, more: more).status == 0)
      let script = """
        import sys
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        def curves(folder):
          a = EventAccumulator(folder, size_guidance={"scalars": 0, "histograms": 0}); a.Reload()
          timeless = [t for t in a.Tags()["scalars"] if "second" not in t]
          return {t: [(e.step, e.value) for e in a.Scalars(t)] for t in timeless} | {
            t: [(e.step, e.histogram_value.num) for e in a.Histograms(t)] for t in a.Tags()["histograms"]}
        whole, killed = curves(sys.argv[1]), curves(sys.argv[2])
        assert len(whole["step/loss"]) == 8 and len(whole["test/accuracy"]) == 2, whole
        assert whole == killed, (whole, killed)
        """
      let runs = ["whole", "killed"].map { folder.appendingPathComponent($0).path }
      let result = try Python.run(script, runs)
      #expect(result.status == 0, "\(result.errors)")
      let events = try FileManager.default.contentsOfDirectory(atPath: runs[1]).filter {
        $0.hasPrefix("events")
      }
      #expect(events.count == 3)
    }
  }
}
