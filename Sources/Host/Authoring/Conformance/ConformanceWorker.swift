internal import Foundation
internal import Models

/// Runs tests in this process, which opens the library.
package struct ConformanceWorker {
  private let path: String
  private let strategyID: String?
  private let seed: UInt64
  private let surroundings: Surroundings
  private let pool: ThreadPool

  /// A worker for a library's path, or the id of a strategy that the catalog finds.
  init(_ name: String, strategy: String?, seed: UInt64) throws {
    pool = try ThreadPool(threads: 2)
    pool.parallel(2) { _ in }  // so that its threads have begun
    surroundings = .now()
    let target = try CheckTarget(name)
    switch target {
    case .library(let path, let id): (self.path, strategyID) = (path, strategy ?? id)
    case .id(let id):
      path = try PluginCatalog.standard(.here).find(id).library.path
      strategyID = strategy ?? id
    }
    self.seed = seed
  }

  /// Runs one test; `announce` is told where it stands.
  func run(_ test: ConformanceTest, announce: @escaping (String) -> Void) -> Finding {
    do {
      switch test.body {
      case .library(let run):
        let trial = LibraryTrial(path: path)
        let verdict = try run(trial)
        let summary = test.id == "manifest" ? LibrarySummary(try trial.library(), chosen: strategyID) : nil
        return Finding(verdict: verdict, library: summary)
      case .strategy(let run):
        var found: LocatedStrategy?
        let printed = try capturingStandardOutput { found = try locate() }
        guard let strategy = found else {
          preconditionFailure("a strategy that was neither found nor refused")
        }
        if let reason = test.inapplicable(strategy.manifest) { return Finding(verdict: .skipped(reason)) }
        let trial = StrategyTrial(
          strategy: strategy, seed: seed, pool: pool, surroundings: surroundings, printed: printed,
          announce: announce)
        return Finding(verdict: try run(trial))
      }
    } catch let failure as any Failure {
      return Finding(verdict: Verdict(failure: failure))
    } catch {
      let failure = Fault("\(error)", try: "'brhost doctor', which checks what this program relies on.")
      return Finding(verdict: Verdict(failure: failure))
    }
  }

  private func locate() throws(PluginError) -> LocatedStrategy {
    let library = try PluginLibrary(path: path)
    let strategies = library.manifest.strategies
    let ids = strategies.map(\.id)
    guard let id = strategyID ?? (ids.count == 1 ? ids[0] : nil) else {
      throw .severalStrategies(path: path, ids: ids)
    }
    guard let manifest = strategies.first(where: { $0.id == id }) else {
      throw .noSuchStrategy(path: path, id: id, known: ids)
    }
    return LocatedStrategy(library: library, manifest: manifest)
  }
}

// MARK: - As a process of a check

extension ConformanceWorker {
  /// The variable that tells a process that it runs one test of a check, and how long that may take.
  private static let variable = "BRHOST_CHECK_SECONDS"

  /// The variables of a process that runs one test of a check, for at most so long.
  static func settings(timeout: Duration) -> [String: String] {
    [variable: String(timeout / .seconds(1))]
  }

  /// The stream to the check that this process runs one test of; nil for a process of the user's.
  static func channelToCheck() -> MessageChannel? {
    guard let seconds = ProcessInfo.processInfo.environment[variable].flatMap({ Double($0) }),
      (0...86_400).contains(seconds)
    else { return nil }
    return TestProcess.settle(seconds: seconds)
  }

  /// Runs `test` and reports it to the process of the check.
  static func reportToCheck(
    _ name: String, strategy: String?, _ test: ConformanceTest, seed: UInt64, through channel: MessageChannel
  ) {
    func send(_ message: JSON) { _ = channel.send(Array((message.line + "\n").utf8)) }
    do {
      let worker = try ConformanceWorker(name, strategy: strategy, seed: seed)
      let finding = worker.run(test) { send(["at": JSON($0)]) }
      send(finding.json)
    } catch let failure as any Failure {
      send(Finding(verdict: Verdict(failure: failure), unusable: failure.status).json)
    } catch {
      send(
        Finding(verdict: Verdict(failure: Fault("\(error)", try: "a machine with room for two threads.")))
          .json)
    }
  }
}

// MARK: - In one process

extension ConformanceCheck {
  /// Runs one test in this process, for a debugger; or for another process that checks.
  package static func reproduce(_ options: Options) throws -> ConformanceReport? {
    let tests = try options.tests()
    guard tests.count == 1 else { throw CheckError.severalTests(tests.map(\.id)) }
    if let channel = ConformanceWorker.channelToCheck() {
      ConformanceWorker.reportToCheck(
        options.name, strategy: options.strategy, tests[0], seed: options.seed, through: channel)
      return nil
    }
    let worker = try ConformanceWorker(options.name, strategy: options.strategy, seed: options.seed)
    return worker.report(on: tests[0])
  }
}

extension ConformanceWorker {
  fileprivate func report(on test: ConformanceTest) -> ConformanceReport {
    let verdict = run(test, announce: { _ in }).verdict
    let strategy = test.isOfLibrary ? nil : try? locate().manifest
    return ConformanceReport(
      path: path, seed: seed, strategies: strategy.map { [($0.id, $0.version)] } ?? [],
      results: [.init(test: test, strategy: strategy?.id, verdict: verdict)])
  }
}
