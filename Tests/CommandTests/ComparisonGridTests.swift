internal import Foundation
internal import TestSupport
internal import Testing

/// 'compare' makes a row of every method, value and seed, and refuses what cannot be one.
@Suite struct ComparisonGridTests: Comparing {
  @Test func sweepsMultiplyTheMethodsThatHaveTheParameter() throws {
    try Repository.withTemporaryFolder { folder in
      let result = try compare(
        folder, strategies: "erm,gamma-threshold",
        more: [
          "--sweep", "temp=6,12", "--sweep", "lr=0.1,0.05", "--baseline", "erm", "--lr", "0.2", "--plan-only",
        ])
      #expect(result.status == 0, "\(result.errors)")
      let methods = try plan(folder).prefix(6).map { ["\($0["method"] ?? "")", "\($0["baseline"] ?? "")"] }
      #expect(
        methods == [
          ["erm lr=0.1", "erm lr=0.1"], ["erm lr=0.05", "erm lr=0.05"],
          ["gamma-threshold temp=6 lr=0.1", "erm lr=0.1"], ["gamma-threshold temp=6 lr=0.05", "erm lr=0.05"],
          ["gamma-threshold temp=12 lr=0.1", "erm lr=0.1"],
          ["gamma-threshold temp=12 lr=0.05", "erm lr=0.05"],
        ])
    }
  }

  @Test func anOptionOfAMethodComesBeforeThatOfAll() throws {
    try Repository.withTemporaryFolder { folder in
      let result = try compare(
        folder, strategies: "erm,erm+lr=0.2,focal:g=1",
        more: ["--lr", "0.05", "--objective", "logit-adjust", "--set", "detached=true", "--plan-only"])
      #expect(result.status == 0, "\(result.errors)")
      let lines = try plan(folder).prefix(3).map {
        ($0["arguments"] as? [String] ?? []).joined(separator: " ")
      }
      #expect(lines[0].contains("--lr 0.05") && lines[1].contains("--lr 0.2") && !lines[1].contains("0.05"))
      #expect(lines.allSatisfy { $0.contains("--objective logit-adjust") })
      #expect(lines.map { $0.contains("--set detached=true") } == [false, false, true])
      #expect(lines[2].contains("--set g=1"))
    }
  }

  @Test func aSettingOfTheObjectiveIsThatOfEveryMethodThatHasIt() throws {
    try Repository.withTemporaryFolder { folder in
      let result = try compare(
        folder, strategies: "erm+objective=vs,erm+objective=ldam,erm",
        more: ["--objective-set", "gamma=0.1", "--objective", "vs", "--plan-only"])
      #expect(result.status == 0, "\(result.errors)")
      let lines = try plan(folder).prefix(3).map {
        ($0["arguments"] as? [String] ?? []).joined(separator: " ")
      }
      #expect(lines.map { $0.contains("--objective-set gamma=0.1") } == [true, false, true])
      #expect(lines.map { $0.contains("--objective vs") } == [true, false, true])
    }
  }

  /// `--meta` of one method is that of all, so that their runs can be paired.
  @Test func allMethodsTrainWithoutWhatOneHoldsOut() throws {
    try Repository.withTemporaryFolder { folder in
      let result = try compare(folder, strategies: "erm,l2rw+meta=2", more: ["--plan-only"])
      #expect(result.status == 0 && result.errors.contains("held out, at most 2 a class, for l2rw"))
      let lines = try plan(folder).map { ($0["arguments"] as? [String] ?? []).joined(separator: " ") }
      #expect(lines.count == 4 && lines.allSatisfy { $0.contains("--meta 2") })
    }
  }

  @Test(
    arguments: [
      (["--sweep", "tempp=1,2"], 64, "'tempp' is neither an option of 'train' nor a parameter"),
      (["--sweep", "temp=1,frog"], 64, "temp"),
      (["--sweep", "lr=1,frog"], 64, "'--lr' got 'frog'"),
      (["--sweep", "temp=1,2"], 64, "the parameter 'temp' is given more than once"),
      (["--sweep", "isolate=1"], 64, "'--isolate' cannot be swept: it is there or not"),
      (["--sweep", "seed=1,2"], 64, "'--seed' cannot be swept: '--strategies', '--seeds'"),
      (["--objective-set", "gamma=1"], 64, "'gamma' is neither"),
      (["--baseline", "gce"], 64, "the baseline 'gce' is none of the methods"),
      (["--order", "/nowhere.npy"], 65, "/nowhere.npy"),
      (["--init", "/nowhere.safetensors"], 65, "/nowhere.safetensors"),
      (["--jobs", "0"], 64, "'--jobs' got '0'"),
    ] as [([String], Int32, String)])
  func whatCannotBePlannedIsRefusedBeforeAnythingIsWritten(
    _ more: [String], _ status: Int32, _ words: String
  ) throws {
    try Repository.withTemporaryFolder { folder in
      let result = try compare(folder, more: more)
      #expect(result.status == status && result.errors.contains(words), "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("out").path))
    }
  }
}
