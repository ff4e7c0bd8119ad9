/// Works through a plan: a process for each row, some at a time, until every row is done or has failed.
public struct ComparisonRun: ~Copyable {
  /// How the rows are worked through. Results do not depend on it.
  public struct Options: Sendable {
    /// Rows at a time.
    public var jobs = 1
    /// Threads of all rows together.
    public var threads = Machine.cores
    /// Whether rows that failed before are tried again.
    public var retriesFailed = false
    /// The program that trains a row.
    public var program = "/proc/self/exe"

    /// The defaults.
    public init() {}
  }

  /// What happens, for whoever watches.
  public enum Event: Sendable {
    /// Time has passed.
    case none
    case began(ComparisonPlan.Row)
    case ended(ComparisonPlan.Row)
  }

  private let plan: ComparisonPlan
  private let folder: ComparisonFolder
  private let options: Options
  private let lock: FolderLock
  private var queue: ArraySlice<ComparisonPlan.Row> = []
  private var working: [RowProcess] = []
  /// How far everything has come.
  public private(set) var status: ComparisonStatus

  /// Writes the plan into its folder, where no other process may be at work on a plan.
  ///
  /// - Throws: `FileError`; an earlier plan then is as it was.
  public init(
    _ plan: ComparisonPlan, in folder: ComparisonFolder, _ options: Options
  ) throws(FileError) {
    lock = try Self.prepare(folder, for: plan)
    self.plan = plan
    self.folder = folder
    self.options = options
    status = ComparisonStatus(plan, in: folder)
  }

  private static func prepare(
    _ folder: ComparisonFolder, for plan: ComparisonPlan
  ) throws(FileError) -> FolderLock {
    if (try? kind(of: "\(folder.path)/\(RunFolder.description)")) == .file {
      throw .runExists(folder: folder.path, run: "a run", option: "--out")
    }
    let created = try createFolders(to: folder.path)
    do {
      let lock = try FolderLock(folder.path)
      for temporary in temporaryFiles(in: folder.path) { try? removeFile(temporary) }
      for name in ["rows", "logs"] { _ = try createFolders(to: "\(folder.path)/\(name)") }
      try folder.write(plan)
      return lock
    } catch {
      removeFolders(created)
      throw error
    }
  }

  /// Trains what is not done yet.
  ///
  /// - Parameters:
  ///   - isInterrupted: whether the user wants it to end; rows at work then save their state and end.
  ///   - report: called at every event, and at least five times a second.
  /// - Throws: `ComparisonError.cannotStart` where no row is at work and none can be begun.
  public mutating func run(
    isInterrupted: () -> Bool = { Interruption.isRequested },
    reporting report: (ComparisonStatus, Event) -> Void
  ) throws(ComparisonError) {
    Interruption.beginWork()
    queue = due()[...]
    var isEnding = false
    while true {
      if isInterrupted(), !isEnding {
        isEnding = true
        queue = []
        for process in working { process.child.interrupt() }
      }
      while working.count < options.jobs, let row = queue.first {
        // Where the system refuses a process, there may be room once another one has ended.
        do throws(ComparisonError) { try begin(row, report) } catch {
          if working.isEmpty { throw error }
          break
        }
      }
      if working.isEmpty { break }
      ChildProcess.waitForAny(of: working.map(\.child), milliseconds: 200)
      settle(report)
      report(status, .none)
    }
  }

  /// The rows to train: neither done nor at work elsewhere, and failed ones only where they are asked for.
  private func due() -> [ComparisonPlan.Row] {
    plan.runs.filter { row in
      switch status.state(of: row) {
      case .planned, .interrupted: return true
      case .failed: return options.retriesFailed
      case .done, .running: return false
      }
    }
  }

  private mutating func begin(
    _ row: ComparisonPlan.Row, _ report: (ComparisonStatus, Event) -> Void
  ) throws(ComparisonError) {
    // Rows that are left alone at the end get the threads of the others.
    let atOnce = min(options.jobs, working.count + queue.count)
    let threads = max(1, options.threads / max(1, atOnce))
    folder.forgetFailure(of: row)
    working.append(
      try RowProcess(row, in: folder, program: options.program, threads: threads))
    queue.removeFirst()
    status.set(.running, of: row)
    report(status, .began(row))
  }

  /// Takes what the processes have said, and finds out how those that have ended did.
  private mutating func settle(_ report: (ComparisonStatus, Event) -> Void) {
    for process in working {
      let hasEnded = process.hasEnded()
      status.progress[process.row.id] = process.progress
      guard hasEnded else { continue }
      working.removeAll { $0 === process }
      status.progress[process.row.id] = nil
      status.set(outcome(of: process), of: process.row)
      report(status, .ended(process.row))
    }
  }

  /// The state that a process that has ended leaves its row in. A row that was asked to end goes on another time; one
  /// that has crashed or was killed, perhaps for want of memory, has failed.
  private func outcome(of process: RowProcess) -> RowState {
    let end = process.end()
    let failure: RowFailure
    switch end {
    case .exit(ExitStatus.done.rawValue), .exit(ExitStatus.interrupted.rawValue):
      return folder.state(of: process.row)
    case .exit(let status):
      let state = folder.state(of: process.row)
      if state == .running || state.failure != nil { return state }
      failure = RowFailure(status: Int(status), reason: process.lastWords)
    case .signal(1), .signal(2), .signal(15):
      return folder.state(of: process.row)
    case .signal, .timeout, .nonsense:
      failure = RowFailure(status: 1, reason: "its process \(end)")
    }
    folder.note(failure, of: process.row)
    return .failed(failure)
  }
}
