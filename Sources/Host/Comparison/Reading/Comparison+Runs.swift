extension Comparison {
  /// Sorts runs on the same data into methods, and finds what each is compared with.
  ///
  /// - Parameters:
  ///   - runs: at least one.
  ///   - missing: the rows of plans on these data that have no run.
  ///   - plans: the plans of all runs.
  ///   - wanted: the label of the baseline that was asked for.
  init(
    of runs: [FoundRuns.Run], missing: [FoundRuns.Missing], name: String,
    plans: [(folder: String, plan: ComparisonPlan)], baseline wanted: String?
  ) {
    let sorted = RunGroups(runs, plans: plans.map { Set($0.plan.methods) })
    var groups = sorted.groups
    var notes: [String] = []
    if sorted.repeated > 0 {
      notes.append(
        sorted.repeated == 1
          ? "1 run is there twice and counts once" : "\(sorted.repeated) runs are there twice and count once")
    }
    let involved = Set(runs.compactMap(\.planned?.plan) + missing.map(\.plan)).sorted()
    let main = Self.baseline(of: groups, plans: involved.map { ($0, plans[$0].plan) }, wanted, &notes)
    groups.insert(groups.remove(at: main), at: 0)
    let references = Self.references(of: groups, isChosen: groups[0].label == wanted, &notes)

    let kept = Set(groups.flatMap(\.runs).map(\.settingsHash))
    let lost = missing.filter { !kept.contains($0.row.settingsHash) }
    let (counts, losses) = Self.outcomes(of: groups, Self.once(lost))
    self.init(
      name: name, methods: groups.map { ComparedMethod(label: $0.label, runs: $0.runs) },
      references: references, plans: involved.map { PlanFacts(plans[$0].plan, in: plans[$0].folder) },
      counts: counts, losses: losses, notes: notes)
  }

  // MARK: - Baselines

  /// The place of the method that others are compared with where nothing else is said: the one that was asked for, a
  /// plan's, ERM, or the first.
  private static func baseline(
    of groups: [RunGroups.Group], plans: [(number: Int, plan: ComparisonPlan)], _ wanted: String?,
    _ notes: inout [String]
  ) -> Int {
    if let wanted {
      if let place = groups.firstIndex(where: { $0.label == wanted }) { return place }
      notes.append("no run of the baseline '\(shown(wanted))' can be shown")
    }
    let places = Self.places(of: groups)
    return plans.lazy.compactMap { number, plan in places[number]?[plan.baseline] }.first
      ?? groups.lazy.flatMap(\.rows).compactMap { plan, row in places[plan]?[row.baseline] }.first
      ?? groups.firstIndex { $0.runs[0].method == "erm" } ?? 0
  }

  /// The place of each plan's methods, by the plan's number and its name for the method.
  private static func places(of groups: [RunGroups.Group]) -> [Int: [String: Int]] {
    var places: [Int: [String: Int]] = [:]
    for (index, group) in groups.enumerated() {
      for (plan, row) in group.rows where places[plan]?[row.method] == nil {
        places[plan, default: [:]][row.method] = index
      }
    }
    return places
  }

  /// The place of what each method is compared with, nil for a baseline: what its plan says, unless a baseline
  /// `isChosen` for all, or else the first method. A baseline that nothing is compared with is compared itself.
  private static func references(
    of groups: [RunGroups.Group], isChosen: Bool, _ notes: inout [String]
  ) -> [Int?] {
    var references = groups.indices.map { index -> Int? in index == 0 ? nil : 0 }
    guard !isChosen else { return references }
    let places = Self.places(of: groups)
    var lacking: [(baseline: String, methods: [String])] = []
    for (index, group) in groups.enumerated() {
      let rows = group.rows
      guard let first = rows.first?.row.baseline else { continue }
      if let reference = rows.lazy.compactMap({ plan, row in places[plan]?[row.baseline] }).first {
        references[index] = reference == index ? nil : reference
      } else if let place = lacking.firstIndex(where: { $0.baseline == first }) {
        lacking[place].methods.append(group.label)
      } else {
        lacking.append((first, [group.label]))
      }
    }
    notes += lacking.map { baseline, methods in
      let names =
        methods.prefix(3).map { "'\($0)'" } + (methods.count > 3 ? ["\(methods.count - 3) more"] : [])
      return
        "no run of the baseline '\(shown(baseline, limit: 300))' of \(names.joined(separator: ", ")) can be shown: "
        + "what stands for it is '\(groups[0].label)'"
    }
    references[0] = nil
    let used = Set(references.compactMap { $0 })
    for index in groups.indices.dropFirst() where references[index] == nil && !used.contains(index) {
      references[index] = 0
    }
    return references
  }

  // MARK: - Outcomes

  /// The rows that several plans have only once, with the failure of one of them where there is one.
  private static func once(_ missing: [FoundRuns.Missing]) -> [FoundRuns.Missing] {
    var rows: [FoundRuns.Missing] = []
    var places: [[String]: Int] = [:]
    for missing in missing {
      let key = [missing.row.settingsHash, missing.row.method]
      if let place = places[key] {
        if rows[place].failure == nil { rows[place] = missing }
      } else {
        places[key] = rows.count
        rows.append(missing)
      }
    }
    return rows
  }

  private static func outcomes(
    of groups: [RunGroups.Group], _ missing: [FoundRuns.Missing]
  ) -> (counts: StateCounts, losses: [Loss]) {
    var counts = StateCounts()
    var losses: [Loss] = []
    counts.planned = groups.reduce(0) { $0 + $1.runs.count } + missing.count
    for group in groups {
      for run in group.runs {
        switch run.state {
        case .done: counts.done += 1
        case .running: counts.running += 1
        case .interrupted: counts.interrupted += 1
        case .failed: counts.failed += 1
        }
        guard run.state == .failed || run.state == .interrupted else { continue }
        let reason = run.failure.map { shown($0, limit: 300) } ?? ""
        losses.append(Loss(method: group.label, seed: run.seed, state: run.state, reason: reason))
      }
    }
    for missing in missing {
      guard let failure = missing.failure else { continue }
      counts.failed += 1
      losses.append(
        Loss(
          method: shown(missing.row.method, limit: 300), seed: missing.row.seed, state: .failed,
          reason: shown(failure, limit: 300)))
    }
    return (counts, losses)
  }
}
