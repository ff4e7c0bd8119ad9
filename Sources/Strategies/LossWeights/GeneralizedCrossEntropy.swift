internal import Glibc
internal import PluginKit

/// Generalised cross-entropy: `f = (1 − p^q) / q` with the probability `p = exp(−ℓ)` of the right class, so
/// that samples that are far from it, whose labels may be wrong, count less.
///
/// Zhang & Sabuncu: "Generalized cross entropy loss for training deep neural networks with noisy labels",
/// NeurIPS 2018. The weight is `f′(ℓ) / B = p^q / B`: q → 0 is the cross-entropy, 1 the mean absolute error.
/// In their truncated loss, samples with `p ≤ k` have a constant loss, thus no weight; the paper takes q =
/// 0.7 and k = 0.5, the latter once the network has begun to learn; `--defer-until` trains with the plain
/// cross-entropy before.
struct GeneralizedCrossEntropy: LossWeighting {
  static let manifest = Manifest(
    id: "gce", version: "1.0.0", name: "Generalised cross-entropy",
    summary: "Weighs each sample by a power of the probability of its class: robust to wrong labels.",
    cite:
      "Zhang & Sabuncu: Generalized cross entropy loss for training deep neural networks with noisy labels. "
      + "NeurIPS 2018",
    inputs: [.loss],
    parameters: [
      .float("q", default: 0.7, min: 0, max: 1, help: "0: cross-entropy; 1: mean absolute error."),
      .float("k", default: 0, min: 0, max: 0.99, help: "Leave out samples whose class is no likelier."),
    ],
    isDeterministic: true, isEquivariant: true)

  private let q, k: Double

  init(parameters: Parameters, setup: Setup) throws {
    q = try parameters.float("q")
    k = try parameters.float("k")
  }

  func slope(at loss: Double) -> Double {
    let loss = max(0, loss)
    return k > 0 && exp(-loss) <= k ? 0 : exp(-q * loss)
  }
}
