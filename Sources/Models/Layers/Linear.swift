/// A fully connected layer: `y = x · weightᵀ + bias`.
///
/// Shapes, with `N` the samples of the batch:
///
/// | value    | shape         | written by |
/// |----------|---------------|------------|
/// | `x`      | `[N, F]`      | caller     |
/// | `weight` | `[K, F]`      | optimizer  |
/// | `bias`   | `[K]`         | optimizer  |
/// | `y`      | `[N, K]`      | `forward`  |
///
/// Rows of `x` and `y` are padded to whole blocks; the padding is zero.
package final class Linear: Layer {
  package var edges: [Edge]
  package let result: Value
  package let weight: Parameter
  package let bias: Parameter

  package init(_ name: String, _ x: Value, outputs: Int, seed: UInt64) {
    precondition(x.pixels == 1, "a linear layer over \(x.height)×\(x.width) pixels; flatten or pool first")
    edges = [Edge(x)]
    result = Value(channels: outputs, height: 1, width: 1, capacity: x.capacity)
    weight = Parameter("\(name).weight", [outputs, x.channels])
    bias = Parameter("\(name).bias", [outputs])
    weight.initializeKaiming(fanIn: x.channels, seed: seed)
  }

  package var output: Value? { result }
  package var parameters: [Parameter] { [weight, bias] }
  private var x: Value { edges[0].value }
  private var inputs: Int { x.channels }
  private var outputs: Int { result.channels }
  package var multiplyAdds: Int { outputs * inputs }

  // MARK: - Forward and backward

  package func forward(_ pass: Pass) {
    let stride = result.sampleFloats
    let y = result.stored(pass.mode)
    for i in 0..<pass.samples {
      for k in 0..<outputs { y.data[i * stride + k] = bias.value[k] }
    }
    pass.pool.gemm(
      x.stored(pass.mode).data, (pass.samples, inputs, x.sampleFloats), weight.value,
      (outputs, inputs, inputs),
      transposeB: true,
      into: &y.data, stride: stride, beta: 1)
  }

  package func backward(_ pass: Pass) {
    let stride = result.sampleFloats
    let dy = result.plannedGradient
    pass.pool.gemm(
      dy.data, (pass.samples, outputs, stride), transposeA: true, x.stored(.training).data,
      (pass.samples, inputs, x.sampleFloats),
      into: &weight.gradient, stride: inputs)
    bias.gradient.clear()
    for i in 0..<pass.samples {
      for k in 0..<outputs { bias.gradient[k] += dy.data[i * stride + k] }
    }
    backwardInput(pass)
  }

  /// The Gram matrix of weight and bias gradients in closed form: `(DDᵀ) ∘ (XXᵀ + 1)`.
  package func backwardPerSample(_ pass: Pass, gram: SampleGram) {
    gram.addOuterProducts(
      d: result.plannedGradient.data, (pass.samples, outputs, result.sampleFloats),
      x: x.stored(.training).data,
      (pass.samples, inputs, x.sampleFloats), pool: pass.pool)
    backwardInput(pass)
  }

  private func backwardInput(_ pass: Pass) {
    guard edges[0].gradient != .notNeeded else { return }
    pass.pool.gemm(
      result.plannedGradient.data, (pass.samples, outputs, result.sampleFloats), weight.value,
      (outputs, inputs, inputs),
      into: &x.plannedGradient.data, stride: x.sampleFloats, beta: edges[0].gradient == .accumulated ? 1 : 0)
    clearPadding(of: x.plannedGradient, samples: pass.samples)
  }

  /// The padding of a shared storage holds what was there before.
  private func clearPadding(of gradient: Storage, samples: Int) {
    for i in 0..<samples {
      for f in inputs..<x.sampleFloats { gradient.data[i * x.sampleFloats + f] = 0 }
    }
  }
}
