internal import PluginKit

/// Influence-balanced weights: `w_i ∝ λ_k / (‖softmax(z_i) − y_i‖₁ · ‖h_i‖₁ + 0.001)`, so that every sample
/// pulls the last layer with about the same force, samples of rare classes with more: `λ_k ∝ 1 / n_k`.
///
/// Park et al.: "Influence-balanced loss for imbalanced visual classification", ICCV 2021; the small number
/// is that of the authors' code. The first norm is taken of the loss's derivative by the logits, which with
/// the cross-entropy is `softmax(z) − y`, so that objectives combine. The paper trains with equal weights
/// first: use `--defer-until`.
///
/// The paper scales by a constant that is tuned by hand, in the authors' code 1000 with `λ` of mean 1 over
/// the classes, here those that have training samples, and a hundredth of the learning rate: `alpha` above 0 does
/// as it says, divided by B, thus 10 at an unchanged rate. By default the weighted influences sum to what they do
/// with equal weights, so that the learning rate keeps its meaning. Where no sample has an influence, weights are
/// equal.
struct InfluenceBalanced: Weighting {
  static let manifest = Manifest(
    id: "influence-balanced", version: "1.0.0", name: "Influence-balanced weights",
    summary: "Weighs down samples that pull the last layer hard, and samples of frequent classes.",
    cite: "Park et al.: Influence-balanced loss for imbalanced visual classification. ICCV 2021",
    inputs: [.logitGradient, .feature, .target],
    parameters: [
      .float(
        "alpha", default: 0, min: 0, max: 1e6,
        help:
          "The paper's constant factor, 1000 there with a hundredth of the rate; 0: as much pull in sum as equal weights."
      )
    ],
    isDeterministic: true, isEquivariant: true)

  private static let epsilon = 0.001

  private let alpha: Double
  private let features: Int
  private let factors: [Double]
  private var influences: [Double] = []

  init(parameters: Parameters, setup: Setup) throws {
    alpha = try parameters.float("alpha")
    features = setup.features
    let inverse = setup.countsFromOne.map { 1 / $0 }
    let present = zip(inverse, setup.classCounts).filter { $0.1 > 0 }.map { $0.0 }
    let mean = present.reduce(0, +) / Double(max(1, present.count))
    factors = inverse.map { mean > 0 ? $0 / mean : $0 }
    influences.reserveCapacity(max(0, setup.largestBatch))
  }

  mutating func weigh(_ batch: Batch, into weights: inout MutableSpan<Float>) throws {
    let slopes = try batch.finite(.logitGradient, width: factors.count)
    let features = try batch.finite(.feature, width: features)
    let targets = try batch.targets(of: factors.count)
    influences.removeAll(keepingCapacity: true)
    var (plain, weighted) = (0.0, 0.0)
    for i in weights.indices {
      let influence = norm(slopes, i, factors.count) * norm(features, i, self.features)
      influences.append(influence)
      plain += influence / Double(batch.count)
      weighted += influence * factors[Int(targets[i])] / (influence + Self.epsilon)
    }
    if alpha == 0, weighted == 0 { throw StrategyError.useUniformWeights }
    let scale = alpha == 0 ? plain / weighted : alpha / Double(batch.count)
    for i in weights.indices {
      weights[i] = Float(scale * factors[Int(targets[i])] / (influences[i] + Self.epsilon))
    }
    weights.replaceAllZero()
  }

  /// The sum of the absolute values of a row.
  private func norm(_ rows: Span<Float>, _ row: Int, _ width: Int) -> Double {
    var sum = 0.0
    for at in row * width..<(row + 1) * width { sum += abs(Double(rows[at])) }
    return sum
  }
}
