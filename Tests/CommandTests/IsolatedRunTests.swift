internal import Foundation
internal import TestSupport
internal import Testing

/// Whole runs whose plugins live in processes of their own.
@Suite struct IsolatedRunTests {
  private static let faulty = Repository.root.appendingPathComponent("Tests/ContractTests/Plugins/faulty.c")

  private func train(_ arguments: [String], into run: String) throws -> ProgramResult {
    let start = ["train", "--dataset", "digits-lt", "--run-dir", run]
    return try TestSupport.run(program, start + arguments, in: Repository.root)
  }

  /// Skipped without a C compiler.
  @Test(.enabled(if: CompiledPlugin.compiler != nil))
  func crashEndsTheRunWithItsRecordsIntact() throws {
    try Repository.withTemporaryFolder { folder in
      let crash = "-DSTEP=if (step->step == 7) *(volatile int *)8 = 1"
      let plugin = try CompiledPlugin.build(Self.faulty, [crash], in: folder)
      let run = folder.appendingPathComponent("run").path
      let result = try train(["--strategy", plugin, "--isolate", "--steps", "20", "--json"], into: run)
      #expect(result.status == 1 && result.output.isEmpty)
      let message = "plugin 'faulty' ended by signal 11 (SIGSEGV: invalid memory access), in step 7"
      #expect(result.errors.contains("what 7 steps have taught is kept in '\(run)'"), "\(result.errors)")
      #expect(result.errors.contains("\(message)\n  Try: "), "\(result.errors)")
      let rows = try String(contentsOfFile: run + "/metrics.jsonl", encoding: .utf8).split(separator: "\n")
      #expect(rows.filter { $0.contains(#""kind":"step""#) }.count == 7)
      let description = try String(contentsOfFile: run + "/run.json", encoding: .utf8)
      #expect(description.contains(#""status": "failed""#) && description.contains(message))
      let again = try train(["--steps", "1", "--init", run + "/weights.safetensors"], into: run + "2")
      #expect(again.status == 0, "\(again.errors)")
    }
  }

  @Test func resultsAreTheSameBytesAsWithoutIsolation() throws {
    try Repository.withTemporaryFolder { folder in
      let settings = ["--strategy", "gamma-threshold", "--set", "temp=12.8", "--set", "history=mean"]
      let runs = try [["--isolate"], ["--threads", "1"], ["--lock-down", "--threads", "2"]].map { options in
        let run = folder.appendingPathComponent(options.joined()).path
        let result = try train(settings + options + ["--epochs", "2"], into: run)
        #expect(result.status == 0, "\(result.errors)")
        return run
      }
      for file in [
        "weights.safetensors", "score.npy", "samples.npz", "strategy-state.safetensors", "predictions.npz",
      ] {
        let bytes = try runs.map { try Data(contentsOf: URL(fileURLWithPath: "\($0)/\(file)")) }
        #expect(bytes[0] == bytes[1] && bytes[1] == bytes[2], "\(file)")
      }
    }
  }

  /// Skipped without a C compiler.
  @Test(.enabled(if: CompiledPlugin.compiler != nil))
  func processOfAHangingPluginEndsAfterItsParent() throws {
    try Repository.withTemporaryFolder { folder in
      let mark = "brhost-test-\(UUID().uuidString)"
      let hang = "-DSTEP=if (step->step == 2) for (;;) sched_yield()"
      let plugin = try CompiledPlugin.build(Self.faulty, [hang], in: folder)
      let script = """
        "$BRHOST" train --dataset digits-lt --steps 5 --run-dir "$RUN" --strategy "$PLUGIN" --isolate \\
          --plugin-timeout 1 & pid=$!
        for i in $(seq 600); do
          grep -q '"step":1,' "$RUN/metrics.jsonl" 2>/dev/null && break
          sleep 0.02
        done
        # Whether a process of the plugin with our mark is there.
        is_left() {
          for p in /proc/[0-9]*; do
            tr '\\0' ' ' < $p/cmdline 2>/dev/null | grep -q '^brhost isolated-plugin faulty' || continue
            tr '\\0' '\\n' < $p/environ 2>/dev/null | grep -q "^MARK=$MARK" && return 0
          done
          return 1
        }
        is_left || exit 8
        kill -KILL $pid
        for i in $(seq 200); do
          is_left || exit 0
          sleep 0.1
        done
        exit 9
        """
      let result = try TestSupport.run(
        URL(fileURLWithPath: "/bin/sh"), ["-c", script], in: Repository.root,
        environment: [
          "BRHOST": program.path, "RUN": folder.path + "/run", "PLUGIN": plugin, "MARK": mark,
        ])
      #expect(result.status == 0, "\(result.errors)")
    }
  }

  /// Skipped without a C compiler.
  @Test(.enabled(if: CompiledPlugin.compiler != nil))
  func interruptionReachesThePluginsProcess() throws {
    try Repository.withTemporaryFolder { folder in
      let wait = "-DSTEP=if (step->step == 2) while (!br_cancelled(step->host)) sched_yield()"
      let plugin = try CompiledPlugin.build(Self.faulty, [wait], in: folder)
      let run = folder.appendingPathComponent("run").path
      let script = """
        "$BRHOST" train --dataset digits-lt --epochs 100000 --run-dir "$RUN" --strategy "$PLUGIN" --isolate & pid=$!
        for i in $(seq 600); do
          grep -q '"step":1,' "$RUN/metrics.jsonl" 2>/dev/null && break
          sleep 0.05
        done
        kill -INT $pid
        { sleep 20; kill -KILL $pid; } & watch=$!
        wait $pid; status=$?
        kill $watch
        exit $status
        """
      let result = try TestSupport.run(
        URL(fileURLWithPath: "/bin/sh"), ["-c", script], in: Repository.root,
        environment: ["BRHOST": program.path, "RUN": run, "PLUGIN": plugin])
      #expect(result.status == 75, "\(result.errors)")
      #expect(FileManager.default.fileExists(atPath: run + "/weights.safetensors"))
    }
  }
}
