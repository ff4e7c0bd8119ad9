import Foundation
import Host
import TestSupport
import Testing

/// Intervals, tests and adjustments are those of scipy and statsmodels on the same numbers.
@Suite struct SignificanceTests {
  /// Whether Python has what these tests compare with; `make test` puts it into .venv.
  static let hasSciPy = (try? Python.run("import scipy, statsmodels"))?.status == 0

  /// The numbers that `script` prints as JSON, given `numbers` as `x`.
  private static func python(_ script: String, _ numbers: JSON) throws -> [Double] {
    let start = "import sys, json, numpy as np; x = json.loads(sys.argv[1])\n"
    let result = try Python.run(start + script, [numbers.line])
    try #require(result.status == 0, "\(result.errors)")
    let numbers = try JSON(parsing: result.output).array?.compactMap(\.double)
    return try #require(numbers)
  }

  private static func isClose(_ value: Double, _ expected: Double, _ share: Double = 1e-9) -> Bool {
    abs(value - expected) <= share * max(abs(value), abs(expected), 1e-300)
  }

  /// Differences such as seeds give: of no pattern, with equal ones, with ties among the sums, tiny and huge.
  static let samples: [[Double]] = [
    [0.012, 0.009, 0.015], [0.5, -0.25], [1, 1, 2], [0.01, -0.02, 0.03, 0.005, -0.001],
    [0.25, 0.5, -0.25, 0.75, -0.5, 0.125, 0.25], [1e-9, 3e-9, 2e-9, -1e-9], [1e9, -3e9, 2e9, 5e9],
    (0..<12).map { sin(Double($0) * 1.7) + 0.3 },
  ]

  @Test(.enabled(if: hasSciPy, "no .venv with scipy and statsmodels"))
  func quantilesAreThoseOfSciPy() throws {
    let freedoms = [1, 2, 3, 4, 5, 7, 10, 19, 30, 99, 1000]
    let levels = [0.5, 0.9, 0.95, 0.99, 0.999]
    let expected = try Self.python(
      """
      from scipy import stats
      print(json.dumps([stats.t.isf((1 - level) / 2, f) for f in x[0] for level in x[1]]))
      """, [JSON(freedoms), JSON(levels)])
    let found = freedoms.flatMap { freedom in
      levels.map { Student.quantile(level: $0, freedom: freedom) }
    }
    #expect(found.count == expected.count)
    for (value, other) in zip(found, expected) { #expect(Self.isClose(value, other), "\(value) \(other)") }
  }

  @Test(.enabled(if: hasSciPy, "no .venv with scipy and statsmodels"))
  func theIncompleteBetaFunctionIsSciPys() throws {
    let places = [0, 1e-12, 0.01, 0.3, 0.5, 0.77, 0.999, 1]
    let shapes = [0.5, 1, 1.5, 8, 60]
    let expected = try Self.python(
      """
      from scipy.special import betainc
      print(json.dumps([float(betainc(a, b, v)) for v in x[0] for a in x[1] for b in x[1]]))
      """, [JSON(places), JSON(shapes)])
    let found = places.flatMap { x in shapes.flatMap { a in shapes.map { incompleteBeta(x, a, $0) } } }
    for (value, other) in zip(found, expected) {
      #expect(Self.isClose(value, other) || abs(value - other) < 1e-15, "\(value) \(other)")
    }
  }

  @Test(.enabled(if: hasSciPy, "no .venv with scipy and statsmodels"), arguments: samples)
  func spreadsAndTestsAreThoseOfSciPy(_ sample: [Double]) throws {
    let expected = try Self.python(
      """
      from scipy import stats
      x = np.array(x)
      low, high = stats.t.interval(0.95, len(x) - 1, loc=x.mean(), scale=stats.sem(x))
      other = stats.ttest_1samp(x, 0).confidence_interval(0.95)
      assert abs(low - other.low) <= 1e-9 * abs(low) and abs(high - other.high) <= 1e-9 * abs(high)
      test = stats.permutation_test((x,), np.mean, permutation_type='samples', n_resamples=np.inf)
      print(json.dumps([x.mean(), x.std(ddof=1), low, high, float(test.pvalue)]))
      """, JSON(sample))
    let spread = SampleSpread(sample)
    let test = SignFlipTest(sample)
    let interval = try #require(spread.interval)
    let found = [
      try #require(spread.mean), try #require(spread.deviation), interval.low, interval.high, test.p,
    ]
    for (value, other) in zip(found, expected) { #expect(Self.isClose(value, other), "\(value) \(other)") }
    #expect(test.isExact && test.flips == 1 << sample.count && test.p >= test.smallest)
  }

  @Test(
    .enabled(if: hasSciPy, "no .venv with scipy and statsmodels"),
    arguments: [[0.01], [0.04, 0.01, 0.03, 0.03], [1, 0.5, 0.2], [0.03125, 0.03125, 0.5, 0.001, 0.9, 1]])
  func adjustmentIsThatOfStatsmodels(_ p: [Double]) throws {
    let expected = try Self.python(
      """
      from statsmodels.stats.multitest import multipletests
      print(json.dumps([float(p) for p in multipletests(x, method='holm')[1]]))
      """, JSON(p))
    for (value, other) in zip(holmAdjusted(p), expected) { #expect(Self.isClose(value, other, 1e-12)) }
  }

  @Test(.enabled(if: hasSciPy, "no .venv with scipy and statsmodels"))
  func randomFlipsComeCloseToAllOfThem() throws {
    let sample = (0..<22).map { sin(Double($0) * 2.3) + 0.2 }
    let exact = try Self.python(
      """
      sums = np.zeros(1)
      for d in x: sums = np.concatenate([sums + d, sums - d])
      print(json.dumps([float(np.mean(np.abs(sums) >= abs(sum(x)) - 1e-12))]))
      """, JSON(sample))[0]
    let test = SignFlipTest(sample)
    #expect(!test.isExact && test.flips == 1 << 20 && test == SignFlipTest(sample))
    #expect(abs(test.p - exact) < 5 * (exact * (1 - exact) / Double(1 << 20)).squareRoot())
  }

  // MARK: - Without another's word

  @Test(arguments: [(1, 12.706204736174698), (2, 4.302652729749462), (9, 2.2621571627982053)])
  func quantilesAreThoseOfTables(freedom: Int, value: Double) {
    #expect(Self.isClose(Student.quantile(level: 0.95, freedom: freedom), value, 1e-12))
  }

  @Test(arguments: [(1, 1), (2, 0.5), (3, 0.25), (6, 0.03125), (20, 2 / 1_048_576)] as [(Int, Double)])
  func theSmallestPIsThatOfDifferencesOfOneSign(count: Int, p: Double) {
    let test = SignFlipTest((1...count).map { -Double($0) })
    #expect(test.p == p && test.smallest == p)
  }

  @Test func equalSumsAreTiesWhateverTheirRounding() {
    // Flipping 0.1 and 0.2 against 0.3 gives 0 but for rounding; so do 10 times as much.
    for scale in [1.0, 0.1, 10, 1e-7] {
      let p = SignFlipTest([0.1 * scale, 0.2 * scale, -0.3 * scale]).p
      #expect(p == 1, "\(scale)")
    }
    #expect(SignFlipTest([0, 0, 0]).p == 1 && SignFlipTest([0, 1]).p == 1)
  }

  @Test func fewOrEqualValuesHaveNoInterval() {
    #expect(SampleSpread([]).mean == nil && SampleSpread([]).count == 0)
    #expect(SampleSpread([0.5]).mean == 0.5 && SampleSpread([0.5]).deviation == nil)
    #expect(SampleSpread([0.5]).interval == nil)
    let equal = SampleSpread([0.1, 0.1, 0.1])
    #expect(equal.deviation == 0 && equal.interval == nil)
  }

  @Test(
    arguments: [
      (1, "1.00"), (0.25, "0.25"), (0.0625, "0.063"), (0.03125, "0.031"), (0.0012, "0.0012"),
      (1e-6, "1.0e-6"),
      (0, "0.00"),
    ] as [(Double, String)])
  func probabilitiesAreShownInDigitsThatCount(p: Double, text: String) { #expect(probability(p) == text) }
}
