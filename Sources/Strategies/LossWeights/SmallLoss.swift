internal import PluginKit

/// Keeps the smallest losses of each batch: `R · B` of them, at least one, count `1 / (R · B)` each, the
/// others not.
///
/// Han et al.: "Co-teaching: robust training of deep neural networks with extremely noisy labels", NeurIPS
/// 2018, where two networks choose for each other; here one chooses for itself. The kept share `R = 1 −
/// forget · min(epoch / epochs, 1)` falls from everything in epoch 0: networks learn what is right before
/// they learn what is wrong. Samples that share the last kept loss share its weight. The weights sum to 1.
struct SmallLoss: Weighting {
  static let manifest = Manifest(
    id: "small-loss", version: "1.0.0", name: "Small-loss selection",
    summary: "Averages the smallest losses of each batch and leaves out the rest, whose labels may be wrong.",
    cite: "Han et al.: Co-teaching: robust training of deep neural networks with extremely noisy labels. "
      + "NeurIPS 2018",
    inputs: [.loss],
    parameters: [
      .float("forget", default: 0.2, min: 0, max: 1, help: "The share left out: about that of wrong labels."),
      .int("epochs", default: 10, min: 0, max: 1_000_000, help: "Epochs until so many are left out."),
    ],
    isDeterministic: true, isEquivariant: true)

  private let forget: Double
  private let epochs: Int64
  private var sorted: [Float] = []

  init(parameters: Parameters, setup: Setup) throws {
    forget = try parameters.float("forget")
    epochs = try parameters.int("epochs")
    sorted.reserveCapacity(max(0, setup.largestBatch))
  }

  mutating func weigh(_ batch: Batch, into weights: inout MutableSpan<Float>) throws {
    let losses = try batch.finite(.loss)
    let ramp = epochs == 0 ? 1 : min(1, Double(batch.epoch) / Double(epochs))
    // A little more, so that 0.7 of ten samples are seven.
    let kept = max(1, Int((1 - forget * ramp) * Double(batch.count) + 1e-9))
    sorted.removeAll(keepingCapacity: true)
    for i in losses.indices { sorted.append(losses[i]) }
    sorted.sort()
    let limit = sorted[kept - 1]
    var (below, equal) = (0, 0)
    for loss in sorted where loss <= limit { if loss < limit { below += 1 } else { equal += 1 } }
    let share = Double(kept - below) / Double(equal)
    for i in weights.indices {
      weights[i] = Float((losses[i] < limit ? 1 : losses[i] == limit ? share : 0) / Double(kept))
    }
  }
}
