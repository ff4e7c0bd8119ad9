import Foundation
import Host
import TestSupport
import Testing

/// What was built against the header of an earlier version runs in today's host: each folder of `Released` has
/// the header as it was, and a plugin that uses all of it. Skipped without a C compiler.
@Suite(.enabled(if: CompiledPlugin.compiler != nil, "no C compiler")) struct ReleasedHeaderTests {
  static let folder = Repository.root.appendingPathComponent("Tests/ContractTests/Released")
  static let versions =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

  @Test func firstVersionIsThere() { #expect(Self.versions.first == "1.0") }

  @Test(arguments: versions)
  func pluginOfThatVersionRuns(_ version: String) throws {
    let header = Self.folder.appendingPathComponent(version)
    try Repository.withTemporaryFolder { folder in
      let path = try CompiledPlugin.build(
        header.appendingPathComponent("plugin.c"), ["-Wextra"], in: folder, header: header)
      let located = try PluginCatalog(folders: []).find(path)

      var lines: [String] = []
      var metrics: [Double] = []
      var services = StrategyServices.serial
      services.log = { _, text in lines.append(text) }
      services.metric = { _, value in metrics.append(value) }
      var first = try StrategyInstance(located, setup: TrialRun.setup, services: services)
      #expect(lines == ["made"])

      let batch = TrialRun.Batch(count: 4)
      var answer = try TrialRun.step(&first, batch)
      #expect(answer.weights == [0.25, 0.25, 0.25, 0.25])
      #expect(answer.scores == batch.losses.map { $0 + 1 })
      answer = try TrialRun.step(&first, batch, step: 1)
      #expect(answer.scores == batch.losses.map { $0 + 2 } && metrics == [1, 2])

      var second = try StrategyInstance(located, setup: TrialRun.setup)
      let state = try first.saveState()
      #expect(state.map(\.name).sorted() == ["bytes", "precise", "reals", "small", "steps"])
      try second.loadState(state)
      #expect(try TrialRun.step(&second, batch, step: 2).outcome.isUniform)
      #expect(throws: PluginError.self) { try second.loadState(state.filter { $0.name != "steps" }) }
    }
  }
}
