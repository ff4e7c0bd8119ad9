internal import Foundation
internal import TestSupport
internal import Testing

/// 'compare' trains every row of its plan once, whatever stops it, and the others where one fails.
@Suite struct CompareTests: Comparing {
  // MARK: - Rows

  @Test func everyRowIsTrainedOnceAndAgainOnlyWhenItIsNew() throws {
    try Repository.withTemporaryFolder { folder in
      let first = try compare(folder)
      #expect(first.status == 0, "\(first.errors)")
      let begun = first.errors.components(separatedBy: ": training\n").count - 1
      #expect(begun == 4)
      #expect(try states(folder) == ["done", "done", "done", "done"])
      let before = try results(folder)
      let report = try String(
        contentsOf: folder.appendingPathComponent("out/report.html"), encoding: .utf8)
      #expect(report.contains("gamma-threshold:temp=12.8") && report.hasSuffix("</html>\n"))
      let again = try compare(folder)
      #expect(again.status == 0 && !again.errors.contains("training"), "\(again.errors)")
      let more = try compare(folder, strategies: "erm,gamma-threshold:temp=12.8,gamma-threshold")
      #expect(more.status == 0 && more.errors.components(separatedBy: ": training\n").count - 1 == 2)
      let after = try results(folder)
      #expect(after.count == 24 && before.allSatisfy { after[$0] == $1 })
    }
  }

  /// A row is what 'train' makes of its arguments.
  @Test func aRowIsTheRunOfItsArguments() throws {
    try Repository.withTemporaryFolder { folder in
      #expect(try compare(folder, more: ["--jobs", "2"]).status == 0)
      let last = try #require(try plan(folder).last)
      let words = try #require(last["arguments"] as? [String])
      let run = folder.appendingPathComponent("alone")
      let alone = try TestSupport.run(
        program, ["train"] + words + ["--run-dir", run.path], in: Repository.root)
      #expect(alone.status == 0, "\(alone.errors)")
      let id = try #require(last["row"] as? String)
      for file in ["weights.safetensors", "metrics.jsonl"] {
        #expect(
          try Data(contentsOf: run.appendingPathComponent(file))
            == results(folder)["\(id)/\(file)"], "\(file)")
      }
    }
  }

  @Test func oneRowCanBeTrainedAlone() throws {
    try Repository.withTemporaryFolder { folder in
      #expect(try compare(folder, more: ["--plan-only"]).status == 0)
      #expect(try states(folder) == ["planned", "planned", "planned", "planned"])
      let out = folder.appendingPathComponent("out").path
      // From another folder than the plan's.
      let one = try TestSupport.run(program, ["compare", "run", out, "--row", "3"], in: folder)
      #expect(one.status == 0, "\(one.errors)")
      #expect(try states(folder) == ["planned", "planned", "done", "planned"])
      let none = try TestSupport.run(program, ["compare", "run", out, "--row", "9"])
      #expect(none.status == 64 && none.errors.contains("has no row '9'; it has 4 rows"), "\(none.errors)")
    }
  }

  @Test(.enabled(if: CompiledPlugin.compiler != nil, "no C compiler"))
  func aRowThatFailsStopsNoOther() throws {
    try Repository.withTemporaryFolder { folder in
      let library = try CompiledPlugin.build(
        Repository.root.appendingPathComponent("Tests/HostTests/Training/memory.c"), in: folder)
      let strategies = "\(library):memory,erm"
      // The plugin kills its process at step 3, as a crash would.
      let failing = ["MEMORY_DIES_AT": "3"]
      let first = try TestSupport.run(
        program, arguments(folder, strategies: strategies, more: ["--isolate"]), in: Repository.root,
        environment: failing)
      #expect(first.status == 1 && first.errors.contains("2 of 4 rows failed"), "\(first.errors)")
      #expect(try states(folder) == ["failed", "done", "failed", "done"])
      let reason = try rows(folder)[0]["reason"] as? String
      #expect(reason?.contains("signal 9") == true, "\(reason ?? "")")
      let untouched = try compare(folder, strategies: strategies, more: ["--isolate"])
      #expect(untouched.status == 1 && !untouched.errors.contains("training"), "\(untouched.errors)")
      let retried = try compare(folder, strategies: strategies, more: ["--isolate", "--retry-failed"])
      #expect(retried.status == 0, "\(retried.errors)")
      #expect(try states(folder) == ["done", "done", "done", "done"])
    }
  }

  // MARK: - Interruptions

  /// Stopped at many places, by a signal to it or by its sudden end, a comparison ends with the bytes of one that was
  /// not.
  @Test(arguments: [SIGINT, SIGTERM, SIGKILL])
  func aStoppedComparisonGoesOnToTheSameBytes(signal: Int32) throws {
    try Repository.withTemporaryFolder { folder in
      let more = ["--epochs", "12", "--jobs", "2", "--checkpoint-every", "steps:7"]
      #expect(try compare(folder, "whole", more: more).status == 0)
      var stops = 0
      for attempt in 0..<5 {
        let running = try RunningProgram(arguments(folder, more: more), in: folder)
        while running.isRunning, !running.errors.contains(": training") {
          Thread.sleep(forTimeInterval: 0.01)
        }
        Thread.sleep(forTimeInterval: 0.03 + 0.07 * Double(attempt))
        running.send(signal)
        let status = try running.status()
        if status == 0 { break }
        stops += 1
        #expect(status == (signal == SIGKILL ? 128 + SIGKILL : 75), "\(running.errors)")
        // What it had started ends by itself.
        for _ in 0..<500 where try states(folder).contains("running") { Thread.sleep(forTimeInterval: 0.02) }
        #expect(try !states(folder).contains("running"))
      }
      let final = try compare(folder, more: more)
      #expect(final.status == 0, "\(final.errors)")
      #expect(stops > 0)
      #expect(try results(folder) == results(folder, "whole"))
    }
  }

  // MARK: - Folders

  @Test func theFolderOfARunIsNoPlaceForAComparison() throws {
    try Repository.withTemporaryFolder { folder in
      let words = ["train", "--dataset", "digits-lt", "--model", "mlp", "--steps", "1", "--run-dir"]
      let out = folder.appendingPathComponent("out").path
      #expect(try TestSupport.run(program, words + [out], in: Repository.root).status == 0)
      let before = try Data(contentsOf: URL(fileURLWithPath: out + "/run.json"))
      let result = try compare(folder)
      #expect(result.status == 1 && result.errors.contains("already holds a run"), "\(result.errors)")
      #expect(try Data(contentsOf: URL(fileURLWithPath: out + "/run.json")) == before)
      #expect(!FileManager.default.fileExists(atPath: out + "/plan.json"))
    }
  }

  @Test func aSecondComparisonInAFolderIsRefused() throws {
    try Repository.withTemporaryFolder { folder in
      let running = try RunningProgram(arguments(folder, more: ["--epochs", "100000"]), in: folder)
      try running.wait(for: ": training", in: running.errorFile)
      let second = try compare(folder)
      #expect(second.status == 1 && second.errors.contains("is in use by process"), "\(second.errors)")
      running.send(SIGINT)
      #expect(try running.status() == 75)
    }
  }
}
