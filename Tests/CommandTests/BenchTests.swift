internal import Foundation
internal import Host
internal import TestSupport
internal import Testing

/// `bench` measures the step that `train` takes, and leaves nothing behind.
@Suite struct BenchTests {
  static let small = ["bench", "--model", "resnet8", "--batch-size", "16", "--warmup", "1", "--steps", "4"]

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let options: [String]
    /// What the answer says.
    let says: [String: String]
    /// A phase that takes time here.
    let phase: String
  }

  static let cases = [
    Case(
      testDescription: "plain", options: [], says: ["strategy": "erm", "dataset": "synthetic"],
      phase: "backward"),
    Case(
      testDescription: "reweighted",
      options: ["--strategy", "gamma-threshold", "--set", "temp=2", "--gradient-source", "network"],
      says: ["strategy": "gamma-threshold", "gradient_source": "network"], phase: "per_sample_gradients"),
    Case(
      testDescription: "a data set", options: ["--dataset", "digits-lt", "--threads", "1"],
      says: ["dataset": "digits-lt"], phase: "update"),
    Case(testDescription: "without workers", options: ["--num-workers", "0"], says: [:], phase: "data"),
  ]

  @Test(arguments: cases) func theAnswerIsWholeAndConsistent(_ c: Case) throws {
    let result = try run(program, Self.small + c.options + ["--json"], in: Repository.root)
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    let answer = try JSON(parsing: Array(result.output.utf8))
    for (key, text) in c.says { #expect(answer[key]?.string == text) }
    #expect(answer["model"]?.string == "resnet8" && answer["batch_size"]?.int == 16)
    #expect(answer["steps"]?.int == 4 && answer["warmup"]?.int == 1)

    let all = try #require(answer["step_ms"]?["all"]?.array).compactMap(\.double)
    let step = try #require(answer["step_ms"])
    #expect(all.count == 4 && step["min"]?.double == all.min())
    let order = try ["min", "p10", "median", "p90"].map { try #require(step[$0]?.double) }
    #expect(order == order.sorted() && order[0] > 0)
    let evaluation = try #require(answer["evaluation_ms"])
    #expect(try ["min", "p10", "median", "p90"].map { try #require(evaluation[$0]?.double) }[0] > 0)

    let phases = try #require(answer["phases_ms"]?.members)
    #expect(
      phases.map(\.key) == [
        "data", "forward", "objective", "per_sample_gradients", "strategy", "backward", "update", "other",
      ])
    // Each is a median of its own, at most the longest step.
    #expect(phases.allSatisfy { ($0.value.double ?? -1) >= 0 && ($0.value.double ?? 1e9) <= all.max() ?? 0 })
    #expect(try #require(answer["phases_ms"]?[c.phase]?.double) > 0)

    let images = try #require(answer["images_per_second"]?.double)
    #expect(abs(images * order[2] / 16_000 - 1) < 1e-6)
    for key in ["gflops", "peak_gflops"] { #expect(try #require(answer[key]?.double) > 0) }
    #expect(try #require(answer["peak_memory_bytes"]?.int) > 1 << 20)
  }

  @Test func theTableNamesEveryPhase() throws {
    let result = try run(program, Self.small, in: Repository.root)
    #expect(result.status == 0 && result.errors.isEmpty)
    for word in [
      "resnet8 on synthetic: batches of 16, erm,", "median of 4 steps after 1", "data", "forward",
      "per sample gradients", "strategy", "backward", "update", "other", "evaluation", "images/s", "GFLOP/s",
      "MiB at most",
    ] { #expect(result.output.contains(word), "\(result.output)") }
  }

  @Test func nothingIsLeftBehind() throws {
    try Repository.withTemporaryFolder { folder in
      let result = try run(program, Self.small, in: folder)
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(result.status == 0 && left.isEmpty, "\(left)")
    }
  }

  @Test(arguments: [
    (["--dataset", "none"], Int32(65), "no training set of 'none'"), (["--set", "temp=1"], 64, "temp"),
    (["--strategy", "erm2"], 64, "erm2"), (["--steps", "0"], 64, "from 1 to 1000000"),
    (["--objective-set", "a=1"], 64, "'bench' needs the option '--objective'"),
  ])
  func mistakesAreRefusedAsByTrain(options: [String], status: Int32, says: String) throws {
    let result = try run(program, ["bench"] + options, in: Repository.root)
    #expect(result.status == status && result.output.isEmpty)
    #expect(result.errors.contains(says) && result.errors.contains("\n  Try: "), "\(result.errors)")
  }
}
