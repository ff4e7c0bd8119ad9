/// Batch normalisation over samples and pixels: `y = weight · (x − μ) / √(σ² + ε) + bias`, channel by channel
/// (Ioffe and Szegedy, ICML 2015), with PyTorch's conventions: ε 1e-5; the batch is normalised with the biased
/// variance; `running = 0.9 · running + 0.1 · batch`, the running variance from the unbiased one.
///
/// | value             | shape          |
/// |-------------------|----------------|
/// | `x`, `y`          | `[N, C, H, W]` |
/// | all others        | `[C]`          |
package final class BatchNorm: Layer {
  package var edges: [Edge]
  package let output: Value
  package let weight: Parameter
  package let bias: Parameter
  private let name: String
  private var runningMean: [Float]
  private var runningVariance: [Float]
  private var batchesTracked: Int64 = 0

  private static let epsilon = 1e-5
  private static let momentum: Float = 0.1

  // Per channel, padded to whole blocks.
  private var mean: Buffer<Float>
  private var inverseDeviation: Buffer<Float>
  private var scale: Buffer<Float>
  private var shift: Buffer<Float>
  private var inputSlope: Buffer<Float>
  private var offset: Buffer<Float>
  // Per image and channel: moments forward, sums backward.
  private var first: Buffer<Float>
  private var second: Buffer<Float>

  package init(_ name: String, _ x: Value) {
    self.name = name
    edges = [Edge(x)]
    output = Value(channels: x.channels, height: x.height, width: x.width, capacity: x.capacity)
    weight = Parameter("\(name).weight", [x.channels], repeating: 1)
    bias = Parameter("\(name).bias", [x.channels])
    runningMean = Array(repeating: 0, count: x.channels)
    runningVariance = Array(repeating: 1, count: x.channels)
    let padded = x.blocks * lanes
    mean = Buffer(count: padded)
    inverseDeviation = Buffer(count: padded)
    scale = Buffer(count: padded)
    shift = Buffer(count: padded)
    inputSlope = Buffer(count: padded)
    offset = Buffer(count: padded)
    first = Buffer(count: x.capacity * padded)
    second = Buffer(count: x.capacity * padded)
  }

  package var parameters: [Parameter] { [weight, bias] }
  private var x: Value { edges[0].value }

  // MARK: - Forward

  package func forward(_ pass: Pass) {
    let shape = x.shape(samples: pass.samples)
    switch pass.mode {
    case .training: normalizeWithBatch(shape, pool: pass.pool)
    case .evaluation:
      for c in 0..<x.channels {
        normalize(c, mean: Double(runningMean[c]), variance: Double(runningVariance[c]))
      }
    }
    pass.pool.channelAffine(shape, x: x.data, mean: mean, scale: scale, shift: shift, y: &output.data)
  }

  /// Combines the images' moments in double precision and in their order (Chan, Golub, LeVeque 1983).
  private func normalizeWithBatch(_ shape: BlockedShape, pool: ThreadPool) {
    pool.channelMoments(shape, x: x.data, mean: &first, deviation: &second)
    let count = Double(shape.images * shape.pixels)
    for c in 0..<x.channels {
      var sum = 0.0
      for i in 0..<shape.images { sum += Double(first[i * shape.perChannel + c]) }
      let mean = sum / Double(shape.images)
      var squares = 0.0
      for i in 0..<shape.images {
        let difference = Double(first[i * shape.perChannel + c]) - mean
        squares += Double(second[i * shape.perChannel + c]) + Double(shape.pixels) * difference * difference
      }
      normalize(c, mean: mean, variance: squares / count)
      runningMean[c] += Self.momentum * (Float(mean) - runningMean[c])
      runningVariance[c] += Self.momentum * (Float(squares / max(count - 1, 1)) - runningVariance[c])
    }
    batchesTracked += 1
  }

  private func normalize(_ c: Int, mean: Double, variance: Double) {
    let inverse = 1 / (variance + Self.epsilon).squareRoot()
    self.mean[c] = Float(mean)
    inverseDeviation[c] = Float(inverse)
    scale[c] = Float(Double(weight.value[c]) * inverse)
    shift[c] = bias.value[c]
  }

  // MARK: - Backward

  /// With x̂ the normalised input and M = N·H·W: `dbias = Σ dy`, `dweight = Σ dy·x̂`,
  /// `dx = weight / σ · (dy − dbias / M − x̂ · dweight / M)`.
  package func backward(_ pass: Pass) {
    let shape = x.shape(samples: pass.samples)
    pass.pool.channelProducts(
      shape, x: x.data, dy: outputGradient.data, mean: mean, sum: &first, product: &second)
    let count = Double(shape.images * shape.pixels)
    for c in 0..<x.channels {
      var sum = 0.0
      var product = 0.0
      for i in 0..<shape.images {
        sum += Double(first[i * shape.perChannel + c])
        product += Double(second[i * shape.perChannel + c])
      }
      let inverse = Double(inverseDeviation[c])
      bias.gradient[c] += Float(sum)
      weight.gradient[c] += Float(product * inverse)
      inputSlope[c] = Float(-Double(scale[c]) * product * inverse * inverse / count)
      offset[c] = Float(-Double(scale[c]) * sum / count)
    }
    backwardInput(pass)
  }

  /// With the statistics held constant: `dx = weight / σ · dy`.
  package func backwardPerSample(_ pass: Pass, gram: SampleGram) {
    let shape = x.shape(samples: pass.samples)
    pass.pool.channelProducts(
      shape, x: x.data, dy: outputGradient.data, mean: mean, sum: &first, product: &second)
    let channels = shape.perChannel
    for i in 0..<shape.images {
      for c in 0..<channels {
        gram.rows[i * 2 * channels + c] = first[i * channels + c]
        gram.rows[i * 2 * channels + channels + c] = second[i * channels + c] * inverseDeviation[c]
      }
    }
    gram.addRows(columns: 2 * channels, samples: shape.images, pool: pass.pool)
    for c in 0..<channels {
      inputSlope[c] = 0
      offset[c] = 0
    }
    backwardInput(pass)
  }

  package var sampleGradientFloats: Int { 2 * x.blocks * lanes }

  private func backwardInput(_ pass: Pass) {
    guard edges[0].gradient != .notNeeded else { return }
    pass.pool.channelAffineBackward(
      x.shape(samples: pass.samples), x: x.data, dy: outputGradient.data, mean: mean, a: scale, b: inputSlope,
      c: offset, dx: &storage(of: x).data, accumulate: edges[0].gradient == .accumulated)
  }
}

// MARK: - State

extension BatchNorm {
  package var state: [StateTensor] {
    let shape = weight.shape
    return [
      StateTensor(name: weight.name, shape: shape, elements: .float32(weight.value.array())),
      StateTensor(name: bias.name, shape: shape, elements: .float32(bias.value.array())),
      StateTensor(name: "\(name).running_mean", shape: shape, elements: .float32(runningMean)),
      StateTensor(name: "\(name).running_var", shape: shape, elements: .float32(runningVariance)),
      StateTensor(name: "\(name).num_batches_tracked", shape: [], elements: .int64([batchesTracked])),
    ]
  }

  package func load(_ tensor: StateTensor) {
    switch tensor.elements {
    case .float32(let values) where tensor.name == weight.name:
      for (c, value) in values.enumerated() { weight.value[c] = value }
    case .float32(let values) where tensor.name == bias.name:
      for (c, value) in values.enumerated() { bias.value[c] = value }
    case .float32(let values) where tensor.name == "\(name).running_mean": runningMean = values
    case .float32(let values) where tensor.name == "\(name).running_var": runningVariance = values
    case .int64(let values): batchesTracked = values[0]
    default: break
    }
  }
}
