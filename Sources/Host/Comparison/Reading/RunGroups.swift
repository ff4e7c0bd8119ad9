/// The methods that runs belong to: alike in all but the seed, whether a plan asked for them or not.
struct RunGroups {
  /// A run, and the rows of plans that ask for it.
  struct Member {
    var run: RunSummary
    var rows: [(plan: Int, row: ComparisonPlan.Row)]
  }

  /// The runs of a method.
  struct Group {
    var label: String
    var members: [Member] = []

    var runs: [RunSummary] { members.map(\.run) }
    /// The rows of plans that ask for its runs.
    var rows: [(plan: Int, row: ComparisonPlan.Row)] { members.flatMap(\.rows) }
  }

  /// The methods: those of plans in their order, then the others in the order of their first runs.
  private(set) var groups: [Group] = []
  /// How many runs are left out, for another folder has the same.
  private(set) var repeated = 0

  /// Sorts `runs` on the same data: of one method are those where all settings that matter agree. Only methods that one
  /// plan calls by two names stay two, for that is what it compares.
  ///
  /// - Parameter plans: the methods of each plan.
  init(_ runs: [FoundRuns.Run], plans: [Set<String>]) {
    var places: [String: [Int]] = [:]
    var names: [[Int: String]] = []
    func place(of run: FoundRuns.Run, labelled label: String, in groups: inout [Group]) -> Int {
      let known = places[run.summary.terms, default: []]
      let fitting = known.filter { place in
        guard let (plan, row) = run.planned else { return true }
        if let name = names[place][plan] { return name == row.method }
        return groups[place].label == row.method || !plans[plan].contains(groups[place].label)
      }
      let place = fitting.first { groups[$0].label == label } ?? fitting.first ?? groups.count
      if place == groups.count {
        groups.append(Group(label: label))
        names.append([:])
        places[run.summary.terms] = known + [place]
      }
      if let (plan, row) = run.planned { names[place][plan] = row.method }
      return place
    }
    let loose = runs.filter { $0.planned == nil }
    let labelled =
      runs.compactMap { run in run.planned.map { (run, $0.row.method) } }
      + zip(loose, MethodLabels.labels(of: loose.map(\.summary))).map { ($0, $1) }
    for (run, label) in labelled {
      let place = place(of: run, labelled: label, in: &groups)
      groups[place].members.append(Member(run: run.summary, rows: run.planned.map { [$0] } ?? []))
    }
    groups = groups.flatMap { divided($0) }
    MethodLabels.tellApart(&groups)
  }

  // MARK: - Runs of one seed

  /// The group, every seed once; or its parts, where a seed has runs of unlike results: those of each folder, or else
  /// each run alone.
  private mutating func divided(_ group: Group) -> [Group] {
    let folders = Dictionary(grouping: group.members, by: { MethodLabels.home($0.run) })
    let parts =
      Self.merged(group.members).map { [$0] }
      ?? folders.sorted { $0.key < $1.key }.flatMap { _, members in
        Self.merged(members).map { [$0] } ?? members.map { [$0] }
      }
    repeated += group.members.count - parts.joined().count
    return parts.map { Group(label: group.label, members: $0) }
  }

  /// The members with every seed once, the run that has come furthest; nil where finished runs of a seed have unlike
  /// results.
  private static func merged(_ members: [Member]) -> [Member]? {
    var merged: [Member] = []
    var places: [UInt64?: Int] = [:]
    for member in members {
      guard let place = places[member.run.seed] else {
        places[member.run.seed] = merged.count
        merged.append(member)
        continue
      }
      let other = merged[place].run
      if member.run.isDone, other.isDone, !member.run.hasResult(of: other) { return nil }
      if member.run.isDone { merged[place].run = member.run }
      merged[place].rows += member.rows
    }
    return merged
  }
}

extension RunSummary {
  /// What runs of one method share: all that their results depend on but the seed, and without what is only recorded.
  fileprivate var terms: String {
    JSON.object(identity.members.filter { !MethodLabels.unlearned.contains($0.key) }).line
  }

  fileprivate func hasResult(of other: RunSummary) -> Bool {
    result == other.result && confusion == other.confusion
  }
}
