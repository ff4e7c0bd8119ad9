internal import Host
internal import Testing
internal import brhost

/// What 'compare' is asked for in a few words becomes the options of each run.
@Suite struct MethodSpecTests {
  private static let options = [
    "defer-until": "defer-until", "lr": "lr", "learning-rate": "lr", "schedule": "schedule",
  ]

  @Test(arguments: [
    ("erm", ["--strategy", "erm"]),
    ("focal:g=2", ["--strategy", "focal", "--set", "g=2"]),
    (
      "gamma-threshold:gamma=0.7:temp=12.8+objective=vs:tau=1:x=2",
      [
        "--strategy", "gamma-threshold", "--set", "gamma=0.7", "--set", "temp=12.8", "--objective", "vs",
        "--objective-set", "tau=1", "--objective-set", "x=2",
      ]
    ),
    ("erm+defer_until=80", ["--strategy", "erm", "--defer-until", "80"]),
    ("erm+learning-rate=1", ["--strategy", "erm", "--lr", "1"]),
    ("erm+schedule=steps:0.1@9,12", ["--strategy", "erm", "--schedule", "steps:0.1@9,12"]),
    ("./my.so:mine:a=b=c", ["--strategy", "./my.so:mine", "--set", "a=b=c"]),
    ("./a=b/my.so", ["--strategy", "./a=b/my.so"]),
  ])
  func aMethodIsOptionsOfTrain(_ text: String, _ words: [String]) throws {
    let method = try MethodSpec(text, options: Self.options)
    #expect(method.words == words && method.name == text)
  }

  @Test(arguments: [
    "", "+lr=1", "erm+", "erm+lr", "erm+lr=", "erm+seed=3", "erm+strategy=focal", "erm+run-dir=x",
  ])
  func whatIsNoMethodIsRefused(_ text: String) {
    #expect(throws: ComparisonError.self) { try MethodSpec(text, options: Self.options) }
  }

  // MARK: - Baselines

  /// Methods with the values of sweeps of `lr`, which all have, and of `gamma`, which only some have.
  private static func methods(_ names: [String], lr: [String] = [], gamma: [String] = []) throws
    -> [MethodSpec]
  {
    try names.flatMap { name -> [MethodSpec] in
      let spec = try MethodSpec(name, options: options)
      let rated = lr.isEmpty ? [spec] : lr.map { spec.sweeping("lr", to: $0, ["--lr", $0]) }
      guard !gamma.isEmpty, name.hasPrefix("gamma") else { return rated }
      return rated.flatMap { spec in gamma.map { spec.sweeping("gamma", to: $0, ["--set", "gamma=\($0)"]) } }
    }
  }

  @Test func aMethodIsComparedWithTheBaselineOfItsCell() throws {
    let methods = try Self.methods(["erm", "gamma-threshold"], lr: ["1", "2"], gamma: ["3", "4"])
    let baselines = try methods.baselines(nil)
    #expect(baselines.first == "erm lr=1")
    #expect(
      methods.map { baselines.of[$0.name] } == [
        "erm lr=1", "erm lr=2", "erm lr=1", "erm lr=1", "erm lr=2", "erm lr=2",
      ])
  }

  @Test func aBaselineWithoutTheParameterIsThatOfAllItsValues() throws {
    let methods = try Self.methods(["gamma-threshold", "erm"], gamma: ["3", "4"])
    let baselines = try methods.baselines(nil)
    #expect(baselines.first == "erm" && methods.allSatisfy { baselines.of[$0.name] == "erm" })
  }

  @Test func aBaselineThatNothingIsComparedWithIsComparedWithTheFirst() throws {
    let methods = try Self.methods(["gamma-threshold"], gamma: ["3", "4", "5"])
    let baselines = try methods.baselines(nil)
    #expect(baselines.first == "gamma-threshold gamma=3" && Set(baselines.of.values) == [baselines.first])
    let grid = try Self.methods(["gamma-threshold", "erm"], lr: ["1", "2"], gamma: ["3", "4"])
    let cells = try grid.baselines("gamma-threshold")
    #expect(
      grid.map { cells.of[$0.name] } == [
        "gamma-threshold lr=1 gamma=3", "gamma-threshold lr=1 gamma=3", "gamma-threshold lr=2 gamma=3",
        "gamma-threshold lr=2 gamma=3", "gamma-threshold lr=1 gamma=3", "gamma-threshold lr=2 gamma=3",
      ])
    let mixed = try Self.methods(["erm", "gamma-threshold"], gamma: ["3", "4"])
    let chosen = try mixed.baselines("gamma-threshold")
    #expect(Set(chosen.of.values) == ["gamma-threshold gamma=3"])
  }

  @Test func aBaselineWithAValueIsThatOfAll() throws {
    let methods = try Self.methods(["erm", "gamma-threshold"], lr: ["1", "2"])
    let baselines = try methods.baselines("erm lr=2")
    #expect(Set(baselines.of.values) == ["erm lr=2"])
    #expect(throws: ComparisonError.self) { try methods.baselines("erm lr=3") }
  }

  // MARK: - Seeds and lists

  @Test(
    arguments: [
      ("1", [1]), ("1-3", [1, 2, 3]), ("7,1-2", [7, 1, 2]), ("18446744073709551615", [.max]),
      ("", nil), ("3-1", nil), ("1,1", nil), ("1-", nil), ("-1", nil), ("1-2-3", nil), ("0-1000", nil),
      ("0-18446744073709551615", nil), ("1,2,", nil),
    ] as [(String, [UInt64]?)])
  func seedsAreNumbersAndRanges(_ text: String, _ expected: [UInt64]?) {
    #expect(seeds(text) == expected)
  }

  @Test(
    arguments: [
      ("a,b", ["a", "b"]), ("a", ["a"]), ("steps:0.1@9,12;cosine", ["steps:0.1@9,12", "cosine"]),
      ("a, b ", ["a", "b"]), ("a,,b", nil), ("a,a", nil), ("", nil),
    ] as [(String, [String]?)])
  func aListHasElementsEachOnce(_ text: String, _ expected: [String]?) { #expect(list(text) == expected) }
}
