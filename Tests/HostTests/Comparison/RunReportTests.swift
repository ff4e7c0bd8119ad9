import Foundation
import Host
import TestSupport
import Testing

/// A report finds the runs below a folder and shows them side by side.
@Suite struct RunReportTests {
  /// The runs `gamma-threshold` and `erm` in a folder `runs`.
  static func withRuns(_ body: (URL) throws -> Void) throws {
    try Repository.withTemporaryFolder { folder in
      let runs = folder.appendingPathComponent("runs")
      try RecordFixtures.run(in: runs.appendingPathComponent("a").path)
      try RecordFixtures.run(in: runs.appendingPathComponent("b/erm <&>").path, strategy: "erm")
      try body(folder)
    }
  }

  @Test func theTablesShowEveryRunBesideTheBaseline() throws {
    try Self.withRuns { folder in
      let report = try RunReport(readingFrom: [folder.path])
      #expect(methodLabels(of: report) == ["erm", "gamma-threshold"] && report.notes == [])
      let lines = report.text.split(separator: "\n").map(String.init)
      #expect(lines[0].hasPrefix("run ") && lines[0].contains("macro-F1"))
      #expect(
        lines[2].split(separator: " ").prefix(8) == [
          "erm", "0.667", "0.667", "0.656", "0.500", "1.000", "0.500", "0.500",
        ])
      #expect(lines.contains { $0.contains("more than 100, 20 to 100, fewer than 20") })
      #expect(lines.dropLast().last?.hasSuffix("0.500   0.500 (+0.000)") == true)
      #expect(lines.last == "one seed: differences have no deviation, no interval and no p")
    }
  }

  @Test func runsThatDifferInTheSeedAreOneMethod() throws {
    try Repository.withTemporaryFolder { folder in
      for seed: UInt64 in [2, 1] {
        let path = folder.appendingPathComponent("\(seed)").path
        try RecordFixtures.run(in: path, strategy: "erm", seed: seed)
      }
      let report = try RunReport(readingFrom: [folder.path])
      #expect(
        methodLabels(of: report) == ["erm"] && report.comparisons[0].baseline.runs.map(\.seed) == [1, 2])
    }
  }

  /// Writes a run of 195 samples on `data` into the folder at `path`; `settings` come last.
  private static func write(
    _ path: String, strategy: String = "erm", data: String = "digits-lt", counts: [Int] = [150, 40, 5],
    accuracy: [Double] = [0.5, 1, 0.5], settings: [JSON.Member] = []
  ) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let run: JSON = [
      "status": "done", "strategy": ["id": JSON(strategy)],
      "data": ["name": JSON(data), "train_counts": JSON(counts)], "seed": 1,
      "settings": .object(settings), "result": ["accuracy": 0.5, "class_accuracy": JSON(accuracy)],
    ]
    try Data(run.pretty.utf8).write(to: url.appendingPathComponent("run.json"))
    try Data().write(to: url.appendingPathComponent("metrics.jsonl"))
  }

  static let labels: [([[JSON.Member]], [String])] = [
    // What does not change the result is left out, and so are the steps that epochs and batches make.
    (
      [[.init("workers", 1), .init("epochs", 2)], [.init("workers", 4), .init("epochs", 3)]],
      ["erm epochs=2", "erm epochs=3"]
    ),
    (
      [
        [.init("epochs", 2), .init("steps", 4), .init("batch_size", 128)],
        [.init("epochs", 3), .init("steps", 6), .init("batch_size", 128)],
      ], ["erm epochs=2", "erm epochs=3"]
    ),
    (
      [
        [.init("epochs", 3), .init("steps", 6), .init("batch_size", 128)],
        [.init("epochs", 3), .init("steps", 5), .init("batch_size", 128)],
      ], ["erm steps=6", "erm steps=5"]
    ),
    ([[.init("init", nil)], [.init("init", "w")]], ["erm", "erm init=w"]),
    // Where nothing is left to say, and the results are not the same, the folder says it.
    ([[.init("record", nil)], [.init("record", "d")]], ["erm (run-0)", "erm (run-1)"]),
    ([[], [], [.init("momentum", 0.5)]], ["erm (run-0)", "erm (run-1)", "erm momentum=0.5"]),
  ]

  @Test(arguments: labels)
  func labelsSayWhatMatters(settings: [[JSON.Member]], expected: [String]) throws {
    try Repository.withTemporaryFolder { folder in
      for (index, settings) in settings.enumerated() {
        try Self.write(
          folder.path + "/run-\(index)", accuracy: [Double(index) / 10, 1, 0.5], settings: settings)
      }
      #expect(try methodLabels(of: RunReport(readingFrom: [folder.path + "/"])) == expected)
    }
  }

  @Test func foldersAreToldApartByTheirLastParts() throws {
    try Repository.withTemporaryFolder { folder in
      for (index, path) in ["a/x", "b/x", "b/y"].enumerated() {
        try Self.write("\(folder.path)/\(path)", accuracy: [Double(index) / 10, 1, 0.5])
      }
      let found = try methodLabels(of: RunReport(readingFrom: [folder.path]))
      #expect(found == ["erm (a/x)", "erm (b/x)", "erm (y)"])
    }
  }

  @Test func eachDataSetHasTablesAndABaselineOfItsOwn() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.path
      try Self.write(path + "/a", strategy: "focal", accuracy: [0.75, 1, 0.5])
      try Self.write(path + "/b", data: "other", counts: [9, 9])
      try Self.write(path + "/c", accuracy: [0.5, 1, 0.5])
      try Self.write(path + "/d", counts: [150, 40, 6])
      let report = try RunReport(readingFrom: [path])
      #expect(report.comparisons.map { $0.methods.map(\.label) } == [["erm", "focal"], ["erm"], ["erm"]])
      #expect(report.notes == [])
      let text = report.text
      #expect(text.hasPrefix("digits-lt: 195 training samples in 3 classes\n\nrun "))
      #expect(text.contains("\n\nother: 18 training samples in 2 classes\n\nrun "))
      #expect(text.contains("\n\ndigits-lt: 196 training samples in 3 classes\n\nrun "))
      #expect(text.contains("0.750 (+0.250)") && text.split(separator: "(+").count == 4)
      #expect(report.svg.split(separator: "Test accuracy by class").count == 4)
      #expect(!(try RunReport(readingFrom: [path + "/b"])).text.contains("training samples in"))
    }
  }

  @Test func damagedLinesAreSkippedWithANote() throws {
    try Self.withRuns { folder in
      let path = folder.appendingPathComponent("runs/a/metrics.jsonl")
      var data = try Data(contentsOf: path)
      data.append(Data("{\"kind\":\"epoch\",\"epoch\":7".utf8))
      try data.write(to: path)
      let report = try RunReport(readingFrom: [folder.path])
      #expect(report.notes == ["'\(path.path)': 1 damaged line skipped"])
      #expect(report.comparisons[0].methods[1].runs[0].epochs.map(\.epoch) == [0, 1])
      #expect(report.text.contains("note: "))
    }
  }

  @Test func aDamagedRunIsLeftOutWithANote() throws {
    try Self.withRuns { folder in
      try Data("{}".utf8).write(to: folder.appendingPathComponent("runs/a/run.json"))
      let report = try RunReport(readingFrom: [folder.path])
      #expect(methodLabels(of: report) == ["erm"] && report.notes.first?.contains("status") == true)
      let error = #expect(throws: ReportError.self) { try RunReport(readingFrom: [folder.path + "/runs/a"]) }
      #expect(error?.problem.contains("does not describe a run") == true)
    }
  }

  @Test func anUnfinishedRunShowsItsLastEvaluation() throws {
    try Repository.withTemporaryFolder { folder in
      var recorder = try RecordFixtures.recorder(in: folder.path + "/a")
      RecordFixtures.train(&recorder, epochs: 1)
      let run = try RunReport(readingFrom: [folder.path]).comparisons[0].baseline.runs[0]
      #expect(run.state == .running && run.value(of: .accuracy) == 4.0 / 6 && run.cost.seconds == nil)
      #expect(run.classAccuracy == [0.5, 1, 0.5])
    }
  }

  @Test(arguments: [
    #"{"status":"done","strategy":{"id":"a"},"data":{"name":"b","train_counts":[-9223372036854775808,null,{}]}}"#,
    #"{"status":"","strategy":{"id":""},"data":{"name":"","train_counts":[]},"result":{"class_accuracy":[1,2]}}"#,
    #"{"status":"done","strategy":{"id":"a"},"data":{"name":"b","train_counts":[1]},"result":{"worst_class":9}}"#,
  ])
  func numbersOutOfPlaceNeverTrap(run: String) throws {
    try Repository.withTemporaryFolder { folder in
      try Data(run.utf8).write(to: folder.appendingPathComponent("run.json"))
      let epochs = [Int.min, -1, 0, Int.max].map {
        "{\"kind\":\"epoch\",\"epoch\":\($0),\"test_accuracy\":1e308,\"test_class_accuracy\":[-1e308]}\n"
      }
      try Data(epochs.joined().utf8).write(to: folder.appendingPathComponent("metrics.jsonl"))
      let report = try RunReport(readingFrom: [folder.path])
      #expect(report.comparisons[0].baseline.runs[0].epochs.map(\.epoch) == [0])
      #expect(!report.text.isEmpty && !report.svg.isEmpty && !report.json.isEmpty)
    }
  }

  @Test func aFolderWithoutRunsIsAnError() throws {
    try Repository.withTemporaryFolder { folder in
      #expect(throws: ReportError.noRuns(folder: folder.path)) { try RunReport(readingFrom: [folder.path]) }
      let error = #expect(throws: ReportError.self) { try RunReport(readingFrom: [folder.path + "/b"]) }
      #expect(error?.problem.contains("No such file") == true && error?.status == .badData)
    }
  }

  @Test func theReportIsJSONToo() throws {
    try Self.withRuns { folder in
      let json = try JSON(parsing: RunReport(readingFrom: [folder.path]).json)
      let group = try #require(json["groups"]?.array?.first)
      #expect(group["data"] == "digits-lt" && group["train_counts"] == [150, 40, 5])
      #expect(group["baseline"] == "erm" && group["runs"]?.array?.count == 2)
      #expect(group["runs"]?.array?[1]["result"]?["macro_f1"]?.double != nil)
    }
  }

  // Needs Python, which `make deps` puts into .venv.
  @Test(.enabled(if: Python.interpreter != nil, "no .venv with Python"))
  func thePictureIsWellFormed() throws {
    try Self.withRuns { folder in
      let svg = try RunReport(readingFrom: [folder.path]).svg
      let path = folder.appendingPathComponent("report.svg").path
      try AtomicFile.write(Array(svg.utf8), to: path)
      let result = try Python.run(
        """
        import sys, xml.etree.ElementTree as tree
        root = tree.parse(sys.argv[1]).getroot(); s = "{http://www.w3.org/2000/svg}"
        texts = [t.text for t in root.iter(s + "text")]
        for text in ["erm", "gamma-threshold", "150", "40", "5", "100 %", "Test accuracy by epoch"]:
          assert text in texts, (text, texts)
        assert len(root.findall(s + "polyline")) == 2
        assert len([r for r in root.findall(s + "rect") if r.find(s + "title") is not None]) == 6
        assert not list(root.iter(s + "script"))
        """, [path])
      #expect(result.status == 0, "\(result.errors)")
    }
  }
}

/// The labels of the methods of all comparisons.
private func methodLabels(of report: RunReport) -> [String] {
  report.comparisons.flatMap { $0.methods.map(\.label) }
}
