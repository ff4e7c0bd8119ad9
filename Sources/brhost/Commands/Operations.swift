internal import Host

/// What a command has to say at its end, for people and for programs.
protocol Answer {
  /// Lines for people.
  var text: String { get }
  /// One JSON value.
  var json: String { get }
}

extension Answer {
  /// Prints the answer in the form asked for.
  func print(asJSON: Bool) throws {
    let answer = asJSON ? json : text
    try Terminal.print(answer.hasSuffix("\n") ? answer : answer + "\n")
  }
}

extension DoctorReport: Answer {}
extension DataReport: Answer {}
extension MadeDataset: Answer {}
extension PluginInfoReport: Answer {}
extension PluginListReport: Answer {}
extension PluginProject: Answer {}
extension Replay: Answer {}
extension ConformanceReport: Answer {}
extension RunReport: Answer {}
extension StrategyBenchmark: Answer {}
extension Benchmark: Answer {}
extension Evaluation: Answer {}
extension TrainingResult: Answer {}
extension ComparisonStatus: Answer {}

/// The host's operations behind the commands: one line each.
enum Operations {
  static func train(
    _ options: TrainingOptions, commandLine: [String], plannedHash: String? = nil,
    progress: (Progress) -> Void
  ) throws -> any Answer {
    Interruption.listen(endsAtOnce: true)
    do {
      var trainer = try Trainer(options, commandLine: commandLine, plannedHash: plannedHash) {
        Terminal.say($0)
      }
      return try trainer.run(reporting: progress)
    } catch let finished as FinishedRun {
      Terminal.say("\(finished)")
      return finished.result
    }
  }

  /// Makes the plan of a comparison and works through it.
  static func compare(
    _ grid: ComparisonGrid, in folder: ComparisonFolder, _ options: ComparisonRun.Options, plansOnly: Bool,
    asJSON: Bool
  ) throws -> ExitStatus {
    Interruption.listen(endsAtOnce: true)
    let plan = try grid.plan { Terminal.say($0) }
    var run = try ComparisonRun(plan, in: folder, options)
    if plansOnly {
      try run.status.print(asJSON: asJSON)
      return .done
    }
    if run.status.strays > 0 {
      Terminal.say(
        "\(run.status.strays) runs of an earlier plan in '\(folder.path)' stay there, outside of this one")
    }
    var watcher = ComparisonWatcher(run.status, isSilent: asJSON)
    defer { watcher.finish() }
    try run.run { watcher.show($0, $1) }
    watcher.finish()
    try conclude(run.status, in: folder, asJSON: asJSON)
    if let verdict = run.status.verdict(isInterrupted: Interruption.isRequested) { throw verdict }
    return .done
  }

  /// Writes and prints the report of what is done, and says how far the rest is.
  private static func conclude(
    _ status: ComparisonStatus, in folder: ComparisonFolder, asJSON: Bool
  ) throws {
    guard status.count(.done) > 0 else { return try status.print(asJSON: asJSON) }
    let report = try RunReport(readingFrom: [folder.path])
    try ComparisonPage.write(report, to: folder.report)
    try report.print(asJSON: asJSON)
    Terminal.say("\(status.summary); the report is '\(folder.report)'")
  }

  /// Trains one row of a plan.
  ///
  /// - Parameter starter: the process that this one ends with.
  static func trainRow(
    _ name: String, of folder: ComparisonFolder, threads: Int?, starter: Int?, progress: (Progress) -> Void
  ) throws -> any Answer {
    if let starter { Interruption.follow(starter) }
    let plan = try folder.readPlan()
    guard let row = plan.row(name) else {
      throw ComparisonError.noRow(name, count: plan.rows.count, folder: folder.path)
    }
    let folder = try folder.enter(plan)
    return try folder.recordingFailure(of: row) {
      var options = try TrainingOptions(words: row.arguments)
      options.runDirectory = folder.run(of: row)
      options.threads = threads
      let commandLine = ["brhost", "train"] + row.arguments + ["--run-dir", folder.run(of: row)]
      return try train(
        options, commandLine: commandLine, plannedHash: row.settingsHash, progress: progress)
    }
  }

  static func evaluate(_ options: EvaluationOptions) throws -> any Answer {
    try Evaluation(options)
  }

  static func measure(
    _ options: BenchmarkOptions, reporting report: (Int, Int) -> Void
  ) throws -> any Answer {
    try Benchmark(options, warn: { Terminal.say($0) }, reporting: report)
  }

  static func measure(
    _ options: StrategyBenchmarkOptions, reporting report: (Int, Int) -> Void
  ) throws -> any Answer {
    try StrategyBenchmark(options, reporting: report)
  }

  static func report(runs: [String], baseline: String?, files: ReportFiles) throws -> any Answer {
    let report = try RunReport(readingFrom: runs, baseline: baseline)
    try files.write(report)
    return report
  }

  static func listPlugins() -> any Answer { PluginListReport(.standard(.isolated(Isolation()))) }

  static func describePlugin(_ name: String) throws -> any Answer {
    PluginInfoReport(try PluginCatalog.standard(.isolated(Isolation())).find(name))
  }

  static func makeProject(
    _ name: String, in language: PluginLanguage, folder: String?, kit: String?
  ) throws -> any Answer {
    let project = try PluginProject(name: name, language: language, folder: folder, kit: kit)
    try project.write()
    return project
  }

  static func replay(
    _ options: ReplayOptions, picture: String?, progress: (Int, Int) -> Void
  ) throws -> any Answer {
    Interruption.listen()
    let replay = try Replay(options, warn: { Terminal.say($0) }, reporting: progress)
    if let picture { try replay.draw(to: picture) }
    return replay
  }

  static func check(
    _ options: ConformanceCheck.Options, showsProgress: Bool
  ) throws -> ConformanceReport? {
    Interruption.listen()
    let isWatched = showsProgress && Terminal.canRedraw
    defer { if isWatched { Terminal.note("\r\u{1B}[K") } }
    return try ConformanceCheck.run(options) { done, total, test in
      if isWatched { Terminal.note("\r\u{1B}[Ktest \(done + 1)/\(total): \(test)") }
    }
  }

  static func reproduce(_ options: ConformanceCheck.Options) throws -> ConformanceReport? {
    try ConformanceCheck.reproduce(options)
  }

  static func describeData(
    _ dataset: String, dataDirectory: String, picture: String?
  ) throws -> any Answer {
    let (report, training) = try DataReport.read(dataset, in: dataDirectory)
    if let picture { try ContactSheet.write(training, to: picture) }
    return report
  }

  static func examineRun(in folder: String) throws -> DoctorReport {
    DoctorReport(try Doctor.run(in: folder))
  }

  static func importDataset(_ options: DatasetImport) throws -> any Answer { try options.run() }

  static func makeLongTail(_ options: LongTailDataset) throws -> any Answer { try options.run() }

  static func examineMachine(dataDirectory: String) -> DoctorReport {
    DoctorReport(
      Doctor.toolchain() + Doctor.machine() + Doctor.libraries() + Doctor.engine()
        + Doctor.isolation() + Doctor.plugins() + Doctor.datasets(in: DataFolders(dataDirectory)))
  }
}
