import Host
import Testing

/// Statistics of weights and scores are those of their definitions.
@Suite struct StatisticsTests {
  @Test(
    arguments: [
      ([0.25, 0.25, 0.25, 0.25], 4.0), ([1, 0, 0], 1.0), ([2, 2], 2.0), ([0.5, 0.25, 0.25], 1 / 0.375),
      ([1e-3, 1e-3, 1e-3], 3),
    ] as [([Float], Double)])
  func effectiveSampleSizeIsKishs(weights: [Float], size: Double) {
    #expect(abs(effectiveSampleSize(of: weights.span) - size) < 1e-6)
  }

  @Test func effectiveSampleSizeOfNothingIsNotANumber() {
    let zeros: [Float] = [0, 0]
    let none: [Float] = []
    #expect(effectiveSampleSize(of: zeros.span).isNaN && effectiveSampleSize(of: none.span).isNaN)
  }

  @Test func weightsAreCountedByClassWhateverTheirScale() {
    var statistics = WeightStatistics(classes: 3)
    let first: [Float] = [1, 3]
    let second: [Float] = [0.5, 0.5]
    let zeros: [Float] = [0, 0]
    let targets: [Int64] = [0, 2]
    for weights in [first, second, zeros] {
      statistics.add(weights: weights.span, targets: targets.span)
    }
    #expect(statistics.classShare == [0.375, 0, 0.625])
    #expect(statistics.largestShare == 0.75)
    #expect(abs(statistics.effectiveSampleSize - (16.0 / 10 + 2) / 2) < 1e-12)
    #expect(statistics.histogram.count == 6 && statistics.histogram.maximum == 3)
  }

  @Test func bucketsHoldWhatFallsIntoThem() {
    var histogram = Histogram()
    let values: [Double] = [0, 1, 1, 1e-300, -5, 1e300, -1e300, .greatestFiniteMagnitude]
    for value in values + [.infinity] { histogram.add(value) }
    #expect(histogram.count == values.count && histogram.buckets.map(\.count).reduce(0, +) == values.count)
    var lower = -Double.infinity
    for bucket in histogram.buckets {
      let last = bucket.limit == .greatestFiniteMagnitude
      let expected = values.filter { $0 >= lower && ($0 < bucket.limit || last) }.count
      #expect(bucket.count == expected, "below \(bucket.limit)")
      lower = bucket.limit
    }
  }

  @Test func scoresAreAveragedBySample() {
    var ledger = ScoreLedger(classes: [4, 5, 6])
    let ids: [Int64] = [2, 0]
    for scores: [Float] in [[1, 2], [3, 2], [5, 2]] { ledger.add(scores.span, sampleIDs: ids.span) }
    let rows = ledger.tensor.doubles()
    #expect(ledger.tensor.shape == [3, 3] && rows[0...3] == [0, 2, 4, 1] && rows[5...] == [5, 2, 3, 6])
    #expect(rows[4].isNaN)
  }
}
