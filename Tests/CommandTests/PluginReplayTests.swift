internal import Foundation
internal import Host
internal import TestSupport
internal import Testing

/// `plugin replay` on what `train --record` left.
@Suite struct PluginReplayTests {
  private func withTrace(steps: Int, _ body: (_ folder: URL) throws -> Void) throws {
    try Repository.withTemporaryFolder { folder in
      let result = try run(
        program,
        [
          "train", "--dataset", "digits-lt", "--strategy", "gamma-threshold", "--set", "temp=8", "--steps",
          "\(steps)",
          "--batch-size", "32", "--record", folder.appendingPathComponent("steps").path, "--run-dir",
          folder.appendingPathComponent("run").path,
        ], in: Repository.root)
      #expect(result.status == 0, "\(result.errors)")
      try body(folder)
    }
  }

  @Test func longTraceIsShownInTwentyRowsAndToldWhole() throws {
    try withTrace(steps: 50) { folder in
      let words = [
        "plugin", "replay", "--trace", "steps", "--strategy", "gamma-threshold", "--set", "temp=8",
      ]
      let table = try run(program, words + ["--picture", "a.svg"], in: folder)
      #expect(table.status == 0 && table.errors.isEmpty, "\(table.errors)")
      let rows = table.output.split(separator: "\n").filter {
        $0.wholeMatch(of: /\ *\d+ +\d+ +\d+ +.*/) != nil
      }
      #expect(
        rows.count == 20 && rows.first?.hasPrefix("     0 ") == true
          && rows.last?.hasPrefix("    49 ") == true)
      #expect(table.output.contains("recorded weights bit for bit in 50 steps"))
      #expect(table.output.split(separator: "\n").allSatisfy { $0.count <= 110 })
      let picture = try String(contentsOf: folder.appendingPathComponent("a.svg"), encoding: .utf8)
      #expect(picture.hasPrefix("<svg") && picture.contains("gamma-threshold 1.0.0 temp=8"))
      let answer = try JSON(parsing: try run(program, words + ["--json"], in: folder).output)
      #expect(answer["steps"]?.array?.count == 50)
      #expect(answer["reproduction"]?["identical_steps"]?.int == 50)
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let options: String
    let status: Int32
    let says: String
    var testDescription: String { options }
  }

  static let refused = [
    Case(options: "--trace none --strategy erm", status: 65, says: "none/trace.json"),
    Case(options: "--trace steps --strategy erm --steps 1-9", status: 64, says: "holds steps 0 to 1"),
    Case(options: "--trace steps --strategy gamma --json", status: 64, says: "no strategy 'gamma'"),
    Case(options: "--trace steps --strategy erm --set x=1", status: 64, says: "has no parameter 'x'"),
    Case(options: "--trace steps --strategy erm --picture no/a.svg", status: 1, says: "no/a.svg"),
  ]

  @Test func refusalsLeaveNothingBehind() throws {
    try withTrace(steps: 2) { folder in
      for c in Self.refused {
        let words = c.options.split(separator: " ").map(String.init)
        let result = try run(program, ["plugin", "replay"] + words, in: folder)
        #expect(result.status == c.status && result.errors.contains(c.says), "\(c.options): \(result.errors)")
        #expect(result.output.isEmpty && result.errors.contains("\n  Try: "))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["run", "steps"])
    }
  }
}
