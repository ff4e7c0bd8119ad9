/// A check of a plugin: every test in a process of its own, so that a plugin that crashes ends one test.
package struct ConformanceCheck {
  /// What to check, and how.
  package struct Options: Sendable {
    /// A library's path, or a strategy's id.
    package var name: String
    /// The only strategy to check; nil for all.
    package var strategy: String?
    /// A pattern of test ids; nil for all tests.
    package var only: String?
    /// The seed of the made-up batches.
    package var seed: UInt64 = 1
    /// How long a test may take.
    package var timeout: Duration = .seconds(10)

    package init(name: String) { self.name = name }

    /// The tests that the pattern chooses.
    func tests() throws(CheckError) -> [ConformanceTest] {
      guard let only else { return ConformanceTest.all }
      let tests = ConformanceTest.matching(only)
      guard !tests.isEmpty else { throw .noSuchTest(only) }
      return tests
    }
  }

  /// How far a check is.
  package typealias Progress = (_ done: Int, _ total: Int, _ test: String) -> Void

  private let options: Options
  private let report: Progress
  private var results: [ConformanceReport.Result] = []

  /// Runs the check, and tells `report` how far it is.
  package static func run(_ options: Options, reporting report: @escaping Progress) throws
    -> ConformanceReport
  {
    var check = ConformanceCheck(options: options, report: report)
    return try check.run()
  }

  private init(options: Options, report: @escaping Progress) {
    self.options = options
    self.report = report
  }

  private mutating func run() throws -> ConformanceReport {
    _ = try CheckTarget(options.name)
    let tests = try options.tests()
    let manifest = try examine(ConformanceTest.all[0], options.name, strategy: nil)
    if let status = manifest.finding.unusable {
      let verdict = manifest.finding.verdict
      throw CheckError.unusable(problem: verdict.detail, remedy: verdict.remedy, status)
    }
    let library = manifest.finding.library
    let strategies = try library.map { try chosen(of: $0) } ?? []
    try check(tests.filter(\.isOfLibrary), library, manifest.result, others: strategies.count * tests.count)
    for strategy in strategies {
      try check(tests.filter { !$0.isOfLibrary }, strategy, in: library?.path ?? options.name)
    }
    report(results.count, results.count, "")
    return ConformanceReport(
      path: library?.path ?? options.name, seed: options.seed,
      strategies: strategies.map { ($0.id, $0.version) },
      results: results)
  }

  private func chosen(of library: LibrarySummary) throws(PluginError) -> [LibrarySummary.Strategy] {
    guard let id = options.strategy ?? library.chosen else { return library.strategies }
    let chosen = library.strategies.filter { $0.id == id }
    guard !chosen.isEmpty else {
      throw .noSuchStrategy(path: library.path, id: id, known: library.strategies.map(\.id))
    }
    return chosen
  }

  // MARK: - Rows of tests

  private mutating func check(
    _ tests: [ConformanceTest], _ library: LibrarySummary?, _ manifest: ConformanceReport.Result, others: Int
  ) throws {
    if library == nil { results.append(manifest) }
    for test in tests where library != nil || test.id != manifest.test.id {
      report(results.count, tests.count + others, test.id)
      if test.id == manifest.test.id {
        results.append(manifest)
      } else if library == nil, test.id != "symbols" {
        results.append(waiting(test, nil, for: manifest.test.id))
      } else {
        results.append(try examine(test, library?.path ?? options.name, strategy: nil).result)
      }
    }
  }

  private mutating func check(
    _ tests: [ConformanceTest], _ strategy: LibrarySummary.Strategy, in path: String
  ) throws {
    var broken: Set<String> = []
    let start = results.count
    for test in tests {
      report(results.count, start + tests.count, "\(strategy.id) \(test.id)")
      if let reason = strategy.inapplicable[test.id] {
        results.append(.init(test: test, strategy: strategy.id, verdict: .skipped(reason)))
      } else if let earlier = test.prerequisites.first(where: broken.contains) {
        results.append(waiting(test, strategy.id, for: earlier))
      } else {
        let result = try examine(test, path, strategy: strategy.id).result
        if result.verdict.state.isBreach { broken.insert(test.id) }
        results.append(result)
      }
    }
  }

  private func waiting(_ test: ConformanceTest, _ strategy: String?, for id: String)
    -> ConformanceReport.Result
  {
    .init(test: test, strategy: strategy, verdict: .skipped("it says nothing before '\(id)' passes"))
  }

  // MARK: - One test

  /// Runs a test in a process of its own.
  private func examine(
    _ test: ConformanceTest, _ name: String, strategy: String?
  ) throws -> (result: ConformanceReport.Result, finding: ConformanceWorker.Finding) {
    let arguments =
      ["plugin", "check", name, "--only", test.id, "--reproduce", String(options.seed)]
      + (strategy.map { ["--strategy", $0] } ?? [])
    let process: TestProcess
    do {
      process = try TestProcess.run(
        arguments, settings: ConformanceWorker.settings(timeout: options.timeout),
        seconds: options.timeout / .seconds(1))
    } catch {
      throw CheckError.cannotStart(reason: reason(ofError: error.code))
    }
    guard let ending = process.end else { throw CheckError.interrupted }

    let messages = String(decoding: process.result, as: UTF8.self).split(separator: "\n")
      .compactMap { try? JSON(parsing: String($0)) }
    let place = messages.last { $0["at"] != nil }?["at"]?.string
    var finding = messages.last.flatMap { ConformanceWorker.Finding($0) }
    if let crash = crash(ending, isFinished: finding != nil, place, test) {
      finding = ConformanceWorker.Finding(verdict: crash)
    }
    let end = finding ?? ConformanceWorker.Finding(verdict: .crashed("no result", try: "the test again."))
    let output =
      end.verdict.state == .passed ? "" : String(decoding: process.output.prefix(4096), as: UTF8.self)
    return (.init(test: test, strategy: strategy, verdict: end.verdict, output: output), end)
  }

  /// The verdict on a process that did not come to its own end; nil for one that did.
  private func crash(
    _ ending: ProcessEnd, isFinished: Bool, _ place: String?, _ test: ConformanceTest
  ) -> Verdict? {
    let problem: String
    var remedy = "the test in a debugger: gdb --args, and the line below."
    switch ending {
    case .exit(0) where isFinished: return nil
    case .exit(let status):
      problem = "the plugin ended the process by exit(\(status))"
      remedy = "return a status, and say why through br_error: the process is the host's."
    case .signal(let number):
      problem = "signal \(number) (\(signalName(number))) ended the process"
    case .timeout(let seconds):
      problem = "it did not end within \(shortest(seconds)) s"
      remedy = "look for a loop without an end, or give the test more time with --timeout."
    case .nonsense:
      problem = "it sent what is no result"
    }
    let place = isFinished ? ", after the test" : place.map { ": \($0)" } ?? ""
    if case .signal = ending, !test.afterCrash.isEmpty { remedy = test.afterCrash }
    return .crashed(problem + place, try: remedy)
  }
}
