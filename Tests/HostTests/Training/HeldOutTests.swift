import Foundation
import Host
import TestSupport
import Testing

/// Samples are held out where a strategy needs them, or where the user wants to compare with one that does.
@Suite struct HeldOutTests {
  private func counts(_ options: TrainingOptions) throws -> JSON? {
    let path = URL(fileURLWithPath: options.runDirectory ?? "").appendingPathComponent("run.json")
    return try JSON(parsing: Array(Data(contentsOf: path)))["data"]?["train_counts"]
  }

  private func visited(_ options: TrainingOptions) throws -> [Bool] {
    try NPZ(path: (options.runDirectory ?? "") + "/samples.npz").array("visits").int64s().map { $0 > 0 }
  }

  @Test(.enabled(if: CompiledPlugin.compiler != nil, "no C compiler"))
  func everyStrategyTrainsOnTheSameSamplesIfTold() throws {
    try Repository.withTemporaryFolder { folder in
      let probe = try ShortRun.compileProbe(into: folder) + ":probe"
      let told = Log()
      func run(_ name: String, _ strategy: String, meta: Int?) throws -> TrainingOptions {
        var options = ShortRun.options(folder.appendingPathComponent(name))
        (options.steps, options.epochs, options.model) = (nil, 1, "mlp")
        (options.strategy, options.metaPerClass) = (strategy, meta)
        try ShortRun.train(options, warn: { told.add($0) })
        return options
      }
      let erm = ShortRun.plugin("erm")
      let (asking, other) = try (run("asking", probe, meta: 2), run("other", erm, meta: 2))
      #expect(try counts(asking) == JSON([118, 84, 60, 42, 30, 21, 14, 10, 6, 4]))
      #expect(try counts(other) == counts(asking) && visited(other) == visited(asking))
      #expect(try visited(other).count { !$0 } == 20)

      #expect(told.lines == [])
      let (plain, usual) = try (run("plain", erm, meta: nil), run("usual", probe, meta: nil))
      #expect(try visited(plain).allSatisfy { $0 })
      // The smallest class, of 6, keeps half of its samples.
      #expect(try visited(usual).count { !$0 } == 30)
      let run = try JSON(parsing: Array(Data(contentsOf: folder.appendingPathComponent("usual/run.json"))))
      #expect(run["settings"]?["meta_per_class"] == 3)
      #expect(told.lines.map { $0.hasPrefix("3 samples of each class are held out") } == [true])
    }
  }

  @Test func runsThatHoldOutOtherSamplesAreOtherRuns() throws {
    try Repository.withTemporaryFolder { folder in
      var options = ShortRun.options(folder.appendingPathComponent("run"), steps: 1)
      options.model = "mlp"
      try ShortRun.train(options)
      options.metaPerClass = 2
      let error = #expect(throws: TrainingError.self) { try ShortRun.train(options) }
      #expect(
        error?.problem.contains("meta_per_class is 0 there and 2 here") == true, "\(error?.problem ?? "")")
      let names = [nil, 2, 3].map { count in
        options.metaPerClass = count
        return options.configurationName(strategy: "erm", objective: nil)
      }
      #expect(Set(names).count == 3)
    }
  }
}
