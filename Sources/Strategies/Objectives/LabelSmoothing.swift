internal import Glibc
internal import PluginKit

/// Label smoothing: the cross-entropy with `(1 − ε) · onehot + ε / C` for a target.
///
/// Szegedy et al.: "Rethinking the Inception architecture for computer vision", CVPR 2016, section 7.
struct LabelSmoothing: Objective {
  static let manifest = Manifest(
    id: "label-smoothing", version: "1.0.0", name: "Label smoothing",
    summary: "Cross-entropy with targets that leave a little for every class.",
    cite: "Szegedy et al.: Rethinking the Inception architecture for computer vision. CVPR 2016",
    inputs: [.logits, .target],
    parameters: [
      .float("epsilon", default: 0.1, min: 0, max: 1, help: "What all classes share of the target.")
    ],
    isDeterministic: true, isEquivariant: true)

  private let epsilon: Double
  private var rows: LogitRows

  init(parameters: Parameters, setup: Setup) throws {
    epsilon = try parameters.float("epsilon")
    rows = LogitRows(classes: setup.classes)
  }

  mutating func evaluate(
    _ batch: Batch, into losses: inout MutableSpan<Float>, logitGradients: inout MutableSpan<Float>
  ) throws {
    try rows.evaluate(batch, into: &losses, logitGradients: &logitGradients) { [epsilon] z, target in
      let share = epsilon / Double(z.count)
      // Σ q_c · (z_target − z_c): how far the smoothed target is from the right class alone.
      let spread = z.reduce(0) { $0 + share * (z[target] - $1) }
      let loss = Softmax.crossEntropy(&z, target: target) + spread
      for c in z.indices { z[c] -= share }
      z[target] += epsilon
      return loss
    }
  }
}
