internal import Foundation
internal import Host
internal import TestSupport
internal import Testing
internal import brhost

/// `report` prints, and writes the files that it is asked for, whole or not at all.
@Suite struct ReportCommandTests {
  /// Calls `body` with a folder whose folder `runs` holds two methods of two seeds.
  private static func withRuns(_ body: (URL) throws -> Void) throws {
    try Repository.withTemporaryFolder { folder in
      for (index, name) in ["erm", "erm", "focal", "focal"].enumerated() {
        let run: JSON = [
          "status": "done", "strategy": ["id": JSON(name)], "seed": JSON(index % 2),
          "data": ["name": "digits-lt", "train_counts": [9, 4]],
          "result": ["accuracy": JSON(0.5 + 0.125 * Double(index))],
        ]
        let path = folder.appendingPathComponent("runs/\(index)")
        try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
        try Data(run.line.utf8).write(to: path.appendingPathComponent("run.json"))
        try Data().write(to: path.appendingPathComponent("metrics.jsonl"))
      }
      try body(folder)
    }
  }

  private static func report(_ line: String, in folder: URL) throws -> ProgramResult {
    try run(program, ["report"] + words(line), in: folder)
  }

  @Test func everyFormatIsWrittenBesideTheText() throws {
    try Self.withRuns { folder in
      let files = [
        "csv": "data,method", "markdown": "# Comp", "latex": "% Needs", "svg": "<svg", "json": "{",
      ]
      // A file of that name is replaced.
      try Data(repeating: 65, count: 100_000).write(to: folder.appendingPathComponent("x.csv"))
      let options = files.keys.map { "--\($0) x.\($0)" }.joined(separator: " ")
      let result = try Self.report("runs \(options)", in: folder)
      #expect(result.status == 0 && result.errors == "" && result.output.hasPrefix("mean ±"))
      for (name, start) in files {
        let content = try String(contentsOf: folder.appendingPathComponent("x.\(name)"), encoding: .utf8)
        #expect(content.hasPrefix(start) && !content.contains("AAAA"), "\(name)")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 6)
    }
  }

  @Test(arguments: [
    ("runs --csv x --markdown x", "two reports are to be written to 'x'"),
    ("runs --csv runs/0/run.json", "would overwrite 'runs/0/run.json', a record"),
    ("runs --csv a.csv --json runs/1/metrics.jsonl", "would overwrite 'runs/1/metrics.jsonl', a record"),
  ])
  func whatWouldBeLostIsNotWritten(_ line: String, _ words: String) throws {
    try Self.withRuns { folder in
      let result = try Self.report(line, in: folder)
      #expect(result.status == 64 && result.errors.contains(words), "\(result.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["runs"])
      let run = try Data(contentsOf: folder.appendingPathComponent("runs/0/run.json"))
      #expect(try JSON(parsing: Array(run))["status"] == "done")
    }
  }

  /// A folder of that name is no comparison's.
  @Test func aReportInAFolderOfLogsIsReplaced() throws {
    try Self.withRuns { folder in
      let logs = folder.appendingPathComponent("logs")
      try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
      for _ in 0..<2 { #expect(try Self.report("runs --csv logs/x.csv", in: folder).status == 0) }
    }
  }

  @Test(arguments: ["runs --json", "--json runs", "runs --json --svg x.svg"])
  func jsonWithoutAFileIsPrintedAlone(_ line: String) throws {
    try Self.withRuns { folder in
      let result = try Self.report(line, in: folder)
      #expect(result.status == 0)
      #expect(try JSON(parsing: result.output)["groups"]?.array?.count == 1)
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/--svg"))
    }
  }

  @Test func jsonIntoAFileLeavesTheText() throws {
    try Self.withRuns { folder in
      for line in ["runs --json=x", "--json x runs"] {
        let result = try Self.report(line, in: folder)
        #expect(result.status == 0 && result.output.hasPrefix("mean ±"))
        #expect(
          try JSON(parsing: Array(Data(contentsOf: folder.appendingPathComponent("x"))))["groups"] != nil)
      }
    }
  }

  @Test func theBaselineCanBeChosen() throws {
    try Self.withRuns { folder in
      #expect(try Self.report("runs --baseline focal", in: folder).output.contains("difference to focal"))
      let result = try Self.report("runs --baseline fokal --csv x", in: folder)
      #expect(result.status == 64 && result.output == "")
      #expect(result.errors.contains("no method is called 'fokal'; there are 'erm', 'focal'"))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/x"))
    }
  }

  @Test(arguments: ["--csv=", "--csv runs", "--csv no/folder/x", "--json=no/folder/x"])
  func whatCannotBeWrittenIsAnError(_ option: String) throws {
    try Self.withRuns { folder in
      let result = try Self.report("\(option) runs", in: folder)
      #expect(result.status != 0 && result.errors.contains("Try:"), "\(result.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["runs"])
    }
  }

  @Test func damagedRunsAreNotesAndNoFailure() throws {
    try Self.withRuns { folder in
      try Data("{".utf8).write(to: folder.appendingPathComponent("runs/0/run.json"))
      try Data("x".utf8).write(to: folder.appendingPathComponent("runs/1/metrics.jsonl"))
      let result = try Self.report("runs", in: folder)
      #expect(result.status == 0 && result.output.contains("note: 'runs/0/run.json' does not describe a run"))
      #expect(result.output.contains("note: 'runs/1/metrics.jsonl': 1 damaged line skipped"))
    }
  }
}
