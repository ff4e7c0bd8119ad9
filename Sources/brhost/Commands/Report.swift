internal import Host

let reportCommand = Command(
  "report", "Show what runs reached, and how they differ.",
  operands: Operands(
    "<run-folder>", "Folders of runs or of a comparison, or a folder of them.", count: 1...1000),
  groups: [
    OptionGroup(
      "Options",
      [
        Option(
          "baseline", "<method>", "What the others are compared with, as the tables call it.",
          default: "the comparison's, or erm"),
        Option("html", "<file>", "Also write all of it with pictures, as one page, HTML."),
        Option("csv", "<file>", "Also write every number of every run, a line each, CSV."),
        Option("markdown", "<file>", "Also write the tables and what they say, Markdown."),
        Option("latex", "<file>", "Also write the tables for a paper, LaTeX with booktabs."),
        Option("svg", "<file>", "Also draw the methods' curves, SVG."),
        Option(
          "json", "<file>", "Also write the answer as JSON; without a file, print that and nothing else.",
          valueOptional: true),
      ])
  ],
  notes: [
    "Runs that differ in the seed alone are one method. Means are of finished runs, after their last epoch. Runs of "
      + "one seed are paired with the baseline's where model, initial weights, order, batch size, augmentation, "
      + "images, length, version and instruction set agree. p is of the exact sign-flip test, adjusted by Holm's "
      + "method; the 95 % intervals are Student's."
  ],
  examples: [
    "brhost report runs/digits-lt_erm_seed1 runs/digits-lt_gamma-threshold_seed1",
    "brhost report runs --svg runs.svg --csv runs.csv",
    "brhost report runs --html report.html",
    "brhost report runs --json",
  ],
  prepare: { arguments in
    let files = ReportFiles(arguments)
    try files.check()
    return {
      try Operations.report(runs: arguments.operands, baseline: arguments.text("baseline"), files: files)
        .print(asJSON: arguments.text("json") == "")
      return .done
    }
  })

/// The files that a report is written to beside what is printed.
struct ReportFiles {
  private let files: [(path: String, content: @Sendable (RunReport) -> String)]

  init(_ arguments: Arguments) {
    let contents: [(String, @Sendable (RunReport) -> String)] = [
      ("html", { ComparisonPage.html(of: $0) }), ("csv", { $0.csv }), ("markdown", { $0.markdown }),
      ("latex", { $0.latex }), ("svg", { $0.svg }),
      ("json", { $0.json }),
    ]
    files = contents.compactMap { name, content in
      arguments.text(name).flatMap { $0.isEmpty && name == "json" ? nil : ($0, content) }
    }
  }

  /// Refuses two reports to one file.
  func check() throws(ComparisonError) {
    var paths: Set<String> = []
    for file in files where !paths.insert(absolutePath(file.path)).inserted {
      throw .repeatedFile(path: file.path)
    }
  }

  /// Writes each file whole or not at all; one that a run or a comparison has recorded is refused.
  func write(_ report: RunReport) throws {
    for file in files where ComparisonFolder.isRecord(file.path) {
      throw ComparisonError.overwritesRecords(path: file.path)
    }
    for file in files { try AtomicFile.write(Array(file.content(report).utf8), to: file.path) }
  }
}
