internal import Glibc
internal import PluginKit

/// Logit adjustment: the cross-entropy of `z_c + τ · ln π_c`, with `π` the classes' shares of the training
/// samples.
///
/// Menon et al.: "Long-tail learning via logit adjustment", ICLR 2021, equation 10. With τ = 1 this is
/// balanced softmax (Ren et al., NeurIPS 2020). A class without training samples counts as one of a single
/// sample.
struct LogitAdjust: Objective {
  static let manifest = Manifest(
    id: "logit-adjust", version: "1.0.0", name: "Logit adjustment",
    summary: "Cross-entropy of logits that are raised by the logarithm of their class's share of the "
      + "training samples.",
    cite: "Menon et al.: Long-tail learning via logit adjustment. ICLR 2021",
    inputs: [.logits, .target],
    parameters: [.float("tau", default: 1, min: 0, max: 100, help: "How far logits are raised.")],
    isDeterministic: true, isEquivariant: true)

  private let adjustments: [Double]
  private var rows: LogitRows

  init(parameters: Parameters, setup: Setup) throws {
    let tau = try parameters.float("tau")
    let counts = setup.countsFromOne
    let total = counts.reduce(0, +)
    adjustments = counts.map { tau * log($0 / total) }
    rows = LogitRows(classes: counts.count)
  }

  mutating func evaluate(
    _ batch: Batch, into losses: inout MutableSpan<Float>, logitGradients: inout MutableSpan<Float>
  ) throws {
    try rows.evaluate(batch, into: &losses, logitGradients: &logitGradients) { [adjustments] z, target in
      for c in z.indices { z[c] += adjustments[c] }
      return Softmax.crossEntropy(&z, target: target)
    }
  }
}
