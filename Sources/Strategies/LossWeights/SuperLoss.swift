internal import Glibc
internal import PluginKit

/// SuperLoss: `f(ℓ) = min over σ of (ℓ − τ)·σ + λ·(ln σ)²`, which trusts samples less the further their loss
/// is above τ.
///
/// Castells et al.: "SuperLoss: a generic loss for robust curriculum learning", NeurIPS 2020. The minimum is
/// at `σ = exp(−W(max(−2/e, (ℓ − τ)/λ) / 2))` with Lambert's function W, and as σ minimises, `f′(ℓ) = σ`: the
/// weight is `σ / B`. It is 1 at τ, at most e, and falls slowly towards 0. The paper takes for τ the
/// logarithm of the number of classes, or an average of the losses so far.
struct SuperLoss: LossWeighting {
  static let manifest = Manifest(
    id: "superloss", version: "1.0.0", name: "SuperLoss",
    summary: "Weighs samples down smoothly, the further their loss is above what is expected.",
    cite: "Castells et al.: SuperLoss: a generic loss for robust curriculum learning. NeurIPS 2020",
    inputs: [.loss],
    parameters: [
      .float(
        "lambda", default: 1, min: 1e-3, max: 1e6, help: "How gently weights fall; large: equal weights."),
      .choice(
        "tau", of: ["log-classes", "average"], default: "log-classes",
        help:
          "The loss of weight 1: the logarithm of the number of classes, or an average of the batches so far."
      ),
      .float(
        "smoothing", default: 0.9, min: 0, max: 0.9999,
        help: "What the average keeps from batch to batch."),
    ],
    isDeterministic: true, isEquivariant: true, hasState: true)

  private let lambda, smoothing, constant: Double
  private let isAverage: Bool
  private var average = RunningValue()

  init(parameters: Parameters, setup: Setup) throws {
    lambda = try parameters.float("lambda")
    smoothing = try parameters.float("smoothing")
    isAverage = try parameters.text("tau") == "average"
    constant = log(Double(max(1, setup.classes)))
  }

  mutating func take(_ losses: Span<Float>, _ batch: borrowing Batch) {
    average.take(losses.mean) { smoothing * $0 + (1 - smoothing) * $1 }
  }

  func slope(at loss: Double) -> Double {
    let tau = isAverage ? average.value : constant
    return exp(-lambertW(max(-2 / M_E, (loss - tau) / lambda) / 2))
  }

  func save(to state: StateWriter) throws { try average.save(to: state) }
  mutating func load(from state: StateReader) throws { try average.load(from: state) }
}

/// Lambert's W on its principal branch: the `w ≥ −1` with `w · e^w = x`, for `x ≥ −1/e`.
func lambertW(_ x: Double) -> Double {
  let p = max(0, 2 * (M_E * x + 1)).squareRoot()
  // Beside the branching point Halley's steps divide by nearly zero, and the series is exact.
  let series = -1 + p - p * p / 3 + 11 * p * p * p / 72
  guard p > 1e-4 else { return series }
  var w = p < 1 ? series : x < 3 ? log1p(x) : log(x) - log(log(x))
  // Four steps reach the last digit; where the series is all but exact, rounding lets none become so small.
  for _ in 0..<4 {
    let power = exp(w)
    let miss = w * power - x
    let step = miss / (power * (w + 1) - (w + 2) * miss / (2 * w + 2))
    w -= step
    if abs(step) <= 1e-15 * (1 + abs(w)) { break }
  }
  return w
}
