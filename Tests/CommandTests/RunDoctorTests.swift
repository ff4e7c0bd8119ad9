internal import Foundation
internal import Host
internal import TestSupport
internal import Testing

/// The doctor says what is left of a run, and what can be made of it.
@Suite struct RunDoctorTests {
  /// A run with two checkpoints and all that a run leaves, and what the doctor says after `harm` was done to it.
  private func examine(_ harm: (URL) throws -> Void = { _ in }) throws -> ProgramResult {
    try Repository.withTemporaryFolder { folder in
      let run = folder.appendingPathComponent("run")
      let train = [
        "train", "--dataset", "digits-lt", "--model", "mlp", "--epochs", "2", "--strategy", "gamma-threshold",
        "--checkpoint-every", "steps:3", "--validation", "0.2", "--run-dir", run.path,
      ]
      #expect(try TestSupport.run(program, train, in: Repository.root).status == 0)
      try harm(run)
      return try TestSupport.run(program, ["doctor", run.path])
    }
  }

  @Test func aWholeRunIsWhole() throws {
    let result = try examine()
    #expect(result.status == 0, "\(result.output)")
    for line in [
      "the checksums of all", "step-00000003.safetensors", "best.safetensors",
      "6 steps, 2 epochs, each once and in order",
      "whole events in 'events.out.tfevents.", "scores of 409 samples",
      "visits, weights and losses of 409 samples", "the run is finished",
      " 0 failed, 0 with a warning.",
    ] { #expect(result.output.contains(line), "\(line) is not in \(result.output)") }
  }

  @Test(arguments: [
    ("metrics.jsonl", "3 damaged lines"), ("run.json", "run.json' is missing or damaged"),
    ("weights.safetensors", "is not a"), ("predictions.npz", "predictions.npz"), ("score.npy", "score.npy"),
    ("samples.npz", "samples.npz"),
    ("checkpoints/step-00000006.safetensors", "is not what was written"),
    ("checkpoints/best.safetensors", "is not what was written"),
  ])
  func aDamagedFileIsNamed(name: String, finding: String) throws {
    let result = try examine { run in
      let file = run.appendingPathComponent(name)
      var bytes = try Data(contentsOf: file)
      if name.hasPrefix("checkpoints") {
        bytes[bytes.count - 1] ^= 1
      } else {
        bytes.replaceSubrange(0..<9, with: Data("x\n{\n\n\n\n\n\n".utf8))
      }
      try bytes.write(to: file)
    }
    #expect(result.status == 1)
    #expect(
      result.output.split(separator: "\n").contains { $0.hasPrefix("failed") && $0.contains(finding) },
      "\(result.output)")
    #expect(result.output.contains("  Try: "))
  }

  @Test func whatCanGoOnIsSaid() throws {
    let result = try examine { run in
      let file = run.appendingPathComponent("run.json")
      let text = try String(contentsOf: file, encoding: .utf8)
      try Data(text.replacing(#""status": "done""#, with: #""status": "running""#).utf8).write(to: file)
      try Data().write(to: run.appendingPathComponent("checkpoints/.step-00000009.safetensors.77.tmp"))
      let last = run.appendingPathComponent("checkpoints/step-00000006.safetensors")
      try Data(contentsOf: last).dropLast().write(to: last)
    }
    #expect(result.status == 1)
    #expect(result.output.contains("again goes on from step 6"), "\(result.output)")
    #expect(result.output.contains("1 left by a process that was killed"))
    #expect(result.output.contains("is a damaged safetensors file"))
  }

  @Test func whatIsNoRunIsRefused() throws {
    try Repository.withTemporaryFolder { folder in
      #expect(try TestSupport.run(program, ["doctor", folder.path]).status == 1)
      let missing = try TestSupport.run(program, ["doctor", folder.path + "/none"])
      #expect(missing.status == 65 && missing.errors.contains("/none"), "\(missing.errors)")
    }
  }
}
