internal import Foundation
internal import Host
internal import TestSupport
internal import Testing

/// TensorBoard's page of hyper-parameters shows the table of runs in a real browser.
@Suite struct HyperparameterPageTests {
  static let isReady =
    BrowserTests.chromium != nil && (try? Python.run("import playwright, tensorboard"))?.status == 0

  private static let script = Repository.root.appendingPathComponent("Tests/CommandTests/hparams.py")

  /// The columns that have to be there before a reader asks for more.
  private static let first: [String] =
    ["strategy", "strategy_parameters", "objective", "seed"]
    + [Metric.accuracy, .balancedAccuracy, .macroF1, .fewAccuracy, .worstClassAccuracy].map(\.name)

  /// Trains a run of this name and returns the cells of its row, by column.
  private func train(_ strategy: String, seed: Int, in folder: URL) throws -> JSON {
    let path = folder.appendingPathComponent(strategy).path
    let result = try TestSupport.run(
      program,
      [
        "train", "--dataset", "digits-lt", "--strategy", strategy, "--seed", "\(seed)", "--epochs", "2",
        "--run-dir", path,
      ], in: Repository.root)
    #expect(result.status == 0, "\(result.errors)")
    let run = try JSON(parsing: Array(Data(contentsOf: URL(fileURLWithPath: path + "/run.json"))))
    var cells: [JSON.Member] = [
      .init("strategy", JSON(strategy)), .init("objective", "cross-entropy"), .init("seed", JSON(seed)),
    ]
    for metric in Metric.allCases {
      let value = try #require(run["result"]?[metric.rawValue])
      cells.append(.init(metric.name, value))
    }
    return .object(cells)
  }

  @Test(.enabled(if: isReady, "chromium is absent, or playwright or tensorboard in .venv"))
  func aBrowserShowsARowARunWithEveryMetric() throws {
    try Repository.withTemporaryFolder { folder in
      let runs = folder.appendingPathComponent("runs")
      let rows: JSON = [
        "erm": try train("erm", seed: 1, in: runs),
        "gamma-threshold": try train("gamma-threshold", seed: 2, in: runs),
      ]
      let expected: JSON = ["first": JSON(Self.first), "rows": rows]
      let pictures = ProcessInfo.processInfo.environment["BRHOST_PICTURES"] ?? ""
      let python = try #require(Python.interpreter)
      let result = try TestSupport.run(
        python, [Self.script.path, BrowserTests.chromium ?? "", runs.path, pictures, expected.line])
      #expect(result.status == 0, "\(result.output)\(result.errors)")
    }
  }
}
