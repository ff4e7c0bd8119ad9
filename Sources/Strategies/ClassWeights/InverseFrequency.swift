internal import Glibc
internal import PluginKit

/// Weights by the inverse number of training samples of the class: `c_k ∝ n_k^(−exponent)`.
///
/// With exponent 1 every class counts the same in sum; 0.5, the square root, is halfway to it, as in Mikolov
/// et al., "Distributed representations of words and phrases and their compositionality", NeurIPS 2013, and
/// Mahajan et al., "Exploring the limits of weakly supervised pretraining", ECCV 2018, who draw samples so.
///
/// A sample of class k has the weight `c_k / B`, where the mean of `c` over the training samples is 1.
struct InverseFrequency: Weighting {
  static let manifest = Manifest(
    id: "inverse-frequency", version: "1.0.0", name: "Inverse class frequency",
    summary: "Weighs each sample by an inverse power of the number of training samples of its class.",
    cite: "Mahajan et al.: Exploring the limits of weakly supervised pretraining. ECCV 2018 (exponent 0.5)",
    inputs: [.target],
    parameters: [
      .float(
        "exponent", default: 1, min: 0, max: 4,
        help: "1: every class counts the same in sum; 0.5: halfway to it; 0: equal weights.")
    ],
    isDeterministic: true, isEquivariant: true)

  private let factors: ClassFactors

  init(parameters: Parameters, setup: Setup) throws {
    let exponent = try parameters.float("exponent")
    factors = ClassFactors(setup) { pow($0, -exponent) }
  }

  mutating func weigh(_ batch: Batch, into weights: inout MutableSpan<Float>) throws {
    try factors.weigh(batch, into: &weights)
  }
}
