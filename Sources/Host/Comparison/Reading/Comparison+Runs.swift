extension Comparison {
  /// Sorts runs on the same data into methods.
  ///
  /// - Parameters:
  ///   - runs: at least one.
  ///   - plans: the plans of all runs, with the rows that have none.
  ///   - takesUnfound: whether those of these rows that have the data's name count here.
  ///   - wanted: the label of the baseline that was asked for.
  init(
    of runs: [FoundRuns.Run], name: String,
    plans: [FoundRuns.Plan], takesUnfound: Bool,
    baseline wanted: String?
  ) {
    let own = Set(runs.compactMap(\.plan))
    let involved = plans.indices.filter { own.contains($0) }.map { plans[$0] }
    var methods = Self.methods(of: runs, inOrder: involved.flatMap(\.plan.methods))
    var notes: [String] = []
    let planned = involved.first.map { shown($0.plan.baseline, limit: 300) }
    for label in [wanted, planned].compactMap({ $0 }) where !methods.contains(where: { $0.label == label }) {
      notes.append("no run of the baseline '\(shown(label))' can be shown")
    }
    let place = [
      methods.firstIndex { $0.label == wanted },
      methods.firstIndex { $0.label == planned },
      methods.firstIndex { $0.runs[0].method == "erm" },
    ].compactMap { $0 }.first
    if let place { methods.insert(methods.remove(at: place), at: 0) }

    let data = runs[0].summary.data.name
    let missing = takesUnfound ? involved.flatMap(\.without).filter { $0.row.dataset == data } : []
    var counts = Counts()
    var losses: [Loss] = []
    counts.planned = runs.count + missing.count
    for method in methods {
      for run in method.runs {
        switch run.state {
        case .done: counts.done += 1
        case .running: counts.running += 1
        case .interrupted: counts.interrupted += 1
        case .failed: counts.failed += 1
        }
        guard run.state == .failed || run.state == .interrupted else { continue }
        let reason = run.failure.map { shown($0, limit: 300) } ?? ""
        losses.append(Loss(method: method.label, seed: run.seed, state: run.state, reason: reason))
      }
    }
    for (row, failure) in missing {
      guard let failure else { continue }
      counts.failed += 1
      losses.append(
        Loss(
          method: shown(row.method, limit: 300), seed: row.seed, state: .failed,
          reason: shown(failure, limit: 300)))
    }
    self.init(name: name, methods: methods, counts: counts, losses: losses, notes: notes)
  }

  /// The methods of the runs: those of plans in their order, then the others in the order of their first runs. Where two
  /// would have one name or a method would have a seed twice, folders tell them apart.
  private static func methods(of runs: [FoundRuns.Run], inOrder planned: [String]) -> [ComparedMethod] {
    let loose = runs.filter { $0.label == nil }.map(\.summary)
    let ranks = Dictionary(planned.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var keyed = runs.compactMap { run in
      run.label.map { (key: Key(plan: run.plan, label: $0), run: run.summary) }
    }
    .sorted { (ranks[$0.key.label] ?? 0) < (ranks[$1.key.label] ?? 0) }
    keyed += zip(MethodLabels.labels(of: loose), loose).map { (Key(plan: nil, label: $0), $1) }
    var order: [Key] = []
    var groups: [Key: [RunSummary]] = [:]
    for (key, run) in keyed {
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(run)
    }
    // Not even equal names make one method of what was planned in one place and of what was not, or elsewhere.
    var uses: [String: Int] = [:]
    for key in order { uses[key.label, default: 0] += 1 }
    return order.flatMap { key -> [ComparedMethod] in
      let runs = groups[key] ?? []
      let label = shown(key.label, limit: 300)
      if uses[key.label] == 1, Set(runs.map(\.seed)).count == runs.count {
        return [ComparedMethod(label: label, runs: runs)]
      }
      let all = order.filter { $0.label == key.label }.flatMap { groups[$0] ?? [] }
      return MethodLabels.groups(of: runs, among: all).map { name, runs in
        ComparedMethod(label: "\(label) (\(shown(name, limit: 200)))", runs: runs)
      }
    }
  }

  /// What runs of one method have in common.
  private struct Key: Hashable {
    let plan: Int?
    let label: String
  }
}
