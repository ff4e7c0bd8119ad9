/// One rule of the contract, as a test of a plugin.
package struct ConformanceTest: Sendable {
  /// What is tested: a library as a whole, or each of its strategies.
  enum Body: Sendable {
    case library(@Sendable (LibraryTrial) throws -> Verdict)
    case strategy(@Sendable (StrategyTrial) throws -> Verdict)
  }

  /// The name for `--only`.
  package let id: String
  /// The rule, in one sentence.
  package let summary: String
  /// What an author should look at where the plugin crashes in this test.
  let afterCrash: String
  /// Why it says nothing about this strategy; nil where it does.
  let inapplicable: @Sendable (StrategyManifest) -> String?
  let body: Body

  /// A test of a library as a whole.
  static func library(
    _ id: String, _ summary: String, run: @escaping @Sendable (LibraryTrial) throws -> Verdict
  ) -> ConformanceTest {
    ConformanceTest(
      id: id, summary: summary, afterCrash: "", inapplicable: { _ in nil }, body: .library(run))
  }

  /// A test of a strategy.
  static func strategy(
    _ id: String, _ summary: String, afterCrash: String = "",
    unless inapplicable: @escaping @Sendable (StrategyManifest) -> String? = { _ in nil },
    run: @escaping @Sendable (StrategyTrial) throws -> Verdict
  ) -> ConformanceTest {
    ConformanceTest(
      id: id, summary: summary, afterCrash: afterCrash, inapplicable: inapplicable, body: .strategy(run))
  }

  var isOfLibrary: Bool { if case .library = body { true } else { false } }
}

extension ConformanceTest {
  /// Every test, in the order of a run: what later ones rely on comes first.
  package static let all =
    ofLibrary + ofLife + ofOutputs + ofSurroundings + ofPromises + ofBatches + ofRecords + ofInstances
    + ofParameters + ofState + ofManners + ofObjectives

  /// The tests without which this one says nothing: where one of them fails, it waits.
  var prerequisites: [String] {
    let essential = ["table", "create-destroy", "outputs-written"].filter { $0 != id }
    return Self.comparing.contains(id) ? essential + ["determinism"] : essential
  }

  /// The tests that compare answers, which may differ by themselves where a strategy is not deterministic.
  private static let comparing: Set = [
    "setup-size", "step-size", "host-size", "equivariance", "interleaved", "threads", "state-continues",
    "state-damaged", "inputs-unchanged",
  ]

  /// The tests whose id is `pattern`, contains it, or fits it, where `*` stands for any text.
  package static func matching(_ pattern: String) -> [ConformanceTest] {
    if let exact = all.first(where: { $0.id == pattern }) { return [exact] }
    guard pattern.contains("*") else { return all.filter { $0.id.contains(pattern) } }
    return all.filter { fits($0.id[...], pattern[...]) }
  }

  private static func fits(_ text: Substring, _ pattern: Substring) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == "*" {
      return fits(text, pattern.dropFirst()) || !text.isEmpty && fits(text.dropFirst(), pattern)
    }
    return text.first == first && fits(text.dropFirst(), pattern.dropFirst())
  }
}
