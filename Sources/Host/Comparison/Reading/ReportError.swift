/// Why there is nothing to report, and what to do about it.
public enum ReportError: Error, Equatable {
  case unreadable(FileError)
  /// A `run.json` that is not one.
  case damaged(path: String, reason: String)
  /// A `plan.json` that is not one.
  case unusablePlan(ComparisonError)
  /// A folder without runs.
  case noRuns(folder: String)
  /// A plan of which no run has left anything to report.
  case nothingDone(folder: String, planned: Int, failed: Int, reason: String?)
  /// A baseline that no method is called.
  case noSuchBaseline(label: String, labels: [String])
}

extension ReportError: Failure {
  /// What happened, where, what was found and what was expected.
  public var problem: String {
    switch self {
    case .unreadable(let error): error.problem
    case .damaged(let path, let reason): "'\(path)' does not describe a run: \(reason)"
    case .unusablePlan(let error): error.problem
    case .noRuns(let folder): "'\(folder)' holds no run: no run.json in it or in the folders below"
    case .nothingDone(let folder, let planned, let failed, let reason):
      "no run of the plan in '\(folder)' can be shown: \(planned) planned, \(failed) failed"
        + (reason.map { ": \(shown($0, limit: 300))" } ?? "")
    case .noSuchBaseline(let label, let labels):
      "no method is called '\(shown(label, limit: 200))'; there are "
        + labels.prefix(20).map { "'\(shown($0))'" }.joined(separator: ", ")
        + (labels.count > 20 ? ", …" : "")
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .unreadable(let error): error.remedy
    case .damaged: "remove that folder from the report, or repeat the run."
    case .unusablePlan(let error): error.remedy
    case .noRuns: "name the folder of a run, or one that holds some, such as 'runs'."
    case .nothingDone(let folder, _, _, _):
      "'brhost compare status \(folder)', and go on with the comparison."
    case .noSuchBaseline: "--baseline with one of these, in quotes where it has spaces."
    }
  }

  /// 64 for a name that there is not, 65 for bad data.
  public var status: ExitStatus { if case .noSuchBaseline = self { .usage } else { .badData } }
}
