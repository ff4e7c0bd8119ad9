/// What a check of a plugin found.
package struct ConformanceReport: Sendable {
  /// How one test ended.
  struct Result: Sendable {
    let test: ConformanceTest
    /// The strategy, nil for a test of the library.
    let strategy: String?
    let verdict: Verdict
    /// What the plugin printed meanwhile; empty where the test passed.
    var output = ""
  }

  let path: String
  let seed: UInt64
  let strategies: [(id: String, version: String)]
  let results: [Result]

  /// Whether the plugin breaks the contract.
  package var hasBreach: Bool { results.contains { $0.verdict.state.isBreach } }

  /// The line that runs a test again, in one process, such as under a debugger.
  private func reproduction(of result: Result) -> String {
    let strategy = result.strategy.map { " --strategy \($0)" } ?? ""
    return "brhost plugin check \(quoted(path))\(strategy) --only \(result.test.id) --reproduce \(seed)"
  }

  private func count(_ state: Verdict.State) -> Int { results.count { $0.verdict.state == state } }
}

// MARK: - Text

extension ConformanceReport {
  /// The report for people: a line for each test, and more for those that did not pass.
  package var text: String {
    let width = results.map(\.test.id.count).max() ?? 0
    var lines = ["\(path), seed \(seed)"]
    let groups = [(nil, "library")] + strategies.map { ($0.id as String?, "\($0.id) \($0.version)") }
    for (id, title) in groups {
      let rows = results.filter { $0.strategy == id }
      if !rows.isEmpty { lines += ["", title] + rows.flatMap { self.lines(of: $0, width) } }
    }
    lines += ["", summary]
    return lines.map { $0 + "\n" }.joined()
  }

  private func lines(of result: Result, _ width: Int) -> [String] {
    let verdict = result.verdict
    let head =
      "  \(padded(verdict.state.rawValue, 7, left: true))  \(padded(result.test.id, width, left: true))"
    let detail = printable(verdict.detail)
    guard verdict.state.isBreach || verdict.state == .warning else {
      return [detail.isEmpty ? head.trimmedRight : "\(head)  \(detail)"]
    }
    var lines = [
      "\(head)  \(detail)", "    rule: \(result.test.summary)", "    Try: \(printable(verdict.remedy))",
    ]
    if verdict.state.isBreach { lines.append("    again: \(reproduction(of: result))") }
    let printed = printable(result.output).split(separator: "\n")
    lines += printed.suffix(10).map { "    | \($0)" }
    return lines
  }

  private var summary: String {
    let counts = Verdict.State.allCases.filter { count($0) > 0 }.map { "\(count($0)) \($0.rawValue)" }
    return "\(results.count) tests: " + counts.joined(separator: ", ")
  }

  /// The text without what a plugin may have put into it to move a terminal's cursor.
  private func printable(_ text: String) -> String {
    let scalars = text.unicodeScalars.filter { $0 == "\n" || $0.properties.generalCategory != .control }
    return String(String.UnicodeScalarView(scalars))
  }

  private func quoted(_ path: String) -> String {
    let isPlain = path.allSatisfy { $0.isLetter || $0.isNumber || "/._-+:".contains($0) }
    return isPlain ? path : "'\(path.replacing("'", with: "'\\''"))'"
  }
}

extension String {
  fileprivate var trimmedRight: String { String(reversed().drop { $0 == " " }.reversed()) }
}

// MARK: - JSON

extension ConformanceReport {
  /// The report as JSON.
  package var json: String {
    let tests = results.map { result -> JSON in
      [
        "strategy": JSON(result.strategy), "test": JSON(result.test.id), "rule": JSON(result.test.summary),
        "state": JSON(result.verdict.state.rawValue), "detail": JSON(result.verdict.detail),
        "remedy": JSON(result.verdict.remedy), "output": JSON(result.output),
        "again": JSON(reproduction(of: result)),
      ]
    }
    let counts = Verdict.State.allCases.map { JSON.Member($0.rawValue, JSON(count($0))) }
    let report: JSON = [
      "path": JSON(path), "seed": JSON(seed), "conforms": JSON(!hasBreach), "counts": .object(counts),
      "tests": .array(tests),
    ]
    return report.pretty
  }
}
