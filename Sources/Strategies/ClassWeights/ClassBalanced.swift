internal import Glibc
internal import PluginKit

/// Weights by the inverse effective number of samples of the class: `c_k ∝ (1 − β) / (1 − β^n_k)`.
///
/// Cui et al.: "Class-balanced loss based on effective number of samples", CVPR 2019. β = 0 gives equal
/// weights, and β → 1 the inverse frequency, which is what 1 itself gives.
///
/// A sample of class k has the weight `c_k / B`, where the mean of `c` over the training samples is 1 (the
/// authors' code makes the classes' factors sum to C instead, which differs by a constant). With
/// `--defer-until` it is the deferred reweighting (DRW) of Cao et al., NeurIPS 2019.
struct ClassBalanced: Weighting {
  static let manifest = Manifest(
    id: "class-balanced", version: "1.0.0", name: "Class-balanced weights",
    summary: "Weighs each sample by the inverse effective number of training samples of its class.",
    cite: "Cui et al.: Class-balanced loss based on effective number of samples. CVPR 2019",
    inputs: [.target],
    parameters: [
      .float(
        "beta", default: 0.9999, min: 0, max: 1,
        help: "0: equal weights; towards 1: by the inverse number of samples.")
    ],
    isDeterministic: true, isEquivariant: true)

  private let factors: ClassFactors

  init(parameters: Parameters, setup: Setup) throws {
    let beta = try parameters.float("beta")
    // 1 − β^n without cancellation; the constant 1 − β falls out of the scale.
    factors = ClassFactors(setup) { beta < 1 ? -1 / expm1($0 * log(beta)) : 1 / $0 }
  }

  mutating func weigh(_ batch: Batch, into weights: inout MutableSpan<Float>) throws {
    try factors.weigh(batch, into: &weights)
  }
}
