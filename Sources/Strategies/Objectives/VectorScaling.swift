internal import Glibc
internal import PluginKit

/// Vector scaling: the cross-entropy of `Δ_c · z_c + τ · ln π_c`, with `Δ_c = (n_c / n_max)^γ` and `π` the
/// classes' shares of the training samples.
///
/// Kini et al.: "Label-imbalanced and group-sensitive classification under overparameterization", NeurIPS
/// 2021. γ = 0 is logit adjustment; the factors act where the training data are fitted perfectly and shifts
/// no longer do. The defaults are those that are usual for long-tailed CIFAR-10; the authors' code begins with
/// τ = 1 and γ = 0.3. A class without training samples counts as one of a single sample.
struct VectorScaling: Objective {
  static let manifest = Manifest(
    id: "vs", version: "1.0.0", name: "Vector-scaling loss",
    summary:
      "Cross-entropy of logits that are scaled and shifted by their class's number of training samples.",
    cite: "Kini et al.: Label-imbalanced and group-sensitive classification under overparameterization. "
      + "NeurIPS 2021",
    inputs: [.logits, .target],
    parameters: [
      .float("tau", default: 1.25, min: 0, max: 100, help: "How far logits are raised."),
      .float("gamma", default: 0.15, min: 0, max: 10, help: "How much logits of rare classes shrink."),
    ],
    isDeterministic: true, isEquivariant: true)

  private let factors, shifts: [Double]
  private var rows: LogitRows

  init(parameters: Parameters, setup: Setup) throws {
    let tau = try parameters.float("tau")
    let gamma = try parameters.float("gamma")
    let counts = setup.countsFromOne
    let (total, most) = (counts.reduce(0, +), counts.max() ?? 1)
    factors = counts.map { pow($0 / most, gamma) }
    shifts = counts.map { tau * log($0 / total) }
    rows = LogitRows(classes: counts.count)
  }

  mutating func evaluate(
    _ batch: Batch, into losses: inout MutableSpan<Float>, logitGradients: inout MutableSpan<Float>
  ) throws {
    try rows.evaluate(batch, into: &losses, logitGradients: &logitGradients) { [factors, shifts] z, target in
      for c in z.indices { z[c] = factors[c] * z[c] + shifts[c] }
      let loss = Softmax.crossEntropy(&z, target: target)
      for c in z.indices { z[c] *= factors[c] }
      return loss
    }
  }
}
