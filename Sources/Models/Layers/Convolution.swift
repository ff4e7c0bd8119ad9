/// A convolution without bias: `y = x * weight`.
///
/// Shapes, with `N` the samples of the batch, `OH = (H + 2·padding − kernel) / stride + 1` and `OW` alike:
///
/// | value    | shape               | written by |
/// |----------|---------------------|------------|
/// | `x`      | `[N, C, H, W]`      | caller     |
/// | `weight` | `[K, C, k, k]`      | optimizer  |
/// | `y`      | `[N, K, OH, OW]`    | `forward`  |
///
/// Activations are channel-blocked, and so are two copies of the weight, one transposed for the backward pass.
package final class Convolution: Layer {
  package var edges: [Edge]
  package let output: Value
  package let weight: Parameter
  private let shape: ConvolutionShape
  private var forwardWeight: Buffer<Float>
  private var transposedWeight: Buffer<Float>

  package init(
    _ name: String, _ x: Value, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, seed: UInt64,
    workspace: Workspace
  ) {
    shape = ConvolutionShape(
      inputs: x.channels, outputs: outputs, height: x.height, width: x.width, kernel: kernel, stride: stride,
      padding: padding)
    edges = [Edge(x)]
    output = Value(
      channels: outputs, height: shape.outputHeight, width: shape.outputWidth, capacity: x.capacity)
    weight = Parameter("\(name).weight", [outputs, x.channels, kernel, kernel])
    weight.initializeKaiming(fanIn: x.channels * kernel * kernel, seed: seed)
    forwardWeight = Buffer(count: shape.blockedWeightCount)
    transposedWeight = Buffer(count: shape.blockedWeightCount)
    workspace.reserve(shape, capacity: x.capacity)
  }

  package var parameters: [Parameter] { [weight] }
  private var x: Value { edges[0].value }
  package var multiplyAdds: Int { weight.count * output.pixels }

  // MARK: - Forward and backward

  package func forward(_ pass: Pass) {
    pass.pool.blockWeight(shape, weight.value, forward: &forwardWeight, transposed: &transposedWeight)
    pass.pool.convolve(shape, images: pass.samples, x: x.data, weight: forwardWeight, y: &output.data)
  }

  package func backward(_ pass: Pass) {
    pass.pool.convolveBackwardWeight(
      shape, images: pass.samples, x: x.data, dy: outputGradient.data, partials: &pass.workspace.partials,
      dWeight: &pass.workspace.weight)
    pass.pool.unblockWeightGradient(shape, pass.workspace.weight, gradient: &weight.gradient)
    backwardInput(pass)
  }

  package func backwardPerSample(_ pass: Pass, gram: SampleGram) {
    for block in 0..<shape.outputBlocks {
      pass.pool.convolveSampleGradients(
        shape, images: pass.samples, block: block, x: x.data, dy: outputGradient.data, rows: &gram.rows)
      gram.addRows(columns: shape.sampleGradientCount, samples: pass.samples, pool: pass.pool)
    }
    backwardInput(pass)
  }

  package var sampleGradientFloats: Int { shape.sampleGradientCount }

  private func backwardInput(_ pass: Pass) {
    guard edges[0].gradient != .notNeeded else { return }
    pass.pool.convolveBackwardInput(
      shape, images: pass.samples, dy: outputGradient.data, transposed: transposedWeight,
      dx: &storage(of: x).data,
      accumulate: edges[0].gradient == .accumulated)
  }
}
