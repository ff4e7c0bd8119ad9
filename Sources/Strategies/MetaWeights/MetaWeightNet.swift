internal import PluginKit

/// Meta-Weight-Net: a small network learns which losses should count, from what lowers the loss of held-out
/// samples.
///
/// Shu et al.: "Meta-Weight-Net: learning an explicit mapping for sample weighting", NeurIPS 2019, algorithm
/// 1. After a step with the batch loss `Σ V(ℓ_i; Θ) ℓ_i / B`, the held-out loss changes, to first order in lr,
/// by `−lr / B · ⟨g_i, g_meta⟩` with each V: what `meta_alignment` tells, for the last layer. (The paper takes
/// g_meta after that step; here it is that of the present parameters.) So Θ first goes a step down `−lr / B · Σ
/// ⟨g_i, g_meta⟩ · ∂V(ℓ_i; Θ)/∂Θ`, then the weights are `V(ℓ_i; Θ) / B`.
///
/// V has a hidden layer of 100 rectifiers and a sigmoid at its end, and Θ is moved by Adam with a rate of 0.001, as in
/// the authors' code for wrong labels (xjtushujun/meta-weight-net). That adds a weight decay of 0.0001, which pulls V
/// towards 1/2 for every loss and is left out here: V follows the held-out samples alone. Their code for long tails
/// moves Θ by SGD with a rate of 0.00001 and scales the weights to a sum of 1. Here V begins at 1/2.
struct MetaWeightNet: Weighting {
  static let manifest = Manifest(
    id: "meta-weight-net", version: "1.0.0", name: "Meta-Weight-Net",
    summary: "Learns a function from loss to weight from what helps held-out samples.",
    cite: "Shu et al.: Meta-Weight-Net: learning an explicit mapping for sample weighting. NeurIPS 2019",
    inputs: [.loss, .metaAlignment],
    parameters: [
      .float("rate", default: 1e-3, min: 0, max: 1, help: "The learning rate of the weighting network."),
      .int("hidden", default: 100, min: 1, max: 1000, help: "The units of its hidden layer."),
    ],
    isDeterministic: true, isEquivariant: true, hasState: true)

  private let rate: Double
  private var net: WeightingNet
  private var adam: Adam
  private var gradient: [Double]

  init(parameters: Parameters, setup: Setup) throws {
    rate = try parameters.float("rate")
    net = WeightingNet(hidden: Int(try parameters.int("hidden")), seed: setup.seed)
    adam = Adam(count: net.parameters.count)
    gradient = Array(repeating: 0, count: net.parameters.count)
  }

  mutating func weigh(_ batch: Batch, into weights: inout MutableSpan<Float>) throws {
    let losses = try batch.finite(.loss)
    let alignment = try batch.finite(.metaAlignment)
    let B = Double(batch.count)
    for j in gradient.indices { gradient[j] = 0 }
    for i in losses.indices {
      let slope = -batch.learningRate / B * Double(alignment[i])
      net.addGradient(of: Double(losses[i]), times: slope, to: &gradient)
    }
    adam.update(&net.parameters, gradient, rate: rate)
    for i in weights.indices { weights[i] = Float(net.weight(of: Double(losses[i])) / B) }
    weights.replaceAllZero()
  }

  // MARK: - State

  func save(to state: StateWriter) throws {
    try state.put("parameters", net.parameters)
    try state.put("first_moment", adam.first)
    try state.put("second_moment", adam.second)
    try state.put("updates", [adam.updates])
  }

  mutating func load(from state: StateReader) throws {
    let parameters: [Double] = try state.get("parameters")
    let first: [Double] = try state.get("first_moment")
    let second: [Double] = try state.get("second_moment")
    let updates: [Int64] = try state.get("updates")
    let arrays = [parameters, first, second]
    guard arrays.allSatisfy({ $0.count == gradient.count }), updates.count == 1 else {
      throw StrategyError.state(
        "\(parameters.count) parameters and their moments, expected \(gradient.count)")
    }
    guard arrays.allSatisfy({ $0.allSatisfy(\.isFinite) }), second.allSatisfy({ $0 >= 0 }),
      (0..<Int64.max).contains(updates[0])
    else {
      throw StrategyError.state("a parameter or moment that is not finite, or a negative one that cannot be")
    }
    net.parameters = parameters
    (adam.first, adam.second, adam.updates) = (first, second, updates[0])
  }
}
