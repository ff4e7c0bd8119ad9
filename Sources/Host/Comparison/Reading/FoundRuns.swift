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

  private(set) var runs: [Run] = []
  /// The plans, and the rows of each that have no run that can be read, with the reason where they failed.
  private(set) var plans: [(rows: PlanRows, without: [(row: PlanRows.Row, failure: String?)])] = []
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
        case .plan(let path): try add(PlanRows(readingFrom: path))
        }
      }
    }
    guard runs.isEmpty else { return }
    if let failure { throw failure }
    let planned = plans.first
    throw .nothingDone(
      folder: planned?.rows.folder ?? folders.first ?? "", planned: planned?.rows.rows.count ?? 0,
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

  private mutating func add(_ plan: PlanRows) {
    var without: [(row: PlanRows.Row, failure: String?)] = []
    for row in plan.rows {
      let folder = plan.folder(of: row)
      let failure = plan.failure(of: row)
      guard (try? kind(of: "\(folder)/\(RunFolder.description)")) == .file else {
        without.append((row, failure))
        continue
      }
      do throws(ReportError) {
        var run = try RunSummary(readingFrom: folder)
        guard run.seed == row.seed, run.data.name == row.data else {
          throw .damaged(
            path: "\(folder)/\(RunFolder.description)",
            reason: "the plan asks for seed \(row.seed) of '\(shown(row.data))', and this is another run")
        }
        if let failure, run.state != .done { run.fail(for: failure) }
        notes += run.notes
        runs.append(Run(summary: run, plan: plans.count, label: row.method))
      } catch {
        note(error)
        without.append((row, failure ?? error.problem))
      }
    }
    plans.append((plan, without))
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
    if names.contains(PlanRows.name) { return [.plan(folder)] }
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
