/// How two series of numbers go together.
struct Correlation: Sendable, Equatable {
  /// Pearson's coefficient, of the values; nil where one of the series is constant.
  let pearson: Double?
  /// Spearman's coefficient: Pearson's of the ranks, of which equal values share the mean.
  let spearman: Double?

  /// The coefficients of two series of one length.
  init(_ x: [Float], _ y: [Float]) {
    precondition(x.count == y.count, "\(x.count) values beside \(y.count)")
    pearson = Self.coefficient(x.map(Double.init), y.map(Double.init))
    spearman = pearson == nil ? nil : Self.coefficient(Self.ranks(x), Self.ranks(y))
  }

  private static func coefficient(_ x: [Double], _ y: [Double]) -> Double? {
    guard let firstX = x.first, let firstY = y.first, x.contains(where: { $0 != firstX }),
      y.contains(where: { $0 != firstY })
    else { return nil }
    let (meanX, meanY) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      let (dx, dy) = (a - meanX, b - meanY)
      xx += dx * dx
      yy += dy * dy
      xy += dx * dy
    }
    let value = xy / (xx.squareRoot() * yy.squareRoot())
    return value.isFinite ? max(-1, min(1, value)) : nil
  }

  /// The rank of every value, from 1.
  private static func ranks(_ values: [Float]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }
}
