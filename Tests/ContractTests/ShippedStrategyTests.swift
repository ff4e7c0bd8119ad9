import Foundation
import Host
import Testing

/// `erm` and `gamma-threshold` keep the whole contract, with every way of setting them; the others have
/// `StrategyFormulaTests` and `StrategyRobustnessTests`.
@Suite struct ShippedStrategyTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let id: String
    var settings: [String] = []
    var testDescription: String { ([id] + settings).joined(separator: " ") }

    func instance() throws -> StrategyInstance { try Shipped.instance(id, settings) }
  }

  static let cases = [
    Case(id: "erm"),
    Case(id: "gamma-threshold"),
    Case(id: "gamma-threshold", settings: ["temp=12.8", "gamma=-0.2"]),
    Case(id: "gamma-threshold", settings: ["score=excess", "include-self=false"]),
    Case(id: "gamma-threshold", settings: ["history=mean", "temp=4"]),
  ]

  @Test(arguments: cases, [1, 2, 3, 17, 300])
  func weightsAreAShareOfOne(_ c: Case, _ count: Int) throws {
    var instance = try c.instance()
    let answer = try TrialRun.step(&instance, TrialRun.Batch(count: count))
    #expect(abs(answer.weights.reduce(0) { $0 + Double($1) } - 1) < 1e-5)
    #expect(answer.outcome.hasScores == (c.id != "erm"))
  }

  @Test(arguments: cases)
  func sameStepsGiveTheSameBytes(_ c: Case) throws {
    var instances = [try answers(c), try answers(c)]
    #expect(instances.removeLast() == instances.removeLast())
  }

  private func answers(_ c: Case) throws -> [TrialRun.Answer] {
    var instance = try c.instance()
    return try (0..<4).map {
      try TrialRun.step(&instance, TrialRun.Batch(count: 33, seed: UInt64($0)), step: $0)
    }
  }

  @Test(arguments: cases)
  func permutingTheBatchPermutesTheOutputs(_ c: Case) throws {
    let batch = TrialRun.Batch(count: 41)
    let order = (0..<41).map { ($0 * 17 + 5) % 41 }
    var one = try c.instance()
    var other = try c.instance()
    let straight = try TrialRun.step(&one, batch)
    let permuted = try TrialRun.step(&other, batch.permuted(order))
    for (k, i) in order.enumerated() {
      #expect(abs(straight.weights[i] - permuted.weights[k]) <= 1e-6 * straight.weights[i])
      if !straight.scores.isEmpty {
        #expect(abs(straight.scores[i] - permuted.scores[k]) <= 1e-5 * max(1, straight.scores[i]))
      }
    }
  }

  @Test(arguments: cases)
  func savedStateContinuesIdentically(_ c: Case) throws {
    var first = try c.instance()
    for step in 0..<3 {
      _ = try TrialRun.step(&first, TrialRun.Batch(count: 60, seed: UInt64(step)), step: step)
    }
    let state = try first.saveState()
    #expect(state.isEmpty == !c.settings.contains("history=mean"))
    var second = try c.instance()
    try second.loadState(state)
    #expect(try second.saveState() == state)
    for step in 3..<6 {
      let batch = TrialRun.Batch(count: 60, seed: UInt64(step % 3))
      #expect(try TrialRun.step(&first, batch, step: step) == TrialRun.step(&second, batch, step: step))
    }
  }

  @Test func damagedStateIsRefusedAndTheInstanceGoesOn() throws {
    var instance = try Case(id: "gamma-threshold", settings: ["history=mean"]).instance()
    var untouched = try Case(id: "gamma-threshold", settings: ["history=mean"]).instance()
    let short = NamedTensor(name: "p_sum", shape: [2], doubles: [0, 0])
    let counts = NamedTensor(name: "p_count", shape: [2], integers: [0, 0])
    for state in [[], [short], [short, counts]] {
      do {
        try instance.loadState(state)
        Issue.record("damaged state was accepted")
      } catch {
        #expect(error.problem.contains("failed in load"))
      }
    }
    let batch = TrialRun.Batch(count: 12)
    #expect(try TrialRun.step(&instance, batch) == TrialRun.step(&untouched, batch))
  }

  @Test func stateForAStrategyWithoutStateIsRefused() throws {
    var instance = try Case(id: "erm").instance()
    let tensor = NamedTensor(name: "x", dtype: .u8, shape: [1], bytes: [1])
    do {
      try instance.loadState([tensor])
      Issue.record("state was accepted")
    } catch {
      #expect(error == .badState(strategy: "erm", reason: "1 tensors for a strategy without state"))
    }
  }

  @Test func ermIsUniform() throws {
    var instance = try Case(id: "erm").instance()
    #expect(try TrialRun.step(&instance, TrialRun.Batch(count: 5)).weights == Array(repeating: 0.2, count: 5))
  }
}
