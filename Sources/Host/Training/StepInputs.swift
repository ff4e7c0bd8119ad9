internal import Models

/// Computes what the run's strategies asked for, and nothing else.
struct StepInputs: ~Copyable {
  /// Inputs and outputs by name; `loss`, `logits`, `target` and `logitGradient` are always there.
  let tensors: StepTensors
  private let source: GradientSource
  private let network: Network
  private let pool: ThreadPool
  private var products: Buffer<Float>
  private var scratch: Buffer<Float>
  private var cosines: Buffer<Float>
  private var norms: Buffer<Float>
  private var meta: MetaGradient

  /// Room for batches of `sizes.batch` samples and the inputs in `wanted`.
  ///
  /// - Parameter areShared: whether the processes of plugins read them.
  init(
    wanted: Set<StrategyInput>, sizes: TensorSizes, classCounts: [Int], source: GradientSource,
    network: Network, pool: ThreadPool, areShared: Bool
  ) throws(PluginError) {
    var inputs = wanted.union([.loss, .logits, .target, .logitGradient])
    if !inputs.isDisjoint(with: Self.ofGradients) { inputs.insert(.feature) }
    tensors =
      areShared ? try .shared(inputs: inputs, sizes: sizes) : StepTensors(inputs: inputs, sizes: sizes)
    self.source = source
    self.network = network
    self.pool = pool
    let square = Self.needGram(inputs) ? sizes.batch * sizes.batch : 0
    products = Buffer(count: square)
    scratch = Buffer(count: square)
    cosines = Buffer(count: square)
    norms = Buffer(count: square == 0 ? 0 : sizes.batch)
    meta = MetaGradient(classes: sizes.classes, features: sizes.features)
    if inputs.contains(.classCount) {
      for (c, count) in classCounts.enumerated() { tensors.integers(.classCount).buffer[c] = Int64(count) }
    }
  }

  /// The inputs that can be computed with this gradient source.
  static func available(_ source: GradientSource) -> Set<StrategyInput> {
    let all = Set(StrategyInput.allCases)
    return source == .network ? all.subtracting([.gradient]) : all
  }

  /// Whether the strategies that want these inputs compare the samples' gradients with each other.
  static func needGram(_ wanted: Set<StrategyInput>) -> Bool { !wanted.isDisjoint(with: ofGramMatrix) }

  /// The bytes of the matrices `[B, B]` that `init` takes, and a strategy's copies.
  static func gramBytes(batch: Int) -> Double {
    5 * Double(batch) * Double(batch) * Double(MemoryLayout<Float>.size)
  }

  private static let ofGramMatrix: Set<StrategyInput> = [.gram, .cosine, .gradientNorm]
  private static let ofGradients: Set<StrategyInput> = ofGramMatrix.union([.gradient, .metaAlignment])

  // MARK: - Filling

  /// Takes over what the batch and the forward pass tell, with the cross-entropy as the loss.
  func fillFromForward(_ batch: Batch) {
    let count = batch.count
    copy(batch.targets, count, to: tensors.integers(.target))
    copy(batch.sampleIDs, count, to: tensors.integers(.sampleID))
    if tensors.inputs.contains(.group) { copy(batch.groups, count, to: tensors.integers(.group)) }
    network.copyLogits(into: &tensors.floats(.logits).buffer, samples: count)
    if tensors.inputs.contains(.feature) {
      network.copyFeatures(into: &tensors.floats(.feature).buffer, samples: count)
    }
    SoftmaxCrossEntropy.evaluate(
      logits: tensors.floats(.logits).buffer, targets: batch.targets, samples: count,
      classes: network.classes,
      losses: &tensors.floats(.loss).buffer, logitGradient: &tensors.floats(.logitGradient).buffer)
  }

  /// Replaces loss and gradient by those that the objective gave.
  func takeObjective(samples: Int) {
    copy(tensors.output(.loss).buffer, samples, to: tensors.floats(.loss))
    copy(
      tensors.output(.logitGradient).buffer, samples * network.classes, to: tensors.floats(.logitGradient))
  }

  /// Computes those of the `wanted` inputs that derive from the logits' gradients.
  mutating func fillFromGradients(_ wanted: Set<StrategyInput>, samples: Int) {
    let (classes, features) = (network.classes, network.features)
    if wanted.contains(.gradient) {
      LastLayerGradients.rows(
        source, logitGradient: tensors.floats(.logitGradient).buffer,
        features: tensors.floats(.feature).buffer,
        samples: samples, classes: classes, width: features, into: &tensors.floats(.gradient).buffer)
    }
    if wanted.contains(.metaAlignment) {
      meta.align(
        logitGradient: tensors.floats(.logitGradient).buffer, features: tensors.floats(.feature).buffer,
        samples: samples, into: &tensors.floats(.metaAlignment).buffer)
    }
    if !wanted.isDisjoint(with: Self.ofGramMatrix) { fillGramMatrix(samples: samples) }
  }

  private mutating func fillGramMatrix(samples: Int) {
    let d = tensors.floats(.logitGradient)
    if source == .network {
      network.sampleGram(logitGradient: d.buffer, samples: samples, into: &products)
    } else {
      LastLayerGradients.gram(
        source, logitGradient: d.buffer, features: tensors.floats(.feature).buffer, samples: samples,
        classes: network.classes, width: network.features, into: &products, scratch: &scratch, pool: pool)
    }
    LastLayerGradients.cosines(of: products, samples: samples, into: &cosines, norms: &norms)
    put(.gram, from: products, samples * samples)
    put(.cosine, from: cosines, samples * samples)
    put(.gradientNorm, from: norms, samples)
  }

  private func put(_ input: StrategyInput, from values: borrowing Buffer<Float>, _ count: Int) {
    if tensors.inputs.contains(input) { copy(values, count, to: tensors.floats(input)) }
  }

  private func copy<Element>(
    _ values: borrowing Buffer<Element>, _ count: Int, to slot: TensorSlot<Element>
  ) {
    for i in 0..<count { slot.buffer[i] = values[i] }
  }

  /// Measures the mean gradient of the held-out batches in evaluation mode, before the step's own forward pass.
  mutating func measureHeldOut(_ loader: BatchLoader) {
    meta.reset()
    loader.start(epoch: 0)
    while let batch = loader.next() {
      network.forward(batch.images, samples: batch.count, mode: .evaluation)
      fillFromForward(batch)
      meta.add(
        logitGradient: tensors.floats(.logitGradient).buffer, features: tensors.floats(.feature).buffer,
        samples: batch.count)
    }
  }
}

// MARK: - For files

extension StepTensors {
  /// The inputs of the last step, and the weights and scores that it gave, by registry name.
  func named(samples: Int, hasScores: Bool) -> [NamedTensor] {
    var sizes = sizes
    sizes.batch = samples
    var tensors: [NamedTensor] = []
    for input in StrategyInput.allCases where inputs.contains(input) {
      let shape = input.dimensions.map { sizes[$0] }
      let count = sizes.count(input.dimensions)
      if input.elementType == .int64 {
        let values = integers(input).buffer.array(prefix: count)
        tensors.append(NamedTensor(name: input.rawValue, shape: shape, integers: values))
      } else {
        let values = floats(input).buffer.array(prefix: count)
        tensors.append(NamedTensor(name: input.rawValue, shape: shape, floats: values))
      }
    }
    for name in hasScores ? [StrategyOutput.weight, .score] : [.weight] {
      let values = output(name).buffer.array(prefix: samples)
      tensors.append(NamedTensor(name: name.rawValue, shape: [samples], floats: values))
    }
    return tensors
  }
}
