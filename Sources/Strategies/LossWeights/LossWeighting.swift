internal import PluginKit

/// A method that minimises `Σ f(ℓ_i) / B` for a function f of a sample's loss: its weights are `f′(ℓ_i) / B`.
///
/// The gradient of `f(ℓ)` is `f′(ℓ)` times that of `ℓ`, so such weights give exactly the gradient of the
/// method's own loss, and do so for any objective. They are not scaled: a method that asks for less makes
/// smaller steps. A batch whose weights are all zero teaches nothing, as its gradient of zero says.
protocol LossWeighting: Weighting {
  /// Takes in the losses of a batch, before their slopes are asked for.
  mutating func take(_ losses: Span<Float>, _ batch: borrowing Batch)

  /// The derivative `f′` at a finite loss, in nats; finite and at least zero.
  func slope(at loss: Double) -> Double
}

extension LossWeighting {
  mutating func take(_ losses: Span<Float>, _ batch: borrowing Batch) {}

  mutating func weigh(_ batch: Batch, into weights: inout MutableSpan<Float>) throws {
    let losses = try batch.finite(.loss)
    take(losses, batch)
    for i in weights.indices { weights[i] = Float(slope(at: Double(losses[i])) / Double(batch.count)) }
    weights.replaceAllZero()
  }
}

extension Span where Element == Float {
  /// The mean of at least one number.
  var mean: Double {
    var sum = 0.0
    for i in indices { sum += Double(self[i]) }
    return sum / Double(count)
  }
}
