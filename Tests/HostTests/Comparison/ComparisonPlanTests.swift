internal import Host
internal import Testing

/// A plan says what is trained, in words that `train` takes, and is read only as it was written.
@Suite struct ComparisonPlanTests {
  private static func row(_ method: String, seed: UInt64 = 1, hash: Character) -> ComparisonPlan.Row {
    .init(
      method: method, baseline: "erm", dataset: "digits-lt", seed: seed,
      settingsHash: String(repeating: "0", count: 6) + String(repeating: hash, count: 58),
      arguments: ["--dataset", "digits-lt", "--strategy", method])
  }

  private static let plan = ComparisonPlan(
    version: "1", commandLine: ["brhost", "compare"], directory: "/tmp", created: "2030-01-01T00:00:00Z",
    baseline: "erm",
    rows: [row("erm", hash: "a"), row("focal", seed: .max, hash: "b"), row("alias", hash: "a")])

  @Test func readsWhatItWrites() throws {
    let bytes = Array(Self.plan.json.pretty.utf8)
    #expect(try ComparisonPlan(parsing: bytes, path: "plan.json") == Self.plan)
  }

  @Test func methodsThatMeanTheSameRunShareIt() {
    #expect(Self.plan.rows.count == 3 && Self.plan.runs.map(\.method) == ["erm", "focal"])
    #expect(Self.plan.methods == ["erm", "focal", "alias"])
  }

  @Test(arguments: [
    ("1", "erm"), ("2", "focal"), ("000000bbbbbb", "focal"), ("000000b", "focal"), ("0", nil), ("4", nil),
    ("000000", nil), ("", nil), ("-1", nil),
  ])
  func aRowIsNamedByItsIdItsBeginningOrItsPlace(_ name: String, _ method: String?) {
    #expect(Self.plan.row(name)?.method == method)
  }

  /// What is changed in the plan's text, and what the message says.
  @Test(arguments: [
    (#""brhost_plan": 1"#, #""brhost_plan": 2"#, "'brhost_plan' is not 1"),
    (#""baseline": "erm""#, #""baseline": "gce""#, "no row is of the baseline"),
    (
      "\"focal\",\n      \"baseline\": \"erm\"", "\"focal\",\n      \"baseline\": \"gce\"",
      "no row is of the baseline"
    ),
    (#""directory": "/tmp""#, #""directory": 7"#, "'directory' is no text"),
    (#""row": "000000bbbbbb""#, #""row": "../../../etc""#, "row 2 is damaged"),
    (#""seed": 1,"#, #""seed": -1,"#, "row 1 is damaged"),
    (#""seed": 1,"#, #""seed": 1.5,"#, "row 1 is damaged"),
    (#""--dataset","#, "7,", "row 1 is damaged"),
    (#""brhost", "compare""#, "null", "'command_line' is no list of texts"),
  ])
  func aDamagedPlanIsRefusedWithItsPlace(_ text: String, _ other: String, _ reason: String) throws {
    let whole = Self.plan.json.pretty
    let range = try #require(whole.firstRange(of: text))
    let damaged = whole.replacingCharacters(in: range, with: other)
    let error = #expect(throws: ComparisonError.self) {
      try ComparisonPlan(parsing: Array(damaged.utf8), path: "plan.json")
    }
    #expect(error == .damagedPlan(path: "plan.json", reason: reason))
  }

  // MARK: - Status

  private static func status(_ states: [String: RowState]) -> ComparisonStatus {
    ComparisonStatus(plan, folder: "out", states: states)
  }

  private static let done = RowState.done(.init(accuracy: 0.9, balancedAccuracy: 0.884, seconds: 2))
  private static let failed = RowState.failed(RowFailure(status: 65, reason: "no such file"))

  @Test func theVerdictIsThatOfTheWorstRow() {
    let (a, b) = ("000000aaaaaa", "000000bbbbbb")
    #expect(Self.status([a: Self.done, b: Self.done]).verdict(isInterrupted: true) == nil)
    #expect(
      Self.status([a: Self.done, b: Self.failed]).verdict(isInterrupted: false)
        == .failedRows(1, of: 3, folder: "out"))
    #expect(
      Self.status([a: .interrupted(step: 3), b: Self.failed]).verdict(isInterrupted: false)
        == .interrupted(done: 0, of: 3))
    #expect(
      Self.status([a: .running, b: Self.done]).verdict(isInterrupted: false) == .elsewhere(2, folder: "out"))
  }

  @Test func theTableHasMethodsDownAndSeedsAcross() {
    let status = Self.status(["000000aaaaaa": Self.done, "000000bbbbbb": Self.failed])
    let lines = status.table(of: "digits-lt").split(separator: "\n").map {
      $0.split(separator: " ").joined(separator: " ")
    }
    #expect(
      lines == [
        "digits-lt seed 1 seed 18446744073709551615", lines[1], "erm 88.4", "focal failed", "alias 88.4",
      ])
    #expect(status.text.contains("failed: no such file"))
  }

  // MARK: - Lines of a process

  @Test func bytesBecomeLinesHoweverTheyAreCut() {
    for cut in 1...9 {
      var buffer = LineBuffer()
      var lines: [[UInt8]] = []
      var rest = Array("one\ntwo\n\nthree".utf8)[...]
      while !rest.isEmpty {
        buffer.add(Array(rest.prefix(cut)))
        rest = rest.dropFirst(cut)
        lines += buffer.takeLines(all: false)
      }
      #expect(lines == [Array("one".utf8), Array("two".utf8)])
      #expect(buffer.takeLines(all: true) == [Array("three".utf8)])
    }
  }

  @Test(arguments: [
    (
      #"{"kind":"progress","step":3,"steps":4,"seconds_left":1.5}"#,
      RowProgress(step: 3, steps: 4)
    ),
    (#"{"kind":"progress","step":3,"steps":4,"seconds_left":null}"#, RowProgress(step: 3, steps: 4)),
    (#"{"kind":"progress","step":5,"steps":4}"#, nil), (#"{"kind":"progress","step":0,"steps":0}"#, nil),
    (#"{"kind":"epoch","step":3,"steps":4}"#, nil), ("[]", nil),
  ])
  func progressIsReadOnlyWhereItMakesSense(_ text: String, _ progress: RowProgress?) throws {
    let json = try JSON(parsing: text)
    #expect(RowProgress(json) == progress)
  }
}
