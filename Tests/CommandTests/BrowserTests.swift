internal import Foundation
internal import Host
internal import TestSupport
internal import Testing

/// A report's page is what it promises in a real browser.
@Suite struct BrowserTests {
  /// Debian's Chromium, or nil where it is absent.
  static let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
  static let isReady = chromium != nil && (try? Python.run("import playwright"))?.status == 0

  private static let script = Repository.root.appendingPathComponent("Tests/CommandTests/browser.py")

  private func brhost(_ words: [String]) throws -> ProgramResult {
    let result = try TestSupport.run(program, words, in: Repository.root)
    #expect(result.status == 0, "\(words): \(result.errors)")
    return result
  }

  private func train(_ strategy: String, seed: Int, in folder: URL) throws {
    _ = try brhost([
      "train", "--dataset", "digits-lt", "--strategy", strategy, "--seed", "\(seed)", "--epochs", "4",
      "--run-dir", folder.appendingPathComponent("runs/\(strategy)-\(seed)").path,
    ])
  }

  @Test(.enabled(if: isReady, "chromium, or playwright in .venv, is absent"))
  func aBrowserShowsThePageAndAsksForNothing() throws {
    try Repository.withTemporaryFolder { folder in
      for strategy in ["erm", "gamma-threshold"] {
        for seed in [1, 2] { try train(strategy, seed: seed, in: folder) }
      }
      let page = folder.appendingPathComponent("report.html").path
      let runs = folder.appendingPathComponent("runs").path
      _ = try brhost(["report", runs, "--html", page])
      let report = try RunReport(readingFrom: [runs])
      let rows = report.comparisons[0].differences.first { $0.metric == .balancedAccuracy }?.rows ?? []
      let means = rows.compactMap { $0.spread.mean.map { decimal($0, places: 3) } }
      #expect(means.count == 2)
      let pictures = ProcessInfo.processInfo.environment["BRHOST_PICTURES"] ?? ""
      let python = try #require(Python.interpreter)
      let result = try TestSupport.run(
        python, [Self.script.path, Self.chromium ?? "", page, pictures, "erm", "gamma-threshold"] + means)
      #expect(result.status == 0, "\(result.output)\(result.errors)")
    }
  }
}
