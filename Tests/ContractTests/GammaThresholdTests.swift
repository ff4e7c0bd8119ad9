import Foundation
import Host
import TestSupport
import Testing

/// `gamma-threshold` computes what its formula says.
@Suite struct GammaThresholdTests {
  private func answer(_ settings: [String], _ batch: TrialRun.Batch) throws -> TrialRun.Answer {
    var instance = try ShippedStrategyTests.Case(id: "gamma-threshold", settings: settings).instance()
    return try TrialRun.step(&instance, batch)
  }

  /// Three samples: the first two agree with a cosine of 0.9, the third has no gradient at all.
  private var small: TrialRun.Batch {
    var batch = TrialRun.Batch(count: 3)
    batch.cosines = [1, 0.9, 0, 0.9, 1, 0, 0, 0, 0]
    return batch
  }

  static let scores: [([String], [Float])] = [
    ([], [2, 2, 0]),
    (["include_self=false"], [1, 1, 0]),
    (["gamma=1"], [1, 1, 0]),
    (["gamma=-1"], [3, 3, 0]),
    (["score=excess"], [0.5, 0.5, 0]),
    (["score=excess", "include_self=false"], [0.2, 0.2, 0]),
  ]

  @Test(arguments: scores)
  func scoreIsTheFormulas(_ settings: [String], _ expected: [Float]) throws {
    for (score, value) in zip(try answer(settings, small).scores, expected) {
      #expect(abs(score - value) < 1e-6)
    }
  }

  /// A gradient shorter than 1e-12 is not scaled to unit length, and so does not agree even with itself.
  @Test func vanishingGradientsHaveNoScore() throws {
    var batch = small
    batch.cosines = [1, 0, 0, 0, 0.01, 0, 0, 0, 0]
    #expect(try answer([], batch).scores == [1, 0, 0])
  }

  @Test func extremeTemperaturesStayFinite() throws {
    let batch = TrialRun.Batch(count: 300)
    #expect(try answer(["temp=1e-6"], batch).weights.max() ?? 0 > 0)
    for weight in try answer(["temp=1e300"], batch).weights { #expect(abs(weight * 300 - 1) < 1e-5) }
  }

  /// With history, the second epoch weighs by the mean of both epochs' scores.
  @Test func historyWeighsByTheMean() throws {
    var instance = try ShippedStrategyTests.Case(
      id: "gamma-threshold", settings: ["history=mean"]
    ).instance()
    var batch = small
    _ = try TrialRun.step(&instance, batch)
    batch.cosines = [1, 0, 0, 0, 1, 0, 0, 0, 1]
    let answer = try TrialRun.step(&instance, batch, step: 1)
    #expect(answer.scores == [1, 1, 1])
    let terms = [1.5, 1.5, 0.5].map { exp(-$0) }
    for (weight, term) in zip(answer.weights, terms) {
      #expect(abs(Double(weight) - term / terms.reduce(0, +)) < 1e-6)
    }
  }

  /// The scores and weights that the reference implementation gave for its own cosines.
  /// Skipped without the reference values or the Python environment.
  @Test(
    .enabled(if: Repository.reference("steps_gamma.npz") != nil && Python.interpreter != nil),
    arguments: ["bias", "weight", "weight+bias"])
  func scoresAndWeightsAreTheReferences(_ source: String) throws {
    let file = try #require(Repository.reference("steps_gamma.npz"))
    let script = """
      import json, sys, numpy
      z, s = numpy.load(sys.argv[1]), sys.argv[2]
      steps = [dict(gram=z[f"step{i}.gram.{s}"].ravel().tolist(), p=z[f"step{i}.p.{s}"].tolist(),
                    weight=z[f"step{i}.weight.{s}"].tolist()) for i in range(3)]
      print(json.dumps(steps))
      """
    struct Step: Decodable {
      let gram, p, weight: [Float]
    }
    let output = try Python.run(script, [file.path, source])
    let steps = try JSONDecoder().decode([Step].self, from: Data(output.output.utf8))
    #expect(steps.count == 3)
    for step in steps {
      var batch = TrialRun.Batch(count: 64)
      batch.cosines = step.gram
      let answer = try answer(["gamma=0.7", "temp=4"], batch)
      #expect(answer.scores == step.p)
      for (weight, expected) in zip(answer.weights, step.weight) {
        #expect(abs(weight - expected) <= 1e-5 * expected)
      }
    }
  }
}
