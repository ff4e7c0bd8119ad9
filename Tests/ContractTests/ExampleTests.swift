import Foundation
import Host
import TestSupport
import Testing

/// Every example plugin builds by its own Makefile, without a warning, and gives the weights of its formula.
@Suite struct ExampleTests {
  @Test(.enabled(if: Example.hardExamples.isBuildable, Example.hardExamples.reason))
  func hardExamplesAveragesTheLargestLosses() throws {
    let cases: [(fraction: String, losses: [Float], weights: [Float])] = [
      ("0.5", [3, 1, 4, 1, 5, 9, 2, 6], [0, 0, 0.25, 0, 0.25, 0.25, 0, 0.25]),
      ("0.25", [3, 1, 4, 1], [0, 0, 1, 0]),
      ("0.01", [2, 7], [0, 1]),
      ("0.5", [5], [1]),
      ("0.29", (0..<100).map { Float($0) }, (0..<100).map { $0 < 71 ? 0 : 1 / Float(29) }),
      ("0.5", [1, 1, 1, 1], [0.25, 0.25, 0.25, 0.25]),
      ("1", [1, 2, 3, 4], [0.25, 0.25, 0.25, 0.25]),
    ]
    try Self.with(.hardExamples) { strategy in
      for (fraction, losses, weights) in cases {
        var instance = try StrategyInstance(
          strategy, settings: ["fraction=\(fraction)"], setup: TrialRun.setup)
        #expect(try Self.weights(&instance, losses: losses) == weights, "\(fraction) of \(losses)")
      }
      var instance = try StrategyInstance(strategy, setup: TrialRun.setup)
      Self.expectFailure("a loss is not a number") { try Self.weights(&instance, losses: [1, .nan, 2]) }
    }
  }

  @Test(.enabled(if: Example.lossAverage.isBuildable, Example.lossAverage.reason))
  func lossAverageFollowsEachSample() throws {
    let batches: [(ids: [Int64], losses: [Float])] = [
      ([10, 20, 30], [1, 2, 3]), ([30, 10, 999], [5, 0, 2]), ([20, 30, 10], [1, 1, 1]),
    ]
    try Self.with(.lossAverage) { strategy in
      var instance = try StrategyInstance(strategy, settings: ["decay=0.75"], setup: TrialRun.setup)
      var averages: [Int64: Double] = [:]
      for (ids, losses) in batches {
        for (id, loss) in zip(ids, losses) {
          averages[id] = 0.75 * (averages[id] ?? Double(loss)) + 0.25 * Double(loss)
        }
        let sum = ids.reduce(0) { $0 + (averages[$1] ?? 0) }
        let weights = try Self.weights(&instance, losses: losses, ids: ids)
        Self.expect(weights, near: ids.map { (averages[$0] ?? 0) / sum })
      }
      #expect(try Self.weights(&instance, losses: [0, 0], ids: [1, 2]) == [0.5, 0.5], "uniform: all are 0")
      Self.expectFailure("there is no training sample 1000") {
        try Self.weights(&instance, losses: [1], ids: [1000])
      }
    }
  }

  @Test(.enabled(if: Example.lossAverage.isBuildable, Example.lossAverage.reason))
  func lossAverageGoesOnFromSavedStateAndRefusesADamagedOne() throws {
    try Self.with(.lossAverage) { strategy in
      var first = try StrategyInstance(strategy, setup: TrialRun.setup)
      _ = try Self.weights(&first, losses: [1, 2, 3], ids: [4, 5, 6])
      let state = try first.saveState()
      var second = try StrategyInstance(strategy, setup: TrialRun.setup)
      try second.loadState(state)

      let average = try #require(state.first { $0.name == "average" })
      let seen = try #require(state.first { $0.name == "seen" })
      var numbers = average.floats()
      numbers[7] = .nan
      let damaged: [[NamedTensor]] = [
        [], [average], [seen],
        [average, NamedTensor(name: "seen", dtype: .u8, shape: [3], bytes: [1, 1, 1])],
        [NamedTensor(name: "average", shape: [1000], doubles: average.doubles()), seen],
        [NamedTensor(name: "average", shape: [1000], floats: numbers), seen],
      ]
      for state in damaged {
        Self.expectFailure("average|seen") { try second.loadState(state) }
      }
      let expected = try Self.weights(&first, losses: [2, 2, 2], ids: [6, 5, 4])
      #expect(try Self.weights(&second, losses: [2, 2, 2], ids: [6, 5, 4]) == expected)
    }
  }

  @Test(.enabled(if: Example.entropy.isBuildable, Example.entropy.reason))
  func entropyWeighsByItsPower() throws {
    let logits: [[Double]] = [
      [0, 0, 0, 0, 0], [1, 2, 3, 4, 5], [-3, 0.5, 0, 2, 90], [1000, 999, 0, 0, 0],
    ]
    let entropies = logits.map { row -> Double in
      let exponentials = row.map { exp($0 - (row.max() ?? 0)) }
      let probabilities = exponentials.map { $0 / exponentials.reduce(0, +) }
      return -probabilities.reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0) }
    }
    try Self.with(.entropy) { strategy in
      for power in [1.0, 2.5, 0] {
        var instance = try StrategyInstance(strategy, settings: ["power=\(power)"], setup: TrialRun.setup)
        let tensors = StepTensors(inputs: [.logits], sizes: TrialRun.sizes)
        for (i, logit) in logits.joined().enumerated() { tensors.floats(.logits).buffer[i] = Float(logit) }
        let powers = entropies.map { pow($0, power) }
        let sum = powers.reduce(0, +)
        Self.expect(try Self.weights(&instance, tensors, count: 4), near: powers.map { $0 / sum })

        tensors.floats(.logits).buffer[7] = .infinity
        Self.expectFailure("sample 1 has the logit inf") { try Self.weights(&instance, tensors, count: 4) }
      }
    }
  }

  @Test(.enabled(if: Example.curriculum.isBuildable, Example.curriculum.reason))
  func curriculumTakesInMoreAsTheRunGoesOn() throws {
    let losses: [Float] = [7, 3, 1, 4, 8, 5, 9, 2, 6, 10]
    try Self.with(.curriculum) { strategy in
      var instance = try StrategyInstance(
        strategy, settings: ["start=0.2", "full=0.5"], setup: TrialRun.setup)
      for (progress, counted) in [(0.0, 2), (0.25, 6), (0.5, 10), (1, 10)] {
        let weights = losses.map { $0 <= Float(counted) ? 1 / Float(counted) : 0 }
        #expect(try Self.weights(&instance, losses: losses, progress: progress) == weights, "\(progress)")
      }
      #expect(try Self.weights(&instance, losses: [3], progress: 0) == [1])
      Self.expectFailure("the loss of sample 1 is not a number") {
        try Self.weights(&instance, losses: [1, .nan])
      }
    }
  }

  @Test(.enabled(if: Example.clusterBalance.isBuildable, Example.clusterBalance.reason))
  func clusterBalanceGivesEachClusterTheSameShare() throws {
    let clusters = [0, 0, 1, 0, 2, 0, 1, 0]  // 5 samples, 2 and 1
    try Self.with(.clusterBalance) { strategy in
      var instance = try StrategyInstance(strategy, settings: ["clusters=3"], setup: TrialRun.setup)
      let tensors = StepTensors(inputs: [.feature], sizes: TrialRun.sizes)
      var random = SplitMix(state: 3)
      for (i, cluster) in clusters.enumerated() {
        for j in 0..<TrialRun.sizes.features {
          let noise = Float(random.next() % 100) / 1000
          tensors.floats(.feature).buffer[i * TrialRun.sizes.features + j] = Float(cluster * 10) + noise
        }
      }
      let shares = clusters.map { [1.0 / 15, 1.0 / 6, 1.0 / 3][$0] }
      Self.expect(try Self.weights(&instance, tensors, count: 8), near: shares)
    }
  }

  @Test(.enabled(if: Example.inverseLoss.isBuildable, Example.inverseLoss.reason))
  func inverseLossIsTheFunctionOfItsManifest() throws {
    try Repository.withTemporaryFolder { folder in
      let library = URL(fileURLWithPath: try Example.inverseLoss.build(in: folder))
      try Self.expectSymbols(.inverseLoss, library.path)
      let file = library.deletingLastPathComponent().appendingPathComponent("inverse-loss.brhost.json")
      var instance = try StrategyInstance(
        try PluginCatalog(folders: []).find(file.path), settings: ["power=2", "offset=0.5"],
        setup: TrialRun.setup)
      let shares = [0.0, 0.5, 3.5].map { 1 / (($0 + 0.5) * ($0 + 0.5)) }
      let sum = shares.reduce(0, +)
      Self.expect(try Self.weights(&instance, losses: [0, 0.5, 3.5]), near: shares.map { $0 / sum })
    }
  }

  // MARK: - Helpers

  /// Calls `body` with the example's strategy.
  private static func with(_ example: Example, _ body: (LocatedStrategy) throws -> Void) throws {
    try Repository.withTemporaryFolder { folder in
      let library = try example.build(in: folder)
      try expectSymbols(example, library)
      try body(try PluginCatalog(folders: []).find(library))
    }
  }

  /// The whole contract, as an author tries it.
  @Test(arguments: Example.all.filter(\.isBuildable))
  func exampleKeepsTheContract(_ example: Example) throws {
    try Repository.withTemporaryFolder { folder in
      let plugin = try example.build(in: folder).replacing(
        "libinverse-loss.so", with: "inverse-loss.brhost.json")
      let program = Repository.products.appendingPathComponent("brhost")
      let result = try run(program, ["plugin", "check", plugin])
      #expect(result.status == 0, "\(result.output)\(result.errors)")
    }
  }

  /// The library exports what it has to and nothing else; not looked at without nm (binutils).
  private static func expectSymbols(_ example: Example, _ library: String) throws {
    guard let nm = Example.program("nm") else { return }
    let result = try run(nm, ["-D", "--defined-only", "--extern-only", "-j", library])
    #expect(result.output.split(separator: "\n").map(String.init).sorted() == example.symbols)
  }

  private static func weights(
    _ instance: inout StrategyInstance, losses: [Float], ids: [Int64]? = nil, progress: Double = 0.5
  ) throws -> [Float] {
    let tensors = StepTensors(inputs: [.loss], sizes: TrialRun.sizes)
    for (i, loss) in losses.enumerated() {
      tensors.floats(.loss).buffer[i] = loss
      tensors.integers(.sampleID).buffer[i] = ids?[i] ?? Int64(i)
    }
    return try weights(&instance, tensors, count: losses.count, progress: progress)
  }

  private static func weights(
    _ instance: inout StrategyInstance, _ tensors: StepTensors, count: Int, progress: Double = 0.5
  ) throws -> [Float] {
    let context = StepContext(batch: count, epoch: 0, step: 0, progress: progress, learningRate: 0.1)
    _ = try instance.step(context, tensors)
    return tensors.output(.weight).buffer.array(prefix: count)
  }

  private static func expect(_ weights: [Float], near expected: [Double]) {
    let isNear = zip(weights, expected).allSatisfy { abs(Double($0) - $1) < 1e-6 }
    #expect(weights.count == expected.count && isNear, "\(weights) for \(expected)")
  }

  /// `body` throws an error whose text has one of the parts, which bars separate.
  private static func expectFailure(_ parts: String, _ body: () throws -> some Any) {
    do {
      _ = try body()
      Issue.record("nothing was refused; expected \(parts)")
    } catch {
      #expect(parts.split(separator: "|").contains { "\(error)".contains($0) }, "\(error)")
    }
  }
}
