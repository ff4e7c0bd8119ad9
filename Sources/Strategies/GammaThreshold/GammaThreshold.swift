internal import Glibc
internal import PluginKit

/// Batch reweighting: samples whose gradient many others of the batch share count less.
///
/// With the cosines `K` of the per-sample gradients, `p_i = #{ j : K_ij ≥ gamma }` and `w = softmax(−p / temp)`.
struct GammaThreshold: ScoredWeighting {
  static let manifest = Manifest(
    id: "gamma-threshold", version: "1.0.0", name: "Batch reweighting by gradient agreement",
    summary: "Counts, for each sample, the samples of the batch whose gradient points the same way, "
      + "and weighs by a softmax over the negated counts.",
    inputs: [.cosine, .sampleID],
    parameters: [
      .float("gamma", default: 0.7, min: -1, max: 1, help: "Cosine from which two gradients agree."),
      .float(
        "temp", default: 1, min: 1e-6, help: "Temperature of the softmax; a tenth of the batch is gentle."),
      .choice(
        "score", of: ["count", "excess"], default: "count",
        help: "Count the agreeing samples, or sum how far their cosines exceed gamma."),
      .bool("include_self", default: true, help: "Count the sample itself."),
      .choice(
        "history", of: ["none", "mean"], default: "none",
        help: "Weigh by this batch's scores, or by each sample's mean score over the epochs so far."),
    ],
    isDeterministic: true, isEquivariant: true, hasState: true)

  private let gamma: Float
  private let temperature: Double
  private let sumsExcess: Bool
  private let includesSelf: Bool
  private var history: ScoreHistory?
  private var p: [Double]

  init(parameters: Parameters, setup: Setup) throws {
    gamma = Float(try parameters.float("gamma"))
    temperature = try parameters.float("temp")
    sumsExcess = try parameters.text("score") == "excess"
    includesSelf = try parameters.bool("include_self")
    history = try parameters.text("history") == "mean" ? ScoreHistory(samples: setup.trainingSamples) : nil
    p = Array(repeating: 0, count: max(0, setup.largestBatch))
  }

  mutating func weigh(
    _ batch: Batch, into weights: inout MutableSpan<Float>, scores: inout MutableSpan<Float>
  ) throws {
    let cosine = try batch.floats(.cosine)
    let ids = try batch.integers(.sampleID)
    let B = batch.count
    guard B <= p.count, cosine.count == B * B, ids.count == B, weights.count == B, scores.count == B else {
      throw StrategyError.argument("a batch of \(B) with \(cosine.count) cosines for at most \(p.count)")
    }
    for i in 0..<B {
      p[i] = score(of: i, in: cosine, B)
      scores[i] = Float(p[i])
    }
    if history != nil { try history?.average(&p, ids) }
    softmax(count: B, into: &weights)
  }

  /// The p-score of sample `i`. A gradient that is exactly zero, whose cosine with itself is 0, has p = 0.
  private func score(of i: Int, in cosine: Span<Float>, _ B: Int) -> Double {
    let row = i * B
    guard cosine[row + i] != 0 else { return 0 }
    var sum = 0.0
    for j in 0..<B where cosine[row + j] >= gamma && (j != i || includesSelf) {
      sum += sumsExcess ? Double(cosine[row + j] - gamma) : 1
    }
    return sum
  }

  /// `softmax(−p / temp)`, shifted by the smallest p so that the largest exponential is 1.
  private func softmax(count B: Int, into weights: inout MutableSpan<Float>) {
    var smallest = Double.infinity
    for i in 0..<B { smallest = min(smallest, p[i]) }
    var sum = 0.0
    for i in 0..<B { sum += exp((smallest - p[i]) / temperature) }
    for i in 0..<B { weights[i] = Float(exp((smallest - p[i]) / temperature) / sum) }
  }

  // MARK: - State

  func save(to state: StateWriter) throws { try history?.save(to: state) }

  mutating func load(from state: StateReader) throws { try history?.load(from: state) }
}
