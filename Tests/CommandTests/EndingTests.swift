internal import Foundation
internal import TestSupport
internal import Testing

/// How runs end when the disk ends them.
@Suite struct EndingTests {
  /// A limit of file size stands for a disk without room: the system refuses the write in the same way.
  @Test func weightsWithoutRoomFailTheRun() throws {
    try Repository.withTemporaryFolder { folder in
      let run = folder.appendingPathComponent("run").path
      let script = "ulimit -f 200; exec \"$BRHOST\" train --dataset digits-lt --steps 2 --run-dir \"$RUN\""
      let result = try TestSupport.run(
        URL(fileURLWithPath: "/bin/sh"), ["-c", script], in: Repository.root,
        environment: ["BRHOST": program.path, "RUN": run])
      #expect(result.status == 1)
      #expect(result.errors.contains("weights.safetensors") && result.errors.contains("\n  Try: "))
      let names = try FileManager.default.contentsOfDirectory(atPath: run)
      #expect(!names.contains { $0.hasPrefix("weights") || $0.hasPrefix(".") })
      let description = try String(contentsOfFile: run + "/run.json", encoding: .utf8)
      #expect(description.contains(#""status": "failed""#))
    }
  }

  @Test func predictionsThatCannotBeWrittenAreAFailure() throws {
    try Repository.withTemporaryFolder { folder in
      let run = folder.appendingPathComponent("run").path
      let train = ["train", "--dataset", "digits-lt", "--steps", "1", "--run-dir", run]
      #expect(try TestSupport.run(program, train, in: Repository.root).status == 0)
      let evaluate = [
        "eval", "--weights", run + "/weights.safetensors", "--predictions", run + "/none/x.npz",
      ]
      let result = try TestSupport.run(program, evaluate, in: Repository.root)
      #expect(result.status == 1 && result.errors.contains("/none/x.npz"), "\(result.errors)")
    }
  }
}
