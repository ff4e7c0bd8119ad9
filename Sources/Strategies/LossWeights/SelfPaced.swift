internal import Glibc
internal import PluginKit

/// Self-paced learning: easy samples first. `v = 1` where the loss is below the age λ, else 0; or, softly, `v
/// = max(0, 1 − ℓ/λ)`.
///
/// Kumar, Packer & Koller: "Self-paced learning for latent variable models", NeurIPS 2010 (hard); Jiang et
/// al.: "Easy samples first: self-paced reranking for zero-example multimedia search", ACM Multimedia 2014
/// (linear).
///
/// The weight is `v / B`. The age is measured in the loss of a guess, ln C, and grows with the run by the
/// same factor each step: `λ = age · ln C · growth^progress`. At an age of 1 somewhat under half of the
/// samples of a new network count at first. A batch without easy samples teaches nothing.
struct SelfPaced: LossWeighting {
  static let manifest = Manifest(
    id: "self-paced", version: "1.0.0", name: "Self-paced learning",
    summary: "Begins with the samples of small losses and lets larger ones in as the run goes on.",
    cite: "Kumar et al.: Self-paced learning for latent variable models. NeurIPS 2010",
    inputs: [.loss],
    parameters: [
      .choice(
        "scheme", of: ["hard", "linear"], default: "hard", help: "Weights of 0 and 1, or falling ones."),
      .float("age", default: 1, min: 1e-3, max: 1000, help: "The first limit, in losses of a guess, ln C."),
      .float("growth", default: 10, min: 1, max: 1e6, help: "By how much the limit grows over the run."),
    ],
    isDeterministic: true, isEquivariant: true)

  private let isLinear: Bool
  private let start, growth: Double
  private var age: Double

  init(parameters: Parameters, setup: Setup) throws {
    isLinear = try parameters.text("scheme") == "linear"
    start = try parameters.float("age") * log(Double(max(2, setup.classes)))
    growth = try parameters.float("growth")
    age = start
  }

  mutating func take(_ losses: Span<Float>, _ batch: borrowing Batch) {
    age = start * pow(growth, batch.progress)
  }

  func slope(at loss: Double) -> Double {
    isLinear ? min(1, max(0, 1 - loss / age)) : loss < age ? 1 : 0
  }
}
