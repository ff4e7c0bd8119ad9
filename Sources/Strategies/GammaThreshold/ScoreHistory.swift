internal import PluginKit

/// Each training sample's scores so far, as sum and count by sample id.
struct ScoreHistory {
  private var sums: [Double]
  private var counts: [Int64]

  init(samples: Int) {
    sums = Array(repeating: 0, count: max(0, samples))
    counts = Array(repeating: 0, count: max(0, samples))
  }

  /// Takes in the batch's scores and replaces each by the mean of its sample's scores so far.
  mutating func average(_ p: inout [Double], _ ids: Span<Int64>) throws {
    for i in ids.indices where !sums.indices.contains(Int(ids[i])) {
      throw StrategyError.argument("sample id \(ids[i]) of \(sums.count) training samples")
    }
    for i in ids.indices {
      let id = Int(ids[i])
      sums[id] += p[i]
      counts[id] += 1
    }
    for i in ids.indices { p[i] = sums[Int(ids[i])] / Double(counts[Int(ids[i])]) }
  }

  func save(to state: StateWriter) throws {
    try state.put("p_sum", sums)
    try state.put("p_count", counts)
  }

  mutating func load(from state: StateReader) throws {
    let sums: [Double] = try state.get("p_sum")
    let counts: [Int64] = try state.get("p_count")
    guard sums.count == self.sums.count, counts.count == self.counts.count else {
      throw StrategyError.state("scores of \(sums.count) samples, expected \(self.sums.count)")
    }
    guard sums.allSatisfy({ $0.isFinite && $0 >= 0 }), counts.allSatisfy({ $0 >= 0 }) else {
      throw StrategyError.state("a score sum or count that is negative or not finite")
    }
    (self.sums, self.counts) = (sums, counts)
  }
}
