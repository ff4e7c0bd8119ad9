/// How a test of a plugin ended.
package struct Verdict: Sendable, Equatable {
  /// The kinds of ending.
  package enum State: String, Sendable, CaseIterable {
    case passed
    /// Works, but an author will want to know.
    case warning
    case failed
    /// Does not apply to this strategy.
    case skipped
    /// The plugin ended the process, or had to be ended.
    case crashed

    /// Whether a plugin with such a verdict breaks the contract.
    package var isBreach: Bool { self == .failed || self == .crashed }
  }

  /// The kind of ending.
  package var state: State
  /// What was found, one line; empty where there is nothing to say.
  package var detail: String
  /// What to do about it, one line; empty where nothing has to be done.
  package var remedy: String

  static let passed = Verdict(state: .passed, detail: "", remedy: "")

  static func passed(_ note: String) -> Verdict { Verdict(state: .passed, detail: note, remedy: "") }

  static func skipped(_ reason: String) -> Verdict { Verdict(state: .skipped, detail: reason, remedy: "") }

  static func warning(_ problem: String, try remedy: String) -> Verdict {
    Verdict(state: .warning, detail: problem, remedy: remedy)
  }

  static func crashed(_ problem: String, try remedy: String) -> Verdict {
    Verdict(state: .crashed, detail: problem, remedy: remedy)
  }

  /// The verdict on a test that ended with an error.
  init(failure: any Failure) {
    self.init(state: .failed, detail: failure.problem, remedy: failure.remedy)
  }

  init(state: State, detail: String, remedy: String) {
    self.state = state
    self.detail = detail
    self.remedy = remedy
  }
}

/// A breach of the contract that a test found.
struct Fault: Failure, Equatable {
  let problem: String
  let remedy: String
  var status: ExitStatus { .failedRun }

  init(_ problem: String, try remedy: String) {
    self.problem = problem
    self.remedy = remedy
  }
}
