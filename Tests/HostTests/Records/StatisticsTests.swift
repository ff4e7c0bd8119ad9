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
    var ledger = SampleLedger(classes: [4, 5, 6])
    let ids: [Int64] = [2, 0]
    for scores: [Float] in [[1, 2], [3, 2], [5, 2]] { ledger.add(scores.span, sampleIDs: ids.span) }
    let rows = ledger.scoreTensor.doubles()
    #expect(
      ledger.scoreTensor.shape == [3, 3] && rows[0...3] == [0, 2, 4, 1] && rows[5...] == [5, 2, 3, 6])
    #expect(rows[4].isNaN)
  }

  @Test func theMostAndLeastWeightedSamplesAreFoundTiesByID() {
    var ledger = SampleLedger(classes: [0, 0, 0, 0, 0, 0])
    for (sample, weight) in [(5, 1.0), (1, 2), (4, 0.5), (4, 2.5), (0, 0.25), (3, 0.25)] {
      ledger.add(sample: sample, weight: weight, loss: 1, prediction: 0)
    }
    #expect(ledger.extremes(3).most == [1, 4, 5] && ledger.extremes(3).least == [0, 3, 5])
    #expect(ledger.extremes(9).most == [1, 4, 5, 0, 3], "sample 2 was never visited")
  }

  @Test(arguments: [
    ([], [], []), ([4], [4, 4, 4, 4, 4, 4, 4], [[7, 4]]),
    ([3, 1], [1, 1.1, 1.5, 2, 2.5, 2.9, 3], [[6, 1], [7, 3]]),
  ])
  func epochsOfFewVisitsHaveTheirQuantilesAndGroups(
    weights: [Double], quantiles: [Double], groups: [[Double]]
  ) {
    var samples = EpochSamples(capacity: 0)
    for (index, weight) in weights.enumerated() { samples.add(weight: weight, loss: 7 - Double(index)) }
    #expect(samples.weightQuantiles == quantiles)
    #expect(samples.weightByLoss.map { [$0.loss, $0.weight] } == groups)
    samples.removeAll()
    #expect(samples.weightQuantiles.isEmpty && samples.weightByLoss.isEmpty)
  }
}
