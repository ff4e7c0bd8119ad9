/// Means over the steps of a replay; a coefficient's over those steps where it is defined.
struct ReplaySummary: Sendable, Equatable {
  /// The coefficients' means.
  struct Coefficients: Sendable, Equatable {
    let pearson, spearman: Double?
  }

  /// The means of one side.
  struct Side: Sendable, Equatable {
    let effectiveSampleSize: Double
    let classShare: [Double]
    let loss: Coefficients
  }

  let batch: Double
  let sampleShare: [Double]
  let a, b: Side
  let agreement: Coefficients

  /// The means over at least one step.
  init(_ steps: [Replay.Step]) {
    batch = mean(steps.map { Double($0.batch) })
    sampleShare = means(steps.map(\.sampleShare))
    a = Side(steps.map(\.a))
    b = Side(steps.map(\.b))
    agreement = Coefficients(steps.map(\.agreement))
  }
}

extension ReplaySummary.Side {
  fileprivate init(_ measures: [Replay.Measures]) {
    effectiveSampleSize = mean(measures.map(\.effectiveSampleSize))
    classShare = means(measures.map(\.classShare))
    loss = ReplaySummary.Coefficients(measures.map(\.loss))
  }
}

extension ReplaySummary.Coefficients {
  fileprivate init(_ correlations: [Correlation]) {
    let (pearson, spearman) = (correlations.compactMap(\.pearson), correlations.compactMap(\.spearman))
    self.pearson = pearson.isEmpty ? nil : mean(pearson)
    self.spearman = spearman.isEmpty ? nil : mean(spearman)
  }
}

extension ShotGroups {
  /// The groups by name, the empty ones too.
  var named: [(name: String, classes: [Int])] { [("many", many), ("medium", medium), ("few", few)] }

  /// What each group has of a quantity by class, in the order of `named`; nil for a group without classes.
  func sums(of shares: [Double]) -> [Double?] {
    named.map { group in group.classes.isEmpty ? nil : group.classes.reduce(0) { $0 + shares[$1] } }
  }
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// The means of each place of arrays of one length.
private func means(_ rows: [[Double]]) -> [Double] {
  (rows.first ?? []).indices.map { place in mean(rows.map { $0[place] }) }
}
