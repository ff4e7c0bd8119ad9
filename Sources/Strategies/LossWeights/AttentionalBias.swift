internal import Glibc
internal import PluginKit

/// ABSGD: `w_i = exp(ℓ_i / λ) / (B · u)`, where `u ← (1 − γ) · u + γ · mean exp(ℓ / λ)` follows the batches.
///
/// Qi et al.: "Attentional-biased stochastic gradient descent", Transactions on Machine Learning Research
/// 2023: the gradient of distributionally robust optimisation with a Kullback-Leibler penalty λ. Large losses
/// count more, which helps rare classes; with a negative λ, here `emphasis=easy`, small ones do, which helps
/// against wrong labels. The first batch sets u.
///
/// λ = 5 is that of the authors' runs on long-tailed CIFAR, which begin with equal weights: `--defer-until`.
///
/// The weights of a batch whose losses are as usual sum to 1; λ → ∞ gives equal weights.
struct AttentionalBias: LossWeighting {
  static let manifest = Manifest(
    id: "absgd", version: "1.0.0", name: "Attentional-biased SGD",
    summary: "Weighs by the exponential of the loss, relative to a moving average over the batches.",
    cite: "Qi et al.: Attentional-biased stochastic gradient descent. TMLR 2023",
    inputs: [.loss],
    parameters: [
      .float(
        "lambda", default: 5, min: 1e-3, max: 1e6, help: "Small: few losses decide; large: equal weights."),
      .float("gamma", default: 0.9, min: 1e-3, max: 1, help: "How fast the average follows the batches."),
      .choice(
        "emphasis", of: ["hard", "easy"], default: "hard",
        help: "Which samples count more: of large losses, or of small ones (a negative lambda)."),
    ],
    isDeterministic: true, isEquivariant: true, hasState: true)

  /// Negative for easy samples.
  private let lambda: Double
  private let gamma: Double
  /// The logarithm of u, which itself overflows.
  private var logarithm = RunningValue()

  init(parameters: Parameters, setup: Setup) throws {
    lambda = try parameters.float("lambda") * (try parameters.text("emphasis") == "easy" ? -1 : 1)
    gamma = try parameters.float("gamma")
  }

  mutating func take(_ losses: Span<Float>, _ batch: borrowing Batch) {
    var peak = -Double.infinity
    for i in losses.indices { peak = max(peak, Double(losses[i]) / lambda) }
    var sum = 0.0
    for i in losses.indices { sum += exp(Double(losses[i]) / lambda - peak) }
    logarithm.take(peak + log(sum / Double(losses.count))) { before, now in
      let (old, new) = (log(1 - gamma) + before, log(gamma) + now)
      return max(old, new) + log1p(exp(-abs(old - new)))
    }
  }

  func slope(at loss: Double) -> Double { exp(loss / lambda - logarithm.value) }

  func save(to state: StateWriter) throws { try logarithm.save(to: state) }
  mutating func load(from state: StateReader) throws { try logarithm.load(from: state) }
}
