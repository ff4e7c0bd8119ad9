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

/// The host's operations behind the commands: one line each.
enum Operations {
  static func train(
    _ options: TrainingOptions, commandLine: [String], progress: (Progress) -> Void
  ) throws -> any Answer {
    Interruption.listen(endsAtOnce: true)
    do {
      var trainer = try Trainer(options, commandLine: commandLine) { Terminal.say($0) }
      return try trainer.run(reporting: progress)
    } catch let finished as FinishedRun {
      Terminal.say("\(finished)")
      return finished.result
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

  static func report(runs: [String], html: String?, svg: String?) throws -> any Answer {
    let report = try RunReport(readingFrom: runs)
    if let html { try ComparisonPage.write(report, to: html) }
    if let svg { try report.draw(to: svg) }
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
