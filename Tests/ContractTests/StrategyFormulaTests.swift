import Foundation
import Host
import TestSupport
import Testing

/// Every shipped strategy but those with suites of their own answers what `Formulas/formulas.py` computes with
/// numpy in double precision: steps of one run, with batches from 1 to 300 samples and losses from 1e-30 to 1e4.
@Suite struct StrategyFormulaTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let id: String
    let settings: [String]
    let counts: [Int64]

    init(_ id: String, _ settings: String..., counts: [Int64] = TrialRun.setup.classCounts) {
      (self.id, self.settings, self.counts) = (id, settings, counts)
    }

    var testDescription: String {
      let words = [id] + settings
      return (counts == TrialRun.setup.classCounts ? words : words + ["of \(counts)"]).joined(separator: " ")
    }

    func instance() throws -> StrategyInstance { try Shipped.instance(id, settings, counts: counts) }
  }

  /// Training samples per class, where two classes have none.
  static let gaps: [Int64] = [700, 0, 250, 50, 0]

  /// The λ of SuperLoss at which a loss of 0 is so far from where Lambert's function begins, −2/e.
  private static func branching(_ distance: Double) -> String {
    "lambda=\(log(Double(TrialRun.sizes.classes)) / (2 / M_E - distance))"
  }

  static let cases = [
    Case("inverse-frequency"), Case("inverse-frequency", "exponent=0.5"),
    Case("inverse-frequency", "exponent=0"), Case("class-balanced"), Case("class-balanced", "beta=0.9"),
    Case("class-balanced", "beta=1"), Case("class-balanced", "beta=0"),
    Case("focal"), Case("focal", "g=0.5"), Case("focal", "g=5"), Case("focal", "g=0"),
    Case("focal", "detached=true"), Case("focal", "detached=true", "g=0.3"),
    Case("gce"), Case("gce", "k=0.5"), Case("gce", "q=1"), Case("gce", "q=0"), Case("gce", "q=0.01"),
    Case("ghm"), Case("ghm", "bins=30", "momentum=0"), Case("ghm", "bins=1"),
    Case("self-paced"), Case("self-paced", "scheme=linear"), Case("self-paced", "age=0.1", "growth=100"),
    Case("superloss"), Case("superloss", "lambda=0.25", "tau=average"), Case("superloss", "lambda=0.001"),
    Case("superloss", "lambda=1000", "tau=average", "smoothing=0"),
    Case("superloss", branching(0)), Case("superloss", branching(1e-12)), Case("superloss", branching(1e-9)),
    Case("superloss", branching(1e-8)), Case("superloss", branching(1e-5)),
    Case("superloss", branching(1e-3)),
    Case("absgd"), Case("absgd", "lambda=0.1", "gamma=0.5"), Case("absgd", "emphasis=easy", "lambda=1"),
    Case("absgd", "gamma=1"),
    Case("small-loss"), Case("small-loss", "forget=0.5", "epochs=4"),
    Case("small-loss", "forget=1", "epochs=0"),
    Case("group-dro"), Case("group-dro", "eta=1"), Case("group-dro", "eta=0"),
    Case("gradient-norm"), Case("gradient-norm", "power=-1"), Case("gradient-norm", "power=0.5"),
    Case("influence-balanced"), Case("influence-balanced", "alpha=1000"),
    Case("l2rw"), Case("meta-weight-net"), Case("meta-weight-net", "hidden=7", "rate=0.1"),
    Case("logit-adjust"), Case("logit-adjust", "tau=0"), Case("ldam"), Case("ldam", "s=30", "max-margin=1"),
    Case("vs"), Case("vs", "gamma=1", "tau=2"), Case("label-smoothing"), Case("label-smoothing", "epsilon=1"),
    Case("inverse-frequency", counts: gaps), Case("inverse-frequency", "exponent=0.5", counts: gaps),
    Case("class-balanced", counts: gaps), Case("class-balanced", "beta=1", counts: gaps),
    Case("influence-balanced", counts: gaps), Case("influence-balanced", "alpha=1000", counts: gaps),
    Case("logit-adjust", counts: gaps), Case("ldam", counts: gaps), Case("ldam", "s=30", counts: gaps),
    Case("vs", counts: gaps), Case("vs", "gamma=1", counts: gaps),
  ]

  static let batches: [FormulaBatch] = {
    var batches = [128, 1, 2, 128, 17, 300, 3, 128, 128, 5].enumerated().map {
      FormulaBatch($1, seed: UInt64($0 + 1))
    }
    for (step, epoch) in [0, 0, 1, 1, 2, 3, 4, 12, 20, 25].enumerated() {
      batches[step].epoch = epoch
      batches[step].progress = Double(step) / 10
      batches[step].learningRate = 0.1 * (1 - Double(step) / 10)
    }
    batches[3] = batches[3].extreme
    batches[6] = batches[6].with([.loss], all: 1e4)
    batches[8] = batches[8].with([.loss, .logitGradient, .gradientNorm, .metaAlignment], all: 0)
    return batches
  }()

  @Test func everyShippedStrategyIsHereOrHasItsOwnSuite() {
    #expect(Set(Self.cases.map(\.id)).union(["erm", "gamma-threshold"]) == Set(Shipped.ids))
  }

  // MARK: - Against numpy

  /// The expected outputs, `[case][batch][output]`, of one run of Python.
  private static let expected: Result<[[[String: [Double]]]], any Error> = Result {
    let tasks = try cases.map { c -> JSON in
      var instance = try c.instance()
      let values = zip(instance.manifest.parameters, instance.values)
      let state = instance.manifest.hasState ? try instance.saveState() : []
      return [
        "id": JSON(c.id),
        "run": ["classes": JSON(TrialRun.sizes.classes), "class_counts": JSON(c.counts)],
        "values": .object(values.map { .init($0.name, json(of: $1)) }),
        "state": .object(state.filter { $0.dtype == .f64 }.map { .init($0.name, JSON($0.doubles())) }),
      ]
    }
    let task: JSON = ["batches": .array(batches.map(\.json)), "cases": .array(tasks)]
    return try Repository.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("task.json")
      try Data(task.line.utf8).write(to: file)
      let python = try #require(Python.interpreter)
      let script = Repository.root.appendingPathComponent("Tests/ContractTests/Formulas/formulas.py")
      let result = try run(python, ["-B", "-W", "error", script.path, file.path])
      try #require(result.status == 0, "\(result.errors)")
      return try JSONDecoder().decode([[[String: [Double]]]].self, from: Data(result.output.utf8))
    }
  }

  private static func json(of value: ParameterValue) -> JSON {
    switch value {
    case .float(let number): .number(number)
    case .int(let number): JSON(number)
    case .bool(let flag): .bool(flag)
    case .enumeration(let text, _), .string(let text): .string(text)
    }
  }

  @Test(.enabled(if: Python.interpreter != nil, "there is no .venv with numpy"), arguments: cases.indices)
  func answersAreTheFormulas(_ index: Int) throws {
    let c = Self.cases[index]
    let expected = try Self.expected.get()[index]
    var instance = try c.instance()
    for (step, batch) in Self.batches.enumerated() {
      let answer = try batch.answer(of: &instance, step: step)
      #expect(answer.keys.sorted() == expected[step].keys.sorted())
      for (output, values) in expected[step] {
        let given = answer[output] ?? []
        #expect(given.count == values.count)
        // A derivative of 1e-20 beside one of 1 is a rounding error in either.
        let margin = output == "logit_gradient" ? 1e-7 : 1e-40
        for (i, (value, wanted)) in zip(given, values).enumerated() {
          let isRight = abs(Double(value) - wanted) <= 2e-6 * abs(wanted) + margin
          #expect(isRight, "\(c.testDescription), step \(step): \(output)[\(i)] is \(value), not \(wanted)")
          if !isRight { return }
        }
      }
    }
  }

  // MARK: - What the formulas promise

  static let ofSumOne = ["small-loss", "gradient-norm", "gradient-norm power=-2", "l2rw", "ghm momentum=0"]

  @Test(arguments: ofSumOne)
  func weightsAreSharesOfOne(_ line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    for count in [1, 2, 128] {
      var instance = try Shipped.instance(words[0], Array(words.dropFirst()))
      var batch = FormulaBatch(count, seed: 5)
      batch.floats[.metaAlignment]?[0] = 1
      let weights = try batch.answer(of: &instance, step: 0)["weight"] ?? []
      #expect(abs(weights.reduce(0) { $0 + Double($1) } - 1) < 1e-6, "\(line), \(count)")
    }
  }

  @Test(
    arguments: [
      "inverse-frequency", "class-balanced", "class-balanced beta=0.99", "inverse-frequency exponent=2",
    ], [TrialRun.setup.classCounts, gaps])
  func classWeightsAverageToOneOverTheTrainingSet(_ line: String, _ counts: [Int64]) throws {
    let words = line.split(separator: " ").map(String.init)
    var instance = try Shipped.instance(words[0], Array(words.dropFirst()), counts: counts)
    var batch = FormulaBatch(5, seed: 1)
    batch.integers[.target] = [0, 1, 2, 3, 4]
    let weights = try batch.answer(of: &instance, step: 0)["weight"] ?? []
    let sum = zip(weights, counts).reduce(0) { $0 + 5 * Double($1.0) * Double($1.1) }
    #expect(abs(sum / Double(TrialRun.setup.trainingSamples) - 1) < 1e-6)
  }

  /// The weight is `e^(−W(x))` with Lambert's function W: `W · e^W` is x, from the least there is to the largest.
  @Test(arguments: [0, 0.8736, 0.875, 1.6094379, 1.75, 4, 1e3, 1e10, Float.greatestFiniteMagnitude])
  func superLossSolvesLambertsEquation(_ loss: Float) throws {
    var instance = try Shipped.instance("superloss")
    let batch = FormulaBatch(1, seed: 1).with([.loss], all: loss)
    let weights = try batch.answer(of: &instance, step: 0)["weight"] ?? []
    let weight = try #require(weights.first)
    let w = -log(Double(weight))
    let x = max(-1 / M_E, (Double(loss) - log(Double(TrialRun.sizes.classes))) / 2)
    #expect(abs(w * exp(w) - x) <= 2e-7 * max(1, abs(x)))
  }

  /// A batch from which a method wants nothing learnt has weights that move nothing, not equal ones.
  @Test(arguments: ["l2rw", "focal", "gce k=0.5", "self-paced"])
  func batchWithoutWeightTeachesNothing(_ line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    var instance = try Shipped.instance(words[0], Array(words.dropFirst()))
    let loss: Float = words[0] == "focal" ? 0 : 1000
    let batch = FormulaBatch(4, seed: 1).with([.loss], all: loss).with([.metaAlignment], all: -1)
    #expect(try batch.answer(of: &instance, step: 0)["weight"] == Array(repeating: 0x1p-64, count: 4))
  }
}
