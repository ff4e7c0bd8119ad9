internal import Glibc
internal import PluginKit

/// Gradient harmonising (GHM-C): samples count less the more others have a gradient of about the same length,
/// which are the very easy ones, and the outliers.
///
/// Li, Liu & Wang: "Gradient harmonized single-stage detector", AAAI 2019. The length is `g = |p − 1|` with
/// the probability `p = exp(−ℓ)` of the right class, its range is cut into bins, and the weight is one over
/// the density, `w_i = 1 / (M · N_bin(i))`. As in the authors' code, M is the number of bins that are not
/// empty, so that without momentum the weights sum to 1. The density is a moving average over the batches;
/// here it is one of the bins' shares of the batch, corrected for its start at zero, so that neither first
/// batches nor short ones count more; bins that are empty decay, as in the paper and not in the code.
struct GradientHarmonizing: Weighting {
  static let manifest = Manifest(
    id: "ghm", version: "1.0.0", name: "Gradient harmonising",
    summary: "Weighs by the inverse density of the lengths of the samples' gradients.",
    cite: "Li et al.: Gradient harmonized single-stage detector. AAAI 2019",
    inputs: [.loss],
    parameters: [
      .int("bins", default: 10, min: 1, max: 1000, help: "Into how many the lengths from 0 to 1 are cut."),
      .float(
        "momentum", default: 0.75, min: 0, max: 0.999, help: "What the density keeps from batch to batch."),
    ],
    isDeterministic: true, isEquivariant: true, hasState: true)

  private let momentum: Double
  /// The moving average of the bins' shares of a batch, begun at zero, and how many batches it has seen.
  private var shares: [Double]
  private var batches: Int64 = 0
  /// The samples of the batch in each bin.
  private var counts: [Int]

  init(parameters: Parameters, setup: Setup) throws {
    let bins = Int(try parameters.int("bins"))
    momentum = try parameters.float("momentum")
    shares = Array(repeating: 0, count: bins)
    counts = Array(repeating: 0, count: bins)
  }

  mutating func weigh(_ batch: Batch, into weights: inout MutableSpan<Float>) throws {
    let losses = try batch.finite(.loss)
    for bin in counts.indices { counts[bin] = 0 }
    for i in losses.indices { counts[bin(of: losses[i])] += 1 }
    for bin in shares.indices {
      shares[bin] = momentum * shares[bin] + (1 - momentum) * Double(counts[bin]) / Double(batch.count)
    }
    batches += 1
    let filled = counts.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
    let correction = 1 - pow(momentum, Double(batches))
    let scale = correction / Double(filled * batch.count)
    for i in weights.indices { weights[i] = Float(scale / shares[bin(of: losses[i])]) }
  }

  private func bin(of loss: Float) -> Int {
    min(counts.count - 1, Int(-expm1(-max(0, Double(loss))) * Double(counts.count)))
  }

  // MARK: - State

  func save(to state: StateWriter) throws {
    try state.put("shares", shares)
    try state.put("batches", [batches])
  }

  mutating func load(from state: StateReader) throws {
    let shares: [Double] = try state.get("shares")
    let batches: [Int64] = try state.get("batches")
    guard shares.count == self.shares.count, batches.count == 1 else {
      throw StrategyError.state("shares of \(shares.count) bins, expected \(self.shares.count)")
    }
    guard shares.allSatisfy({ (0...1.001).contains($0) }), (0..<Int64.max).contains(batches[0])
    else {
      throw StrategyError.state("a share that is not from 0 to 1, or a negative number of batches")
    }
    (self.shares, self.batches) = (shares, batches[0])
  }
}
