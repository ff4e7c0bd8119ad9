/// The runs below some folders, as they are found: with the plan that asks for them, where there is one.
struct FoundRuns {
  /// A run, and what its plan calls its method.
  struct Run {
    let summary: RunSummary
    /// The number of its plan; nil for a run without one.
    let plan: Int?
    /// The method's label in the plan.
    let label: String?
  }

  /// A plan, and the rows of it that have no run that can be read, with the reason where they failed.
  struct Plan {
    let folder: String
    let plan: ComparisonPlan
    let without: [(row: ComparisonPlan.Row, failure: String?)]
  }

  private(set) var runs: [Run] = []
  private(set) var plans: [Plan] = []
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
    let planned = plans.first
    throw .nothingDone(
      folder: planned?.folder ?? folders.first ?? "", planned: planned?.plan.rows.count ?? 0,
      failed: planned?.without.count { $0.failure != nil } ?? 0,
      reason: planned?.without.lazy.compactMap(\.failure).first)
  }

  /// Runs without a plan.
  init(_ runs: [RunSummary]) { self.runs = runs.map { Run(summary: $0, plan: nil, label: nil) } }

  // MARK: - Reading

  private mutating func add(_ path: String) {
    do throws(ReportError) {
      let run = try RunSummary(readingFrom: path)
      notes += run.notes
      runs.append(Run(summary: run, plan: nil, label: nil))
    } catch { note(error) }
  }

  private mutating func add(_ folder: ComparisonFolder) {
    let plan: ComparisonPlan
    do { plan = try folder.readPlan() } catch {
      note(.unusablePlan(error))
      return
    }
    var without: [(row: ComparisonPlan.Row, failure: String?)] = []
    var known: [String: RunSummary] = [:]
    for row in plan.rows {
      let failure = folder.readFailure(of: row)?.reason
      let path = folder.run(of: row)
      // Methods that mean the same run share it.
      if let run = known[row.id] {
        runs.append(Run(summary: run, plan: plans.count, label: row.method))
        continue
      }
      guard (try? kind(of: "\(path)/\(RunFolder.description)")) == .file else {
        without.append((row, failure))
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
        runs.append(Run(summary: run, plan: plans.count, label: row.method))
      } catch {
        note(error)
        without.append((row, failure))
      }
    }
    plans.append(Plan(folder: folder.path, plan: plan, without: without))
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
