/// The methods that runs belong to: alike in all but the seed, whether a plan asked for them or not.
struct RunGroups {
  /// The runs of a method.
  struct Group {
    var label: String
    fileprivate(set) var runs: [RunSummary] = []
    /// The rows of plans that ask for some of them.
    fileprivate(set) var rows: [(plan: Int, row: ComparisonPlan.Row)] = []

    /// Whether a row of this plan asks for one of the runs, and calls the method so.
    func isCalled(_ method: String, by plan: Int) -> Bool {
      rows.contains { $0.plan == plan && $0.row.method == method }
    }

    /// Whether the plan that asks for a run has another name for the method.
    fileprivate func isOtherwiseCalled(by asked: (plan: Int, row: ComparisonPlan.Row)?) -> Bool {
      guard let asked else { return false }
      return rows.contains { $0.plan == asked.plan && $0.row.method != asked.row.method }
    }
  }

  /// The methods: those of plans in their order, then the others in the order of their first runs.
  private(set) var groups: [Group] = []
  /// How many runs are left out, for another folder has the same.
  private(set) var repeated = 0

  /// Sorts `runs` on the same data: of one method are those where all settings that matter agree. Only methods that one
  /// plan calls by two names stay two, for that is what it compares.
  init(_ runs: [FoundRuns.Run]) {
    var places: [String: [Int]] = [:]
    func place(of run: FoundRuns.Run, labelled label: String, in groups: inout [Group]) -> Int {
      let terms = run.summary.terms
      let known = places[terms, default: []]
      if let place = known.first(where: { !groups[$0].isOtherwiseCalled(by: run.planned) }) { return place }
      groups.append(Group(label: label))
      places[terms] = known + [groups.count - 1]
      return groups.count - 1
    }
    for run in runs {
      guard let asked = run.planned else { continue }
      let place = place(of: run, labelled: asked.row.method, in: &groups)
      groups[place].rows.append(asked)
      add(run.summary, to: place)
    }
    let loose = runs.filter { $0.planned == nil }
    for (run, label) in zip(loose, MethodLabels.labels(of: loose.map(\.summary))) {
      add(run.summary, to: place(of: run, labelled: label, in: &groups))
    }
    groups = MethodLabels.toldApart(groups)
  }

  /// Adds a run, unless it is there, with the same result or further along.
  private mutating func add(_ run: RunSummary, to place: Int) {
    let same = groups[place].runs.firstIndex { other in
      other.seed == run.seed && (!run.isDone || !other.isDone || run.hasResult(of: other))
    }
    guard let same else { return groups[place].runs.append(run) }
    repeated += 1
    if run.isDone, !groups[place].runs[same].isDone { groups[place].runs[same] = run }
  }
}

extension RunGroups.Group {
  /// The group with some of its runs.
  func with(_ runs: [RunSummary]) -> Self {
    var part = self
    part.runs = runs
    return part
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
