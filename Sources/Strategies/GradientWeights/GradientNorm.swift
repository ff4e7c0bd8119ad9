internal import Glibc
internal import PluginKit

/// Weights by a power of the length of each sample's gradient: `w_i = ‖g_i‖^power / Σ ‖g_j‖^power`.
///
/// With power 1 it is, in expectation, the importance sampling of Katharopoulos & Fleuret, "Not all samples
/// are created equal: deep learning with importance sampling", ICML 2018, without the correction that undoes
/// it: samples that would change the network much count more. Power −1 gives every sample a gradient of the
/// same length. Lengths below a millionth of the batch's largest count as that. The weights sum to 1; where
/// no sample has a gradient they are equal.
struct GradientNorm: Weighting {
  static let manifest = Manifest(
    id: "gradient-norm", version: "1.0.0", name: "Gradient norm",
    summary: "Weighs each sample by a power of the length of its gradient.",
    cite:
      "Katharopoulos & Fleuret: Not all samples are created equal: deep learning with importance sampling. "
      + "ICML 2018",
    inputs: [.gradientNorm],
    parameters: [
      .float("power", default: 1, min: -4, max: 4, help: "Above 0: long gradients count more; below: less.")
    ],
    isDeterministic: true, isEquivariant: true)

  private let power: Double

  init(parameters: Parameters, setup: Setup) throws { power = try parameters.float("power") }

  mutating func weigh(_ batch: Batch, into weights: inout MutableSpan<Float>) throws {
    let norms = try batch.finite(.gradientNorm)
    var longest = 0.0
    for i in norms.indices { longest = max(longest, Double(norms[i])) }
    guard longest > 0 else { throw StrategyError.useUniformWeights }
    try weights.fillShares { pow(max(Double(norms[$0]) / longest, 1e-6), power) }
  }
}
