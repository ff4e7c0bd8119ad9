internal import Glibc
internal import PluginKit

/// Label-distribution-aware margins: the cross-entropy of `s · z`, after the logit of the right class was
/// lowered by its margin `Δ_k ∝ n_k^(−1/4)`, the largest of which is `max_margin`: that of the rarest class that
/// has training samples, and of classes without any.
///
/// Cao et al.: "Learning imbalanced datasets with label-distribution-aware margin loss", NeurIPS 2019, where
/// the last layer's weights and inputs have length 1, its logits are cosines, and s = 30 spreads them. The
/// networks here have a plain last layer, whose logits find their own scale, so s is 1 and margins are in
/// logits. LDAM-DRW, but for the normalised last layer, is `--objective ldam --strategy class-balanced
/// --defer-until EPOCH`.
struct LDAM: Objective {
  static let manifest = Manifest(
    id: "ldam", version: "1.0.0", name: "Label-distribution-aware margin",
    summary: "Cross-entropy with a margin for each class, the larger the rarer it is.",
    cite: "Cao et al.: Learning imbalanced datasets with label-distribution-aware margin loss. NeurIPS 2019",
    inputs: [.logits, .target],
    parameters: [
      .float(
        "max_margin", default: 0.5, min: 0, max: 100, help: "The margin of the rarest class, in logits."),
      .float("s", default: 1, min: 1e-3, max: 100, help: "What logits are multiplied by; 30 for cosines."),
    ],
    isDeterministic: true, isEquivariant: true)

  private let margins: [Double]
  private let s: Double
  private var rows: LogitRows

  init(parameters: Parameters, setup: Setup) throws {
    let largest = try parameters.float("max_margin")
    s = try parameters.float("s")
    let raw = setup.countsFromOne.map { pow($0, -0.25) }
    let peak = zip(raw, setup.classCounts).filter { $0.1 > 0 }.map { $0.0 }.max() ?? 1
    margins = raw.map { largest * min(1, $0 / peak) }
    rows = LogitRows(classes: raw.count)
  }

  mutating func evaluate(
    _ batch: Batch, into losses: inout MutableSpan<Float>, logitGradients: inout MutableSpan<Float>
  ) throws {
    try rows.evaluate(batch, into: &losses, logitGradients: &logitGradients) { [margins, s] z, target in
      z[target] -= margins[target]
      for c in z.indices { z[c] *= s }
      let loss = Softmax.crossEntropy(&z, target: target)
      for c in z.indices { z[c] *= s }
      return loss
    }
  }
}
