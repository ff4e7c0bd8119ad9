internal import Foundation

/// The folder of a comparison: its plan, and a folder of files for each row's run.
///
/// `plan.json` · `rows/ROW/` the runs · `failures/ROW.json` why a row failed · `logs/ROW.log` what its processes said
/// · `report.html`.
public struct ComparisonFolder: Sendable {
  /// Where it is.
  public let path: String

  /// The comparison at `path`, which need not exist.
  public init(_ path: String) { self.path = path }

  /// The plan's file.
  public var plan: String { "\(path)/plan.json" }
  /// The report's file.
  public var report: String { "\(path)/report.html" }
  /// The folder of a row's run.
  public func run(of row: ComparisonPlan.Row) -> String { "\(path)/rows/\(row.id)" }
  /// The file of what a row's processes said.
  public func log(of row: ComparisonPlan.Row) -> String { "\(path)/logs/\(row.id).log" }
  func failure(of row: ComparisonPlan.Row) -> String { "\(path)/failures/\(row.id).json" }

  /// Whether a file of this name, which exists, is the record of a run or of a comparison.
  public static func isRecord(_ path: String) -> Bool {
    let name = lastPart(of: path)
    let home = folder(of: path)
    func isBeside(_ file: String) -> Bool { (try? kind(of: "\(folder(of: home))/\(file)")) == .file }
    let isInside =
      switch lastPart(of: home) {
      case "failures", "logs": isBeside("plan.json")
      case RunFolder.checkpoints: isBeside(RunFolder.description)
      default: false
      }
    return (name == "plan.json" || RunFolder.isRecord(name) || isInside) && (try? kind(of: path)) == .file
  }

  /// The longest plan and the longest failure that are read, in bytes.
  private static let planLimit = 1 << 26
  private static let failureLimit = 1 << 16

  // MARK: - Plan

  /// The plan.
  ///
  /// - Throws: `ComparisonError` where there is none, or a damaged one.
  public func readPlan() throws(ComparisonError) -> ComparisonPlan {
    let bytes: [UInt8]
    do { bytes = try readFile(at: plan, limit: Self.planLimit) } catch {
      if case .missing = error { throw .noPlan(folder: path) }
      throw .unreadable(error)
    }
    return try ComparisonPlan(parsing: bytes, path: plan)
  }

  /// Writes the plan, in the place of an earlier one.
  public func write(_ plan: ComparisonPlan) throws(FileError) {
    try AtomicFile.write(Array(plan.json.pretty.utf8), to: self.plan)
  }

  /// The runs here that belong to no row of `plan`.
  func strays(_ plan: ComparisonPlan) -> [String] {
    let known = Set(plan.rows.map(\.id))
    return ((try? fileNames(in: "\(path)/rows")) ?? []).filter { !known.contains($0) && !$0.hasPrefix(".") }
  }

  // MARK: - Rows

  /// How far a row has come.
  public func state(of row: ComparisonPlan.Row) -> RowState {
    if isInUse(row) { return .running }
    let found = RunFolder.description(in: run(of: row))
    let run = found?["settings_hash"]?.string == row.settingsHash ? found : nil
    if let run, RunFolder.isDone(run) {
      return .done(
        RowState.Result(
          accuracy: run["result"]?["accuracy"]?.double,
          balancedAccuracy: run["result"]?["balanced_accuracy"]?.double,
          seconds: run["seconds"]?.double))
    }
    if let failure = readFailure(of: row) { return .failed(failure) }
    guard let run else { return .planned }
    return run["status"] == "failed"
      ? .failed(RowFailure(status: 1, reason: run["failure"]?.string ?? "for no known reason"))
      : .interrupted(step: run["steps"]?.int ?? 0)
  }

  private func isInUse(_ row: ComparisonPlan.Row) -> Bool {
    do { try FolderLock.check(run(of: row)) } catch { if case .inUse = error { return true } }
    return false
  }

  // MARK: - Training a row

  /// Goes to where the paths of the plan's rows are seen from.
  ///
  /// - Returns: this folder, as it is seen from there.
  public func enter(_ plan: ComparisonPlan) throws(ComparisonError) -> ComparisonFolder {
    let here = ComparisonFolder(absolutePath(path))
    guard FileManager.default.changeCurrentDirectoryPath(plan.directory) else {
      throw .missingDirectory(plan.directory)
    }
    return here
  }

  /// The folder that relative paths are seen from.
  public static var workingDirectory: String { FileManager.default.currentDirectoryPath }

  /// Trains a row by `body`; remembers why it failed, where it was the row's own failure.
  public func recordingFailure<Result>(of row: ComparisonPlan.Row, _ body: () throws -> Result) throws
    -> Result
  {
    forgetFailure(of: row)
    do { return try body() } catch {
      if isOwn(error) {
        let failure = error as? any Failure
        note(
          RowFailure(
            status: Int((failure?.status ?? .failedRun).rawValue), reason: failure?.problem ?? "\(error)"),
          of: row)
      }
      throw error
    }
  }

  /// Whether an error is the row's own: another process at work on it, an interruption and a changed plan are not.
  private func isOwn(_ error: any Error) -> Bool {
    switch error {
    case FileError.inUse, TrainingError.notAsPlanned: false
    case let failure as any Failure: failure.status != .interrupted && failure.status != .done
    default: true
    }
  }

  // MARK: - Failures

  func readFailure(of row: ComparisonPlan.Row) -> RowFailure? {
    guard let bytes = try? readFile(at: failure(of: row), limit: Self.failureLimit),
      let json = try? JSON(parsing: bytes)
    else { return nil }
    return RowFailure(status: json["status"]?.int ?? 1, reason: json["reason"]?.string ?? "")
  }

  /// Remembers that a row failed, so that it is not tried again unasked.
  func note(_ failure: RowFailure, of row: ComparisonPlan.Row) {
    let json: JSON = [
      "row": JSON(row.id), "status": JSON(failure.status), "reason": JSON(failure.reason),
      "time": JSON(Self.now),
    ]
    do {
      _ = try createFolders(to: "\(path)/failures")
      try AtomicFile.write(Array(json.pretty.utf8), to: self.failure(of: row))
    } catch {}  // the row's log tells, too
  }

  /// Forgets that a row failed.
  func forgetFailure(of row: ComparisonPlan.Row) { try? removeFile(failure(of: row)) }

  /// This moment, in UTC.
  public static var now: String { RunStatus.time(Date().timeIntervalSince1970) }
}
