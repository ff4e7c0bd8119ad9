/// Why a comparison cannot be planned or go on.
public enum ComparisonError: Error, Equatable {
  case noPlan(folder: String)
  case damagedPlan(path: String, reason: String)
  case unreadable(FileError)
  /// No row of that id or place.
  case noRow(String, count: Int, folder: String)
  /// The folder that a plan's paths are seen from cannot be gone to.
  case missingDirectory(String)
  /// Two methods of one name.
  case repeatedMethod(String)
  case unknownBaseline(String, methods: [String])
  /// Neither an option of `train` nor a parameter of one of the methods.
  case unknownSweep(String, nearest: String?)
  /// An option of `train` that cannot be swept.
  case notSwept(String, reason: String)
  case malformed(option: String, text: String, expected: String)
  /// Two reports to one file.
  case repeatedFile(path: String)
  case tooManyRows(Int, limit: Int)
  /// So many of the rows failed.
  case failedRows(Int, of: Int, folder: String)
  case interrupted(done: Int, of: Int)
  /// Rows that other processes are at work on.
  case elsewhere(Int, folder: String)
  case cannotStart(reason: String)
  /// A report that would take the place of what a run or a comparison has recorded.
  case overwritesRecords(path: String)
}

extension ComparisonError: Failure {
  /// What happened and where.
  public var problem: String {
    switch self {
    case .noPlan(let folder): "'\(folder)' holds no comparison: there is no plan.json in it"
    case .damagedPlan(let path, let reason):
      "'\(path)' is no plan of a comparison: \(shown(reason, limit: 200))"
    case .unreadable(let error): error.problem
    case .noRow(let text, let count, let folder):
      "the plan in '\(folder)' has no row '\(shown(text))'; it has \(count) rows"
    case .missingDirectory(let path):
      "the plan was made in '\(shown(path, limit: 300))', which cannot be gone to"
    case .repeatedMethod(let name): "the method '\(shown(name))' is named twice"
    case .unknownBaseline(let name, let methods):
      "the baseline '\(shown(name))' is none of the methods: \(methods.map { shown($0) }.joined(separator: ", "))"
    case .unknownSweep(let name, _):
      "'\(shown(name))' is neither an option of 'train' nor a parameter of any of these methods"
    case .notSwept(let name, let reason): "'--\(name)' cannot be swept: \(reason)"
    case .repeatedFile(let path): "two reports are to be written to '\(shown(path, limit: 300))'"
    case .malformed(let option, let text, let expected):
      "'\(option)' got '\(shown(text))'; expected \(expected)"
    case .tooManyRows(let rows, let limit): "this is a plan of \(rows) rows; at most \(limit) are possible"
    case .failedRows(let failed, let all, let folder):
      "\(failed) of \(all) rows failed; 'brhost compare status \(folder)' says why"
    case .interrupted(let done, let all): "interrupted: \(done) of \(all) rows are done"
    case .elsewhere(let rows, let folder):
      "other processes are at work on \(rows) of the rows in '\(folder)'"
    case .overwritesRecords(let path): "the report would overwrite '\(shown(path, limit: 300))', a record"
    case .cannotStart(let reason): "cannot start the process of a row: \(reason)"
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .noPlan: "the folder that 'brhost compare --out' named."
    case .damagedPlan: "the 'brhost compare' command that made it, again: finished rows stay."
    case .unreadable(let error): error.remedy
    case .noRow(_, _, let folder): "'brhost compare status \(folder) --json', which lists them."
    case .missingDirectory: "the 'brhost compare' command again, which makes a new plan."
    case .repeatedMethod: "name it once, or tell them apart by a parameter."
    case .unknownBaseline: "--baseline with one of them, written the same."
    case .unknownSweep(_, let nearest):
      (nearest.map { "'\($0)'; " } ?? "") + "'brhost help train' and 'brhost plugin info NAME' list them."
    case .notSwept: "'brhost help compare', which lists what can be."
    case .repeatedFile: "a file for each of them."
    case .malformed: "'brhost help compare', which has examples."
    case .tooManyRows: "fewer values, seeds or methods."
    case .failedRows: "mend the cause, then the same command with --retry-failed."
    case .interrupted: "the same command again; it goes on from there."
    case .elsewhere: "wait for them; then the same command again."
    case .overwritesRecords: "another file for the report."
    case .cannotStart: "'ulimit -u', '-n' and '-v', which limit processes, open files and memory."
    }
  }

  /// 64 for a wrong command line, 65 for bad files, 75 where it goes on, else 1.
  public var status: ExitStatus {
    switch self {
    case .noPlan, .damagedPlan, .unreadable, .missingDirectory: .badData
    case .overwritesRecords, .repeatedFile, .noRow, .repeatedMethod, .unknownBaseline, .unknownSweep,
      .notSwept, .malformed, .tooManyRows:
      .usage
    case .interrupted, .elsewhere: .interrupted
    case .failedRows, .cannotStart: .failedRun
    }
  }
}
