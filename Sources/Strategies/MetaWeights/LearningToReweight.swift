internal import PluginKit

/// Learning to reweight: a sample counts as far as a step along its gradient lowers the loss of held-out
/// samples.
///
/// Ren et al.: "Learning to reweight examples for robust deep learning", ICML 2018. The loss of the held-out
/// samples after a step with weights ε changes by `−lr · ⟨g_i, g_meta⟩` with each ε_i, at ε = 0: exactly what
/// `meta_alignment` tells, for the last layer, so no second derivatives are needed. With `u_i = max(0, ⟨g_i,
/// g_meta⟩)` the weights are `u_i / Σ u_j`. Where no sample helps, the paper's weights are all zero, and the
/// batch teaches nothing.
struct LearningToReweight: Weighting {
  static let manifest = Manifest(
    id: "l2rw", version: "1.0.0", name: "Learning to reweight",
    summary: "Weighs each sample by how well its gradient agrees with that of held-out samples.",
    cite: "Ren et al.: Learning to reweight examples for robust deep learning. ICML 2018",
    inputs: [.metaAlignment],
    isDeterministic: true, isEquivariant: true)

  init(parameters: Parameters, setup: Setup) throws {}

  mutating func weigh(_ batch: Batch, into weights: inout MutableSpan<Float>) throws {
    let alignment = try batch.finite(.metaAlignment)
    var helps = false
    for i in alignment.indices where alignment[i] > 0 { helps = true }
    if helps {
      try weights.fillShares { Double(max(0, alignment[$0])) }
    } else {
      for i in weights.indices { weights[i] = 0 }
      weights.replaceAllZero()
    }
  }
}
