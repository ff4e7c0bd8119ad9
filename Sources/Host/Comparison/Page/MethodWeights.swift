/// The weights of a method's runs, averaged over the seeds, epoch by epoch.
struct MethodWeights {
  /// Numbers of an epoch.
  struct Row {
    let epoch: Int
    let values: [Double]
  }

  /// Seven quantiles an epoch.
  let quantiles: [Row]
  /// A share a class an epoch.
  let shares: [Row]
  /// The last epoch's groups by loss.
  let byLoss: [(loss: Double, weight: Double)]
  private let sizes: [Double]

  init(_ runs: [RunSummary]) {
    quantiles = Self.means(runs) { $0.weights?.quantiles ?? [] }
    shares = Self.means(runs) { $0.weights?.classShares ?? [] }
    sizes = runs.flatMap { $0.epochs.compactMap(\.weights).flatMap { $0.quantiles } }.map { Double($0) }
    let last = runs.compactMap { $0.epochs.last { $0.weights?.byLoss.isEmpty == false }?.weights?.byLoss }
    let count = last.map(\.count).min() ?? 0
    let isEven = last.allSatisfy { $0.count == count }
    byLoss = (isEven ? 0..<count : 0..<0).map { group in
      (
        mean(of: last.map { Double($0[group].loss) }) ?? .nan,
        mean(of: last.map { Double($0[group].weight) }) ?? .nan
      )
    }
  }

  var isEmpty: Bool { quantiles.isEmpty && shares.isEmpty && byLoss.isEmpty }

  /// Whether every weight is what uniform weighting gives, but for rounding.
  var isUniform: Bool { !sizes.isEmpty && sizes.allSatisfy { abs($0 - 1) < 1e-3 } }

  /// The means over the runs that have as many numbers as the first one, by epoch.
  private static func means(_ runs: [RunSummary], _ values: (EpochSummary) -> [Float]) -> [Row] {
    var rows: [Int: [[Float]]] = [:]
    for run in runs {
      for epoch in run.epochs {
        let values = values(epoch)
        if !values.isEmpty { rows[epoch.epoch, default: []].append(values) }
      }
    }
    return rows.sorted { $0.key < $1.key }.map { epoch, rows in
      let count = rows[0].count
      let even = rows.filter { $0.count == count }
      let means = (0..<count).map { place in
        even.reduce(0.0) { $0 + Double($1[place]) } / Double(even.count)
      }
      return Row(epoch: epoch, values: means)
    }
  }
}
