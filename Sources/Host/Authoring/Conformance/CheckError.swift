/// Why a plugin could not be checked at all.
package enum CheckError: Failure, Equatable {
  case noSuchTest(String)
  case unusable(problem: String, remedy: String, ExitStatus)
  case cannotStart(reason: String)
  case severalTests([String])
  case interrupted

  package var problem: String {
    switch self {
    case .noSuchTest(let pattern): "no test is called '\(pattern)' or has that in its name"
    case .unusable(let problem, _, _): problem
    case .cannotStart(let reason): "a process for a test cannot be started: \(reason)"
    case .severalTests(let ids): "'--reproduce' runs one test, not \(ids.count)"
    case .interrupted: "interrupted; the check is not complete"
    }
  }

  package var remedy: String {
    switch self {
    case .noSuchTest(let pattern):
      (nearest(to: pattern, in: ConformanceTest.all.map(\.id)).map { "'--only \($0)'; " } ?? "")
        + "'brhost help plugin check', which lists the tests."
    case .unusable(_, let remedy, _): remedy
    case .cannotStart: "fewer programs at once, or more memory."
    case .severalTests(let ids): "'--only \(ids.first ?? "time")'."
    case .interrupted: "the same line again."
    }
  }

  package var status: ExitStatus {
    switch self {
    case .noSuchTest, .severalTests: .usage
    case .unusable(_, _, let status): status
    case .cannotStart: .failedRun
    case .interrupted: .interrupted
    }
  }
}
