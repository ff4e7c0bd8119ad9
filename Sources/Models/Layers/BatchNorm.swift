/// Batch normalisation over samples and pixels: `weight · (x − μ) / √(σ² + ε) + bias`, channel by channel (Ioffe and
/// Szegedy, ICML 2015), with PyTorch's conventions: ε 1e-5; the batch is normalised with the biased variance;
/// `running = 0.9 · running + 0.1 · batch`, the running variance from the unbiased one.
///
/// | value             | shape          |
/// |-------------------|----------------|
/// | `x`               | `[N, C, H, W]` |
/// | all others        | `[C]`          |
///
/// The layer turns statistics into a scale and a shift, forward, and sums into the three factors of its affine
/// derivative, backward; whoever reads or writes the images applies them.
package final class BatchNorm: Layer {
  package var edges: [Edge]
  package let weight: Parameter
  package let bias: Parameter
  /// What applies the normalisation.
  unowned var activation: Activation?
  private let name: String
  private var runningMean: [Float]
  private var runningVariance: [Float]
  private var batchesTracked: Int64 = 0

  private static let epsilon = 1e-5
  private static let momentum: Float = 0.1

  /// The normalised value is `x · scale + shift`; per channel, padded to whole blocks.
  let scale, shift: Storage
  /// The input's gradient is `scale · dy + inputSlope · x + offset`.
  private let inputSlope, offset: Storage
  /// The batch's mean and `1 / √(σ² + ε)`.
  private let mean, inverse: Storage
  /// The last training batch's mean and unbiased variance, until they count.
  private var batchMean, batchVariance: [Float]
  /// Per image and channel: the moments forward, the sums backward.
  private let first, second: Storage
  /// Per channel, over the batch: the mean and the squared deviations forward, the sums backward.
  private var firstTotal, secondTotal: Buffer<Double>

  package init(_ name: String, _ x: Value) {
    self.name = name
    edges = [Edge(x)]
    weight = Parameter("\(name).weight", [x.channels], repeating: 1)
    bias = Parameter("\(name).bias", [x.channels])
    runningMean = Array(repeating: 0, count: x.channels)
    runningVariance = Array(repeating: 1, count: x.channels)
    batchMean = runningMean
    batchVariance = runningVariance
    let padded = x.blocks * lanes
    scale = Storage(count: padded)
    shift = Storage(count: padded)
    inputSlope = Storage(count: padded)
    offset = Storage(count: padded)
    mean = Storage(count: padded)
    inverse = Storage(count: padded)
    first = Storage(sampleFloats: padded, capacity: x.capacity)
    second = Storage(sampleFloats: padded, capacity: x.capacity)
    firstTotal = Buffer(count: padded)
    secondTotal = Buffer(count: padded)
  }

  package var output: Value? { nil }
  package var parameters: [Parameter] { [weight, bias] }
  private var x: Value { edges[0].value }

  // MARK: - Forward

  /// Where the convolution that makes `x` leaves each image's moments.
  var moments: Moments { Moments(mean: first, deviation: second) }

  package func prepare(_ pass: Pass) {
    if pass.mode == .evaluation { useRunningStatistics() }
  }

  package func forward(_ pass: Pass) {
    guard pass.mode == .training else { return }
    let shape = x.shape(samples: pass.samples)
    if x.normalization == nil { pass.pool.channelMoments(shape, x: x.stored(.training), into: moments) }
    // Chan, Golub and LeVeque, 1983.
    combineMoments(shape, moments, mean: &firstTotal, deviation: &secondTotal)
    let count = Double(shape.images * shape.pixels)
    for c in 0..<x.channels {
      let mean = firstTotal[c]
      let squares = secondTotal[c]
      normalize(c, mean: mean, variance: squares / count)
      batchMean[c] = Float(mean)
      batchVariance[c] = Float(squares / max(count - 1, 1))
    }
  }

  package func updateStatistics() {
    for c in 0..<x.channels {
      runningMean[c] += Self.momentum * (batchMean[c] - runningMean[c])
      runningVariance[c] += Self.momentum * (batchVariance[c] - runningVariance[c])
    }
    batchesTracked &+= 1  // a file may have brought any number
  }

  /// Sets `scale` and `shift` for evaluation; the convolution below, which is prepared first, may ask for it.
  func useRunningStatistics() {
    for c in 0..<x.channels {
      normalize(c, mean: Double(runningMean[c]), variance: Double(runningVariance[c]))
    }
  }

  private func normalize(_ c: Int, mean: Double, variance: Double) {
    let inverse = 1 / (variance + Self.epsilon).squareRoot()
    let slope = Double(weight.value[c]) * inverse
    self.mean.data[c] = Float(mean)
    self.inverse.data[c] = Float(inverse)
    scale.data[c] = Float(slope)
    shift.data[c] = Float(Double(bias.value[c]) - mean * slope)
  }

  // MARK: - Backward

  /// Where whoever finishes the gradient `dy` leaves each image's sums of `dy` and of `dy · (x − μ)`.
  var sums: NormalizationSums {
    NormalizationSums(normalized: x.stored(.training), mean: mean, sum: first, product: second)
  }

  /// How a layer reads the gradient of `x`.
  var inputGradient: Source {
    guard let activation else { preconditionFailure("\(name) without an activation that applies it") }
    return Source(
      x: activation.result.plannedGradient, scale: scale, shift: offset, residual: x.stored(.training),
      residualScale: inputSlope)
  }

  /// With x̂ the normalised input and M = N·H·W: `dbias = Σ dy`, `dweight = Σ dy·x̂`,
  /// `dx = weight / σ · (dy − dbias / M − x̂ · dweight / M)`.
  package func backward(_ pass: Pass) {
    let shape = x.shape(samples: pass.samples)
    sumImages(shape, first, into: &firstTotal)
    sumImages(shape, second, into: &secondTotal)
    let count = Double(shape.images * shape.pixels)
    for c in 0..<x.channels {
      let inverse = Double(inverse.data[c])
      let slope = Double(weight.value[c]) * inverse
      let alongInput = -slope * secondTotal[c] * inverse * inverse / count
      bias.gradient[c] = Float(firstTotal[c])
      weight.gradient[c] = Float(secondTotal[c] * inverse)
      inputSlope.data[c] = Float(alongInput)
      offset.data[c] = Float(-slope * firstTotal[c] / count - alongInput * Double(mean.data[c]))
    }
    backwardInput(pass)
  }

  /// With the statistics held constant: `dx = weight / σ · dy`.
  package func backwardPerSample(_ pass: Pass, gram: SampleGram) {
    let images = BlockedShape(images: pass.samples, blocks: x.blocks, pixels: 1)
    pass.pool.activate(images, Source(x: second, scale: inverse, kept: second))
    for rows in [first, second] {
      gram.add(rows, columns: images.perChannel, samples: pass.samples, pool: pass.pool)
    }
    for c in 0..<images.perChannel {
      inputSlope.data[c] = 0
      offset.data[c] = 0
    }
    backwardInput(pass)
  }

  private func backwardInput(_ pass: Pass) {
    guard edges[0].gradient != .notNeeded else { return }
    let shape = x.shape(samples: pass.samples)
    let dx = x.plannedGradient
    var source = inputGradient
    source.kept = dx
    if edges[0].gradient == .accumulated {
      pass.pool.activate(shape, Source(x: x.stored(.training), scale: inputSlope, residual: dx, kept: dx))
      source.residual = dx
      source.residualScale = nil
    }
    pass.pool.activate(shape, source)
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
