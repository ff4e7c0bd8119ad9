/// How far every row of a comparison has come.
public struct ComparisonStatus: Sendable {
  /// The plan.
  public let plan: ComparisonPlan
  /// Its folder.
  public let folder: String
  /// How far the rows at work have come, by id.
  public internal(set) var progress: [String: RowProgress] = [:]
  /// The runs in the folder that belong to no row, such as those of an earlier plan.
  public let strays: Int
  private var states: [String: RowState] = [:]

  /// The status of `plan` as its folder tells it.
  public init(_ plan: ComparisonPlan, in folder: ComparisonFolder) {
    self.plan = plan
    self.folder = folder.path
    strays = folder.strays(plan).count
    for row in plan.runs { states[row.id] = folder.state(of: row) }
  }

  /// A status of states that are known, for views.
  package init(_ plan: ComparisonPlan, folder: String, states: [String: RowState]) {
    self.plan = plan
    self.folder = folder
    self.states = states
    strays = 0
  }

  /// How far a row has come.
  public func state(of row: ComparisonPlan.Row) -> RowState { states[row.id] ?? .planned }

  mutating func set(_ state: RowState, of row: ComparisonPlan.Row) { states[row.id] = state }

  /// The number of rows in a state of this kind.
  public func count(_ kind: RowState.Kind) -> Int { plan.rows.count { state(of: $0).kind == kind } }

  /// Whether every row is done.
  public var isDone: Bool { count(.done) == plan.rows.count }

  /// The rows that failed, each with its reason; those that share a run once.
  public var failures: [(row: ComparisonPlan.Row, failure: RowFailure)] {
    plan.runs.compactMap { row in state(of: row).failure.map { (row, $0) } }
  }

  /// What the whole comes to: the error that ends a comparison of this status; nil where every row is done.
  ///
  /// - Parameter isInterrupted: whether the user ended it.
  public func verdict(isInterrupted: Bool) -> ComparisonError? {
    if isDone { return nil }
    if isInterrupted || count(.interrupted) + count(.planned) > 0 {
      return .interrupted(done: count(.done), of: plan.rows.count)
    }
    if count(.running) > 0 { return .elsewhere(count(.running), folder: folder) }
    return .failedRows(count(.failed), of: plan.rows.count, folder: folder)
  }
}

// MARK: - Text

extension ComparisonStatus {
  /// The status for people: a table of methods and seeds for each data set, the counts, and why rows failed.
  public var text: String {
    var parts = plan.datasets.map { table(of: $0) }
    parts.append(
      summary + ". Cells: balanced test accuracy where a row is done, in percent; else how far it is.\n")
    if !failures.isEmpty {
      parts.append(
        failures.map { row, failure in
          "row \(row.id), \(shown(row.method)) on \(shown(row.dataset)), seed \(row.seed), failed: "
            + "\(shown(failure.reason, limit: 300))\n"
        }.joined())
    }
    if strays > 0 {
      parts.append("\(strays) \(strays == 1 ? "run" : "runs") of earlier plans are kept in rows/.\n")
    }
    return parts.joined(separator: "\n")
  }

  /// The counts in a few words: "7 of 9 rows done, 1 running, 1 failed".
  public var summary: String {
    let others = [RowState.Kind.running, .interrupted, .failed, .planned].compactMap { kind in
      count(kind) > 0 ? "\(count(kind)) \(kind.rawValue)" : nil
    }
    return (["\(count(.done)) of \(plan.rows.count) rows done"] + others).joined(separator: ", ")
  }

  /// Methods down, seeds across.
  public func table(of dataset: String) -> String {
    let rows = plan.rows.filter { $0.dataset == dataset }
    let seeds = Set(rows.map(\.seed)).sorted()
    let bySeed = Dictionary(grouping: rows, by: \.method).mapValues { rows in
      Dictionary(rows.map { ($0.seed, $0) }, uniquingKeysWith: { first, _ in first })
    }
    var table = [["\(shown(dataset))"] + seeds.map { "seed \($0)" }]
    for method in plan.methods {
      guard let own = bySeed[method] else { continue }
      table.append([shown(method)] + seeds.map { seed in own[seed].map { cell($0) } ?? "" })
    }
    return textTable(table)
  }

  private func cell(_ row: ComparisonPlan.Row) -> String {
    switch state(of: row) {
    case .planned: "·"
    case .running: progress[row.id].map { "\(decimal($0.share * 100, places: 0)) %…" } ?? "…"
    case .interrupted(let step): "step \(step)"
    case .done(let result): decimal(result.balancedAccuracy.map { $0 * 100 }, places: 1)
    case .failed: "failed"
    }
  }
}

// MARK: - JSON

extension ComparisonStatus {
  /// The status for programs.
  public var json: String {
    let value: JSON = [
      "folder": JSON(folder), "baseline": JSON(plan.baseline), "done": JSON(count(.done)),
      "running": JSON(count(.running)), "interrupted": JSON(count(.interrupted)),
      "failed": JSON(count(.failed)), "planned": JSON(count(.planned)), "strays": JSON(strays),
      "rows": .array(plan.rows.map(json)),
    ]
    return value.pretty
  }

  private func json(_ row: ComparisonPlan.Row) -> JSON {
    let state = state(of: row)
    var members: [JSON.Member] = [
      .init("row", JSON(row.id)), .init("method", JSON(row.method)), .init("dataset", JSON(row.dataset)),
      .init("seed", JSON(row.seed)), .init("state", JSON(state.kind.rawValue)),
    ]
    switch state {
    case .done(let result):
      members.append(.init("accuracy", JSON(result.accuracy)))
      members.append(.init("balanced_accuracy", JSON(result.balancedAccuracy)))
      members.append(.init("seconds", JSON(result.seconds)))
    case .failed(let failure):
      members.append(.init("status", JSON(failure.status)))
      members.append(.init("reason", JSON(failure.reason)))
    case .interrupted(let step): members.append(.init("step", JSON(step)))
    case .planned, .running: break
    }
    return .object(members)
  }
}
