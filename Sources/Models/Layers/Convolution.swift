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
/// Activations are channel-blocked; the weight is prepared for the kernels before every forward pass.
package final class Convolution: Layer {
  package var edges: [Edge]
  package let result: Value
  package let weight: Parameter
  package let shape: ConvolutionShape
  /// The activation of `y` that this layer applies in evaluation.
  unowned var folded: Activation?
  private var forwardWeight: Buffer<Float>
  private var transposedWeight: Buffer<Float>

  package init(
    _ name: String, _ x: Value, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, seed: UInt64
  ) {
    shape = ConvolutionShape(
      inputs: x.channels, outputs: outputs, height: x.height, width: x.width, kernel: kernel, stride: stride,
      padding: padding)
    edges = [Edge(x)]
    result = Value(
      channels: outputs, height: shape.outputHeight, width: shape.outputWidth, capacity: x.capacity)
    weight = Parameter("\(name).weight", [outputs, x.channels, kernel, kernel])
    weight.initializeKaiming(fanIn: x.channels * kernel * kernel, seed: seed)
    forwardWeight = Buffer(count: shape.preparedWeightCount)
    transposedWeight = Buffer(count: shape.preparedWeightCount)
  }

  package var output: Value? { result }
  package var parameters: [Parameter] { [weight] }
  private var x: Value { edges[0].value }
  package var multiplyAdds: Int { weight.count * result.pixels }

  // MARK: - Forward

  package func prepare(_ pass: Pass) {
    switch pass.mode {
    case .training:
      pass.pool.prepareWeight(
        shape, weight.value, forward: &forwardWeight, transposed: &transposedWeight)
    case .evaluation:
      folded?.normalization?.useRunningStatistics()
      pass.pool.prepareWeight(
        shape, weight.value, scale: folded?.normalization?.scale, forward: &forwardWeight)
    }
  }

  package func forward(_ pass: Pass) {
    switch pass.mode {
    case .training:
      let applied = edges[0].appliesActivation ? x.origin : nil
      convolve(
        pass, applied?.source(keeping: true) ?? Source(x: x.stored(.training)),
        ConvolutionResult(y: result.stored(.training), moments: result.normalization?.moments))
    case .evaluation:
      convolve(
        pass, Source(x: x.stored(.evaluation)),
        ConvolutionResult(
          y: result.stored(.evaluation), shift: folded?.normalization?.shift,
          residual: folded?.residual?.stored(.evaluation), isRectified: folded?.isRectified ?? false))
    }
  }

  private func convolve(_ pass: Pass, _ source: Source, _ result: ConvolutionResult) {
    pass.pool.convolve(shape, images: pass.samples, source, weight: forwardWeight, into: result)
  }

  // MARK: - Backward

  /// The input as the forward pass read it.
  private var source: Source {
    guard x.storage == nil, let origin = x.origin else { return Source(x: x.stored(.training)) }
    return origin.source(keeping: false)
  }

  private var outputGradient: Source {
    result.normalization?.inputGradient ?? Source(x: result.plannedGradient)
  }

  /// What becomes of the input's gradient; nil where nobody wants it.
  private var sink: GradientSink? {
    guard edges[0].gradient != .notNeeded else { return nil }
    let accumulates = edges[0].gradient == .accumulated
    if edges[0].appliesActivation, let origin = x.origin { return origin.sink(accumulates: accumulates) }
    return GradientSink(dx: x.plannedGradient, accumulates: accumulates)
  }

  package func backward(_ pass: Pass) {
    pass.pool.convolveBackward(
      shape, images: pass.samples, x: source, dy: outputGradient, transposed: transposedWeight, dx: sink,
      partials: &pass.workspace.partials, weightGradient: &weight.gradient)
  }

  package func backwardPerSample(_ pass: Pass, gram: SampleGram) {
    pass.pool.convolveBackwardPerSample(
      shape, images: pass.samples, x: source, dy: outputGradient, transposed: transposedWeight, dx: sink,
      rows: &gram.rows.data, stride: sampleGradientFloats)
    gram.add(
      gram.rows, columns: shape.weightGradientCount, stride: sampleGradientFloats, samples: pass.samples,
      pool: pass.pool)
  }

  /// A line more than the gradient has, so that the rows do not compete for the same sets of the cache.
  package var sampleGradientFloats: Int { shape.weightGradientCount + lanes }
}
