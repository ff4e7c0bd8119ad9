import Foundation
import Host
import TestSupport
import Testing

/// A report says the same in every format, and nothing that it shows means anything to the format.
@Suite struct OutputTests {
  /// Two methods of three seeds, one of another name.
  private static func report(_ name: String = "focal") throws -> RunReport {
    let values: [(String, [Double])] = [("erm", [0.5, 0.51, 0.52]), (name, [0.6, 0.612, 0.619])]
    let runs = try values.flatMap { strategy, accuracies in
      try accuracies.enumerated().map { seed, accuracy in
        try MadeRun(
          strategy: strategy, seed: UInt64(seed),
          metrics: [.accuracy: accuracy, .negativeLogLikelihood: 1.5],
          more: [.init("seconds_per_epoch", strategy == "erm" ? 2 : 2.5), .init("peak_memory", 104_857_600)]
        ).summary()
      }
    }
    return RunReport(folders: ["runs"], runs: runs)
  }

  @Test func theTextIsALeaderboardDifferencesAndSentences() throws {
    let lines = try Self.report().text.split(separator: "\n").map(String.init)
    #expect(lines[0] == "mean ± standard deviation over n seeds, after the last epoch")
    #expect(lines[1].hasPrefix("method  n       accuracy  balanced"))
    #expect(lines[3].hasPrefix("erm     3  0.510 ± 0.010         –"))
    #expect(lines[4].hasPrefix("focal   3  0.610 ± 0.010"))
    #expect(lines.contains { $0.hasPrefix("focal") && $0.hasSuffix("2.50   +25.0 %      100 MiB") })
    #expect(lines.contains("difference to erm, paired by seed"))
    #expect(
      lines.contains { $0.hasPrefix("accuracy  focal   3     +0.1003  +0.0965 to +0.1041  0.25    0.25") })
    let sentence = "focal, accuracy: higher by 0.1003: the 95 % interval excludes 0"
    #expect(lines.last?.hasPrefix(sentence) == true)
    // No line that a cell's padding makes long.
    #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
  }

  @Test func methodsOfOneSeedAreShownWithoutMeans() throws {
    let runs = try ["erm", "focal"].map { try MadeRun(strategy: $0, metrics: [.accuracy: 0.5]).summary() }
    let text = RunReport(folders: [], runs: runs).text
    #expect(text.hasPrefix("run    accuracy") && !text.contains("±"))
    #expect(text.contains("one seed: differences have no deviation, no interval and no p"))
    let alone = RunReport(folders: [], runs: [runs[0]]).text
    #expect(!alone.contains("one seed"))
  }

  static let hostile = [
    "=1+1", "@SUM(1)", "-2+3", "+a", "a,b\"c", "a\r\n=b", "a|b", "</style><script>x</script>", "`*_[a](b)_*`",
    "\\input{x}%$&#_^~", "\u{1B}[2J", "'x", "é…",
  ]

  @Test(.enabled(if: Python.interpreter != nil, "no .venv with Python"), arguments: hostile)
  func theCSVIsOneAndNoFieldIsAFormula(_ name: String) throws {
    let script = """
      import sys, csv, io, json
      rows = list(csv.reader(io.StringIO(sys.argv[1], newline=""), strict=True))
      assert rows[0] == ["data", "method", "seed", "metric", "value"], rows[0]
      assert all(len(row) == 5 for row in rows)
      assert all(not field[:1] in tuple("=+-@\\t\\r") for row in rows for field in row[:2]), rows
      values = [float(row[4]) for row in rows if row[0] == "digits-lt" and row[3] == "accuracy"]
      assert sorted(values) == [0.5, 0.51, 0.52, 0.6, 0.612, 0.619], values
      assert len({row[1] for row in rows[1:]}) == 2 and "\\n" not in sys.argv[1].replace("\\r\\n", "")
      """
    let result = try Python.run(script, [Self.report(name).csv])
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test(arguments: hostile)
  func markdownShowsNamesAsTheyAre(_ name: String) throws {
    let markdown = try Self.report(name).markdown
    #expect(!markdown.contains("<script") && !markdown.contains("\u{1B}"))
    // No name adds a cell: every row of a table has as many bars, but for escaped ones, as its line of rules.
    var tables = 0
    for block in markdown.components(separatedBy: "\n\n") where block.hasPrefix("| ") {
      let bars = block.split(separator: "\n").map { row in
        row.replacingOccurrences(of: "\\|", with: "").filter { $0 == "|" }.count
      }
      #expect(Set(bars) == [bars[1]] && block.split(separator: "\n")[1].allSatisfy { "|:- ".contains($0) })
      tables += 1
    }
    #expect(tables == 4)
    #expect(markdown.contains("| erm | 3 | 0.510 ± 0.010 |"))
  }

  @Test(arguments: hostile)
  func latexSetsNamesAsTheyAre(_ name: String) throws {
    let latex = try Self.report(name).latex
    let lines = latex.split(separator: "\n")
    let starts = ["%", "\\begin{tabular}", "\\end{tabular}", "  \\toprule", "  \\midrule", "  \\bottomrule"]
    for line in lines where !starts.contains(where: { line.hasPrefix($0) }) {
      #expect(line.hasSuffix(" \\\\"), "\(line)")
      let commands = [
        "\\textbackslash{}", "\\textasciitilde{}", "\\textasciicircum{}", "\\textless{}", "\\textgreater{}",
        "\\textbar{}", "\\ldots{}", "\\%", "\\$", "\\&", "\\#", "\\_", "\\{", "\\}", "{[}", "{]}", "{*}",
        "$\\pm$", "$-$",
      ]
      var plain = String(line.dropLast(2)).replacingOccurrences(of: " & ", with: " ")
      for command in commands { plain = plain.replacingOccurrences(of: command, with: "") }
      #expect(!plain.contains { "\\%$&#_{}^~<>|[]*".contains($0) }, "\(line)")
    }
    #expect(latex.contains("  erm & 3 & 0.510 $\\pm$ 0.010 & --"))
    #expect(name != "-2+3" || latex.contains("  $-$2+3 & 3 & 0.610"))
  }

  @Test func jsonHasEveryNumber() throws {
    let json = try JSON(parsing: Self.report().json)
    let group = try #require(json["groups"]?.array?.first)
    let method = try #require(group["methods"]?.array?[1])
    #expect(method["label"] == "focal" && method["seeds"] == [0, 1, 2])
    #expect(method["metrics"]?["accuracy"]?["n"] == 3 && method["metrics"]?["few_accuracy"]?["mean"] == .null)
    let difference = try #require(method["differences"]?["accuracy"])
    #expect(difference["p"] == 0.25 && difference["smallest_p"] == 0.25 && difference["family"] == 1)
    #expect(difference["values"]?.array?.count == 3 && difference["interval_95"]?.array?.count == 2)
    #expect(difference["conclusion"]?.string?.hasPrefix("higher by 0.1003") == true)
    #expect(group["counts"]?["done"] == 6 && group["baseline"] == "erm" && group["runs"]?.array?.count == 6)
    let names = try #require(group["settings"]?.array?.compactMap { $0["name"]?.string })
    #expect(names.contains("strategy") && names.contains("batch_size") && !names.contains("seed"))
  }

  @Test func settingsTellWhatDiffersAndWhatDoesNot() throws {
    let runs = try [0.1, 0.2].map { rate in
      try MadeRun(strategy: "x\(rate)", settings: [.init("learning_rate", JSON(rate))]).summary()
    }
    let settings = RunReport(folders: [], runs: runs).comparisons[0].settings
    let rate = try #require(settings.first { $0.name == "learning_rate" })
    #expect(rate.values == ["0.1", "0.2"] && !rate.isShared)
    #expect(settings.first { $0.name == "batch_size" }?.isShared == true)
  }
}
