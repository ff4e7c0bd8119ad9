import Foundation
import Host
import TestSupport
import Testing

/// Shipped strategies refuse what they cannot use in words, and go on exactly from saved state.
@Suite struct StrategyRobustnessTests {
  private static let objectives = Set(Shipped.manifests.filter { $0.role == .objective }.map(\.id))

  /// Strategies that take numbers of a `FormulaBatch`.
  static let ofNumbers = Shipped.manifests.filter { !numbers($0).isEmpty }.map(\.id)

  private static func numbers(_ manifest: StrategyManifest) -> [StrategyInput] {
    let floats = FormulaBatch(1, seed: 1).floats
    return manifest.inputs.map(\.name).filter { floats[$0] != nil }
  }

  /// `erm` looks at nothing, two at classes alone, and `gamma-threshold` at cosines alone, which the host makes.
  @Test func allButFourTakeNumbers() {
    let others = Set(Shipped.ids).subtracting(Self.ofNumbers)
    #expect(others == ["erm", "inverse-frequency", "class-balanced", "gamma-threshold"])
  }

  @Test(arguments: ofNumbers, [Float.nan, .infinity, -.infinity])
  func numbersThatAreNotFiniteAreRefused(_ id: String, _ value: Float) throws {
    var tried = try Shipped.instance(id)
    for input in Self.numbers(tried.manifest) {
      for place in [0, 2] {
        var batch = FormulaBatch(3, seed: 1)
        let width = (batch.floats[input]?.count ?? 0) / 3
        batch.floats[input]?[place * width] = value
        batch.integers[.target] = [0, 0, 0]
        do {
          _ = try batch.answer(of: &tried, step: 0)
          // A logit of −∞ in the place of another class is a probability of zero.
          Issue.record("\(id) took \(value) for its \(input.rawValue)")
        } catch PluginError.failed(_, .step, let code, let text) {
          #expect(code == -3 && text?.contains("of sample \(place) ") == true)
        } catch PluginError.badOutput(_, _, .notFinite, _) {
          #expect(Self.objectives.contains(id), "\(id) lets \(value) through")
        }
      }
    }
    #expect(try FormulaBatch(3, seed: 2).answer(of: &tried, step: 1).values.allSatisfy { !$0.isEmpty })
  }

  @Test(
    arguments: Shipped.manifests.filter { $0.inputs.contains { $0.name == .target } }.map(\.id),
    [-1, 5, .max])
  func classThatThereIsNotIsRefused(_ id: String, _ target: Int64) throws {
    var instance = try Shipped.instance(id)
    var batch = FormulaBatch(2, seed: 1)
    batch.integers[.target] = [0, target]
    let error = #expect(throws: PluginError.self) { try batch.answer(of: &instance, step: 0) }
    #expect(error?.problem.contains("sample 1 of the batch is of class \(target) of 5") == true)
  }

  @Test func groupsMayBeAnyNumbers() throws {
    var instance = try Shipped.instance("group-dro", ["eta=1"])
    var batch = FormulaBatch(4, seed: 1)
    batch.floats[.loss] = [1, 1, 1, 3]
    batch.integers[.group] = [.max, 7, .min, 7]
    let weights = try batch.answer(of: &instance, step: 0)["weight"] ?? []
    let q = [exp(1.0), exp(2.0), exp(1.0)].map { $0 / (2 * exp(1.0) + exp(2.0)) }
    for (weight, expected) in zip(weights, [q[0], q[1] / 2, q[2], q[1] / 2]) {
      #expect(abs(Double(weight) - expected) < 1e-6)
    }
  }

  // MARK: - State

  static let withState = Shipped.manifests.filter(\.hasState).map(\.id)

  @Test(arguments: withState, [0, 3])
  func savedStateContinuesIdentically(_ id: String, _ steps: Int) throws {
    var first = try Shipped.instance(id)
    var second = try Shipped.instance(id)
    for step in 0..<steps { _ = try answer(of: &first, step) }
    let state = try first.saveState()
    try second.loadState(state)
    #expect(try second.saveState() == state)
    for step in steps..<steps + 3 { #expect(try answer(of: &first, step) == answer(of: &second, step)) }
  }

  @Test(arguments: withState.filter { $0 != "gamma-threshold" })
  func stateThatCannotBeIsRefused(_ id: String) throws {
    var instance = try Shipped.instance(id)
    for step in 0..<2 { _ = try answer(of: &instance, step) }
    let state = try instance.saveState()
    for (place, tensor) in state.enumerated() {
      for replacement in damagedCopies(of: tensor) {
        var damaged = state
        damaged[place] = replacement
        #expect(throws: PluginError.self, "\(id) took '\(tensor.name)'") { try instance.loadState(damaged) }
        #expect(try instance.saveState() == state)
      }
    }
  }

  /// The tensor with values that cannot be: one that is no number, negative counts, and one that cannot be counted up.
  private func damagedCopies(of tensor: NamedTensor) -> [NamedTensor] {
    if tensor.dtype == .f64 {
      var values = tensor.doubles()
      values[values.count - 1] = .nan
      return [NamedTensor(name: tensor.name, shape: tensor.shape, doubles: values)]
    }
    let values: [Int64] = ["batches", "updates"].contains(tensor.name) ? [-1, .max] : [-1]
    return values.map { value in
      NamedTensor(
        name: tensor.name, shape: tensor.shape, integers: Array(repeating: value, count: tensor.count))
    }
  }

  private func answer(of instance: inout StrategyInstance, _ step: Int) throws -> [String: [Float]] {
    if instance.manifest.id == "gamma-threshold" {
      let answer = try TrialRun.step(&instance, TrialRun.Batch(count: 20, seed: UInt64(step)), step: step)
      return ["weight": answer.weights]
    }
    return try FormulaBatch(20, seed: UInt64(step + 1)).answer(of: &instance, step: step)
  }
}
