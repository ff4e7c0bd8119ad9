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
    plans: [(rows: PlanRows, without: [(row: PlanRows.Row, failure: String?)])], takesUnfound: Bool,
    baseline wanted: String?
  ) {
    let own = Set(runs.compactMap(\.plan))
    let involved = plans.indices.filter { own.contains($0) }.map { plans[$0] }
    var methods = Self.methods(of: runs, inOrder: involved.flatMap(\.rows.methods))
    var notes: [String] = []
    let planned = involved.lazy.compactMap(\.rows.baseline).first
    for label in [wanted, planned].compactMap({ $0 }) where !methods.contains(where: { $0.label == label }) {
      notes.append("no run of the baseline '\(shown(label))' can be shown")
    }
    let place = [
      methods.firstIndex { $0.label == wanted },
      methods.firstIndex { $0.label == planned.map { shown($0, limit: 300) } },
      methods.firstIndex { $0.runs[0].method == "erm" },
    ].compactMap { $0 }.first
    if let place { methods.insert(methods.remove(at: place), at: 0) }

    let data = runs[0].summary.data.name
    let missing = takesUnfound ? involved.flatMap(\.without).filter { $0.row.data == data } : []
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
    var labelled = zip(MethodLabels.labels(of: loose), loose).map { (label: $0, run: $1) }
    let ranks = Dictionary(planned.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let asked = runs.filter { $0.label != nil }
      .sorted { (ranks[$0.label ?? ""] ?? 0) < (ranks[$1.label ?? ""] ?? 0) }
    labelled = asked.map { (shown($0.label ?? "", limit: 300), $0.summary) } + labelled
    var order: [String] = []
    var groups: [String: [RunSummary]] = [:]
    for (label, run) in labelled {
      if groups[label] == nil { order.append(label) }
      groups[label, default: []].append(run)
    }
    return order.flatMap { label -> [ComparedMethod] in
      let runs = groups[label] ?? []
      guard Set(runs.map(\.seed)).count < runs.count else {
        return [ComparedMethod(label: label, runs: runs)]
      }
      return MethodLabels.groups(of: runs).map {
        ComparedMethod(label: "\(label) (\(shown($0.name, limit: 200)))", runs: $0.runs)
      }
    }
  }
}
