/// The methods that runs belong to: alike in all but the seed, whether a plan asked for them or not.
struct RunGroups {
  /// The runs of a method.
  struct Group {
    let label: String
    let runs: [FoundRuns.Run]

    /// Whether a row of this plan asks for one of the runs, and calls the method so.
    func isCalled(_ method: String, by plan: Int) -> Bool {
      runs.contains { run in run.planned.map { $0.plan == plan && $0.row.method == method } ?? false }
    }

    var method: ComparedMethod { ComparedMethod(label: label, runs: runs.map(\.summary)) }
  }

  /// The methods: those of plans in their order, then the others in the order of their first runs.
  private(set) var groups: [Group] = []
  /// How many runs are left out, for another folder has the same.
  private(set) var repeated = 0

  /// Sorts `runs` on the same data. A method that two plans ask for, or a plan and a run without one, is the same where
  /// all settings agree. Where methods would else have one name, or one a seed twice, folders tell them apart.
  init(_ runs: [FoundRuns.Run]) {
    var table = Table()
    for run in runs {
      guard let (_, row) = run.planned else { continue }
      table.add(run, to: Key(label: row.method, terms: run.summary.identity.withoutSeed))
    }
    let known = Dictionary(
      table.order.map { ($0.terms, $0) }, uniquingKeysWith: { first, _ in first })
    let (joining, loose) = runs.filter { $0.planned == nil }
      .divided { known[$0.summary.identity.withoutSeed] != nil }
    for run in joining {
      if let key = known[run.summary.identity.withoutSeed] { table.add(run, to: key) }
    }
    repeated = table.repeated
    for (label, run) in zip(MethodLabels.labels(of: loose.map(\.summary)), loose) {
      table.append(run, to: Key(label: label, terms: nil))
    }
    groups = Self.named(table)
  }

  /// What the runs of a method have in common; runs without a plan are called by all that differs among them.
  private struct Key: Hashable {
    let label: String
    let terms: String?
  }

  private struct Table {
    var order: [Key] = []
    var runs: [Key: [FoundRuns.Run]] = [:]
    var repeated = 0

    mutating func append(_ run: FoundRuns.Run, to key: Key) {
      if runs[key] == nil { order.append(key) }
      runs[key, default: []].append(run)
    }

    /// Adds a run, or puts it in the place of the same one that has not come as far.
    mutating func add(_ run: FoundRuns.Run, to key: Key) {
      guard let place = runs[key]?.firstIndex(where: { $0.summary.seed == run.summary.seed }) else {
        return append(run, to: key)
      }
      repeated += 1
      if run.summary.isDone, runs[key]?[place].summary.isDone == false { runs[key]?[place] = run }
    }
  }

  private static func named(_ table: Table) -> [Group] {
    var uses: [String: Int] = [:]
    for key in table.order { uses[key.label, default: 0] += 1 }
    return table.order.flatMap { key -> [Group] in
      let runs = table.runs[key] ?? []
      let label = shown(key.label, limit: 300)
      if uses[key.label] == 1, Set(runs.map(\.summary.seed)).count == runs.count {
        return [Group(label: label, runs: runs)]
      }
      let all = table.order.filter { $0.label == key.label }.flatMap { table.runs[$0] ?? [] }
      return MethodLabels.groups(of: runs, among: all).map { name, runs in
        Group(label: "\(label) (\(shown(name, limit: 200)))", runs: runs)
      }
    }
  }
}

extension RunIdentity {
  /// What runs of one method share.
  fileprivate var withoutSeed: String {
    JSON.object(members.filter { $0.key != "seed" }).line
  }
}

extension [FoundRuns.Run] {
  /// Those that are so, and the others.
  fileprivate func divided(by isSo: (FoundRuns.Run) -> Bool) -> ([FoundRuns.Run], [FoundRuns.Run]) {
    (filter(isSo), filter { !isSo($0) })
  }
}
