import Host
import Testing

/// A report claims what its seeds allow, in words that say what it rests on.
@Suite struct ConclusionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let baseline: [Double]
    let methods: [[Double]]
    var metric = Metric.accuracy
    let finding: Conclusion.Finding
    var basis: Conclusion.Basis?
    let text: String
  }

  static let six = [0.5, 0.51, 0.52, 0.53, 0.54, 0.55]

  static let cases = [
    Case(
      testDescription: "three seeds whose interval is clear of 0", baseline: [0.5, 0.51, 0.52],
      methods: [[0.6, 0.612, 0.619]], finding: .higher, basis: .interval,
      text:
        "higher by 0.1003: the 95 % interval excludes 0 (+0.0965 to +0.1041, for normal differences), though 3 "
        + "seeds give no sign-flip p under 0.25"),
    Case(
      testDescription: "three seeds whose interval is not", baseline: [0.5, 0.51, 0.52],
      methods: [[0.6, 0.48, 0.55]], finding: .tooFewSeeds,
      text:
        "too few seeds to tell: the 95 % interval includes 0 (-0.1283 to +0.1950), and 3 seeds give no sign-flip p "
        + "under 0.25"),
    Case(
      testDescription: "two methods", baseline: [0.5, 0.51, 0.52],
      methods: [[0.6, 0.612, 0.619], [0.5, 0.512, 0.519]], finding: .higher, basis: .interval,
      text:
        "higher by 0.1003: the 95 % interval for 2 methods at once excludes 0 (+0.0949 to +0.1058, for normal "
        + "differences), though 3 seeds give no sign-flip p adjusted for 2 methods under 0.50"),
    Case(
      testDescription: "equal differences", baseline: [0.5, 0.625], methods: [[0.625, 0.75]],
      finding: .tooFewSeeds,
      text:
        "too few seeds to tell: equal differences have no interval, and 2 seeds give no sign-flip p under 0.50"
    ),
    Case(
      testDescription: "the same", baseline: six, methods: [six], finding: .equal,
      text: "the same in all 6 paired seeds"),
    Case(
      testDescription: "six clear seeds", baseline: six, methods: [[0.4, 0.42, 0.41, 0.43, 0.45, 0.44]],
      finding: .lower, basis: .test,
      text: "lower by 0.1000 with 6 paired seeds: sign-flip p 0.031, 95 % interval -0.1094 to -0.0906"),
    Case(
      testDescription: "six seeds of either sign", baseline: six,
      methods: [[0.51, 0.5, 0.53, 0.52, 0.55, 0.54]], finding: .notDistinguishable,
      text: "not distinguishable with 6 paired seeds: sign-flip p 1.00"),
    Case(
      testDescription: "six seeds of a loss", baseline: six, methods: [[0.6, 0.62, 0.61, 0.63, 0.65, 0.64]],
      metric: .negativeLogLikelihood, finding: .higher, basis: .test,
      text:
        "higher (worse) by 0.1000 with 6 paired seeds: sign-flip p 0.031, 95 % interval +0.0906 to +0.1094"),
    Case(
      testDescription: "one seed", baseline: [0.5], methods: [[0.75]], finding: .tooFewSeeds,
      text: "higher by 0.2500 in the one paired seed: no deviation, no interval and no p"),
    Case(
      testDescription: "no value", baseline: [0.5], methods: [[.nan]], finding: .unpaired,
      text: "not known of both runs of any pair"),
  ]

  @Test(arguments: cases)
  func theConclusionIsWhatSeedsAllow(_ c: Case) throws {
    let methods = c.methods.enumerated().map { ("method \($0)", $1) }
    let comparison = try MadeRun.comparison([("erm", c.baseline)] + methods, by: c.metric)
    let row = try #require(comparison.differences.first { $0.metric == c.metric }?.rows[1])
    let conclusion = try #require(row.conclusion)
    #expect(conclusion.finding == c.finding && conclusion.basis == c.basis)
    #expect(conclusion.text == c.text)
    #expect((conclusion.isBetter != nil) == (c.basis != nil))
  }

  @Test func sixClearSeedsAreTooFewForATestOfTwentyMethodsAndTheIntervalIsWider() throws {
    let clear = (0..<20).map { method in
      ("m\(method)", Self.six.enumerated().map { $1 + 0.1 + 0.001 * Double($0 * method % 7) })
    }
    let comparison = try MadeRun.comparison([("erm", Self.six)] + clear)
    let row = comparison.differences[0].rows[3]
    #expect(row.difference?.test?.p == 0.03125 && row.difference?.adjustedP == 0.625)
    #expect(row.difference?.family == 20 && row.conclusion?.basis == .interval)
    #expect(row.conclusion?.text.contains("interval for 20 methods at once excludes 0") == true)
  }

  /// Beside a method of more seeds, few are enough for the test: that it then finds nothing is what there is to say.
  @Test func whatTheTestCouldHaveFoundIsNotFoundByTheInterval() throws {
    let ten = (0..<10).map { 0.5 + Double($0) / 100 }
    let many = ten.enumerated().map { $1 + 0.1 + 0.001 * Double($0) }
    let few = ten[..<6].enumerated().map { $1 + ($0 == 0 ? -0.0001 : 0.1) }
    let comparison = try MadeRun.comparison([("erm", ten), ("few", few), ("many", many)])
    let row = comparison.differences[0].rows[1]
    #expect(row.difference?.test?.p == 0.0625 && row.difference?.smallestAdjustedP == 0.03125)
    #expect(row.conclusion?.finding == .notDistinguishable && row.conclusion?.basis == nil)
    #expect(comparison.differences[0].rows[2].conclusion?.basis == .test)
  }

  @Test func aLossIsBetterWhereItIsLower() throws {
    let clear = [0.4, 0.42, 0.41, 0.43, 0.45, 0.44]
    for (metric, isBetter) in [(Metric.calibrationError, true), (.accuracy, false)] {
      let comparison = try MadeRun.comparison([("erm", Self.six), ("x", clear)], by: metric)
      let row = comparison.differences.first { $0.metric == metric }?.rows[1]
      #expect(row?.conclusion?.finding == .lower && row?.conclusion?.isBetter == isBetter)
    }
  }
}
