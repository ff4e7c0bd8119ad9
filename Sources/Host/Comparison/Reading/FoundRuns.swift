/// The runs below some folders, as they are found: with the row of a plan that asks for them, where there is one.
struct FoundRuns {
  /// A run, and the row that asks for it.
  struct Run {
    let summary: RunSummary
    /// The number of the plan and its row; nil for a run without one.
    let planned: (plan: Int, row: ComparisonPlan.Row)?
  }

  /// A row without a run that can be read, and why it failed, where it did.
  struct Missing {
    let plan: Int
    let row: ComparisonPlan.Row
    let failure: String?
  }

  private(set) var runs: [Run] = []
  private(set) var missing: [Missing] = []
  private(set) var plans: [(folder: String, plan: ComparisonPlan)] = []
  private(set) var notes: [String] = []
  /// Why the last run could not be read that could not.
  private var failure: ReportError?
  private var folders: Set<String> = []

  /// Reads the runs in `folders` and in the folders below them, three levels deep. A run that cannot be read is left
  /// out with a note; where no run is left, that is an error.
  init(in folders: [String]) throws(ReportError) {
    for folder in folders {
      let places: [Place]
      do { places = try Self.places(in: Self.withoutLastSlash(folder), depth: 3) } catch {
        throw .unreadable(error)
      }
      guard !places.isEmpty else { throw .noRuns(folder: folder) }
      for place in places where self.folders.insert(place.folder).inserted {
        switch place {
        case .run(let path): add(path)
        case .plan(let path): add(ComparisonFolder(path))
        }
      }
    }
    guard runs.isEmpty else { return }
    if let failure { throw failure }
    throw .nothingDone(
      folder: plans.first?.folder ?? folders.first ?? "", planned: missing.count,
      failed: missing.count { $0.failure != nil }, reason: missing.lazy.compactMap(\.failure).first)
  }

  /// Runs without a plan.
  init(_ runs: [RunSummary]) { self.runs = runs.map { Run(summary: $0, planned: nil) } }

  // MARK: - Reading

  private mutating func add(_ path: String) {
    do throws(ReportError) {
      let run = try RunSummary(readingFrom: path)
      notes += run.notes
      runs.append(Run(summary: run, planned: nil))
    } catch { note(error) }
  }

  private mutating func add(_ folder: ComparisonFolder) {
    let plan: ComparisonPlan
    do { plan = try folder.readPlan() } catch {
      note(.unusablePlan(error))
      return
    }
    let number = plans.count
    plans.append((folder.path, plan))
    var known: [String: RunSummary] = [:]
    let rows = Dictionary(grouping: plan.rows, by: \.method)
    for row in plan.methods.flatMap({ rows[$0] ?? [] }) {
      let failure = folder.readFailure(of: row)?.reason
      let path = folder.run(of: row)
      // Methods that mean the same run share it.
      if let run = known[row.id] {
        runs.append(Run(summary: run, planned: (number, row)))
        continue
      }
      guard (try? kind(of: "\(path)/\(RunFolder.description)")) == .file else {
        missing.append(Missing(plan: number, row: row, failure: failure))
        continue
      }
      do throws(ReportError) {
        var run = try RunSummary(readingFrom: path)
        guard run.settingsHash == row.settingsHash, run.seed == row.seed else {
          throw .damaged(
            path: "\(path)/\(RunFolder.description)", reason: "the plan asks for another run in this folder")
        }
        if let failure, run.state != .done { run.fail(for: failure) }
        notes += run.notes
        known[row.id] = run
        runs.append(Run(summary: run, planned: (number, row)))
      } catch {
        note(error)
        missing.append(Missing(plan: number, row: row, failure: failure ?? error.problem))
      }
    }
  }

  private mutating func note(_ error: ReportError) {
    failure = error
    notes.append(error.problem)
  }

  // MARK: - Finding

  private enum Place {
    case run(String), plan(String)

    var folder: String {
      switch self {
      case .run(let path), .plan(let path): path
      }
    }
  }

  private static func places(in folder: String, depth: Int) throws(FileError) -> [Place] {
    let names = try fileNames(in: folder)
    if names.contains(RunFolder.description) { return [.run(folder)] }
    if names.contains(lastPart(of: ComparisonFolder(folder).plan)) { return [.plan(folder)] }
    guard depth > 0 else { return [] }
    var found: [Place] = []
    for name in names where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      if let kind = try? kind(of: path), kind == .folder {
        found += (try? places(in: path, depth: depth - 1)) ?? []
      }
    }
    return found
  }

  private static func withoutLastSlash(_ path: String) -> String {
    let kept = path.reversed().drop { $0 == "/" }
    return kept.isEmpty ? path : String(kept.reversed())
  }
}
