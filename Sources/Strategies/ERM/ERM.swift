internal import PluginKit

/// Empirical risk minimisation: every sample counts the same, the batch loss is the mean.
struct ERM: Weighting {
  static let manifest = Manifest(
    id: "erm", version: "1.0.0", name: "Empirical risk minimisation",
    summary: "Weighs every sample of a batch the same: the baseline.",
    inputs: [], isDeterministic: true, isEquivariant: true)

  init(parameters: Parameters, setup: Setup) {}

  mutating func weigh(_ batch: Batch, into weights: inout MutableSpan<Float>) {
    for i in weights.indices { weights[i] = 1 / Float(batch.count) }
  }
}
