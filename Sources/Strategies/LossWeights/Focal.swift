internal import Glibc
internal import PluginKit

/// Focal loss: `f(ℓ) = (1 − p)^g · ℓ` with the probability `p = exp(−ℓ)` of the right class, so that samples
/// that are classified well count less.
///
/// Lin et al.: "Focal loss for dense object detection", ICCV 2017, equation 4. The weight `f′(ℓ) / B` with
/// `f′(ℓ) = (1 − p)^g − g · p · (1 − p)^(g−1) · ln p` gives the gradient of the focal loss exactly;
/// `detached` takes the factor `(1 − p)^g` alone for the weight, as if it were a constant.
struct Focal: LossWeighting {
  static let manifest = Manifest(
    id: "focal", version: "1.0.0", name: "Focal loss",
    summary: "Weighs down samples that are classified well, with the exact gradient of the focal loss.",
    cite: "Lin et al.: Focal loss for dense object detection. ICCV 2017",
    inputs: [.loss],
    parameters: [
      .float("g", default: 2, min: 0, max: 20, help: "How fast easy samples fade; 0: equal weights."),
      .bool("detached", default: false, help: "Weigh by (1 − p)^g alone, as if it were a constant."),
    ],
    isDeterministic: true, isEquivariant: true)

  private let g: Double
  private let isDetached: Bool

  init(parameters: Parameters, setup: Setup) throws {
    g = try parameters.float("g")
    isDetached = try parameters.bool("detached")
  }

  /// With `ℓ = −ln p`, `f′ = (1 − p)^g · (1 + g · ℓ / (e^ℓ − 1))`, whose fraction goes from 1 to 0: nothing
  /// cancels.
  func slope(at loss: Double) -> Double {
    let loss = max(0, loss)
    let factor = pow(-expm1(-loss), g)
    if isDetached { return factor }
    return factor * (1 + g * (loss > 0 ? loss / expm1(loss) : 1))
  }
}
