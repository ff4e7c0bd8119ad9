internal import Foundation
package import Models

/// Made-up inputs of one batch that fit each other: the losses are the logits' cross-entropy, the gradients their
/// derivatives, the cosines those of the gradients, the targets those of the sample ids.
package struct TrialBatch: Sendable {
  /// What the losses are like.
  package enum Losses: Sendable {
    /// As a network's in the middle of training.
    case drawn
    /// The same for every sample.
    case equal
    /// All zero, and with them every gradient.
    case zero
    /// About 1e30.
    case huge
    /// Below the smallest normal number.
    case denormal
  }

  /// The run that it is a batch of.
  package let setup: StrategySetup
  /// The number of samples.
  package let count: Int
  /// The inputs of real numbers, dense and row-major.
  package private(set) var floats: [StrategyInput: [Float]] = [:]
  /// The inputs of whole numbers, dense and row-major.
  package private(set) var integers: [StrategyInput: [Int64]] = [:]

  /// Draws `count` samples of a run; the same seed gives the same batch.
  ///
  /// - Parameters:
  ///   - onlyClass: the class of every sample; nil for a sample of the run's classes.
  ///   - pool: computes the matrix products.
  package init(
    _ count: Int, of setup: StrategySetup, seed: UInt64, losses: Losses = .drawn, onlyClass: Int? = nil,
    pool: ThreadPool
  ) {
    precondition((1...setup.sizes.batch).contains(count), "a batch of \(count) of \(setup.sizes.batch)")
    var random = RandomStream(seed: seed, name: "trial.batch")
    let range = onlyClass.map { setup.sampleIDs(ofClass: $0) } ?? 0..<Int64(setup.trainingSamples)
    let order = random.permutation(of: range.count)
    let ids = (0..<count).map { range.lowerBound + Int64(order[$0 % order.count]) }
    let targets = ids.map { setup.target(ofSample: $0) }
    let features = Self.features(of: targets, setup.sizes, &random)
    let logits = Self.logits(of: targets, setup.sizes, losses, &random)
    self.init(setup, ids: ids, targets: targets, features: features, logits: logits, seed: seed, pool: pool)
    if losses == .denormal { floats[.loss] = Self.denormalLosses(logits, setup.sizes.classes) }
  }

  /// The batch of these samples; everything else follows from them.
  private init(
    _ setup: StrategySetup, ids: [Int64], targets: [Int64], features: [Float], logits: [Float], seed: UInt64,
    pool: ThreadPool
  ) {
    self.setup = setup
    self.count = ids.count
    integers = [.sampleID: ids, .target: targets, .group: targets, .classCount: setup.classCounts]
    floats = [.feature: features]
    derive(fromLogits: logits, seed: seed, pool: pool)
  }

  /// The same samples with other logits, and everything that follows from those.
  package func with(logits: [Float], seed: UInt64, pool: ThreadPool) -> TrialBatch {
    var batch = self
    batch.derive(fromLogits: logits, seed: seed, pool: pool)
    return batch
  }

  // MARK: - In another order

  /// The same samples in another order: sample `order[i]` becomes sample i.
  package func permuted(_ order: [Int]) -> TrialBatch {
    precondition(order.sorted() == Array(0..<count), "not an order of \(count) samples")
    var batch = self
    batch.floats = Dictionary(uniqueKeysWithValues: floats.map { ($0, permuted($1, $0.dimensions, order)) })
    batch.integers = Dictionary(
      uniqueKeysWithValues: integers.map { ($0, permuted($1, $0.dimensions, order)) })
    return batch
  }

  private func permuted<Number>(
    _ values: [Number], _ dimensions: [TensorDimension], _ order: [Int]
  ) -> [Number] {
    guard dimensions.first == .batch else { return values }
    let width = values.count / count
    let isSquare = dimensions == [.batch, .batch]
    return order.flatMap { i in (0..<width).map { values[i * width + (isSquare ? order[$0] : $0)] } }
  }

  // MARK: - As tensors

  /// The batch in tensors for the largest batch of its run; the inputs in `absent` are not there.
  package func tensors(without absent: Set<StrategyInput> = []) -> StepTensors {
    let tensors = StepTensors(inputs: Set(StrategyInput.allCases).subtracting(absent), sizes: setup.sizes)
    for (input, values) in floats where tensors.inputs.contains(input) {
      let slot = tensors.floats(input)
      for (i, value) in values.enumerated() { slot.buffer[i] = value }
    }
    for (input, values) in integers where tensors.inputs.contains(input) {
      let slot = tensors.integers(input)
      for (i, value) in values.enumerated() { slot.buffer[i] = value }
    }
    return tensors
  }
}

// MARK: - What follows from the logits

extension TrialBatch {
  private mutating func derive(fromLogits logits: [Float], seed: UInt64, pool: ThreadPool) {
    let (classes, width) = (setup.sizes.classes, setup.sizes.features)
    let d = setup.sizes.gradientLength
    let features = buffer(floats[.feature] ?? [])
    let (losses, slopes) = Self.crossEntropy(logits, integers[.target] ?? [], classes)
    let logitGradient = buffer(slopes)
    var rows = Buffer<Float>(count: count * d)
    LastLayerGradients.rows(
      .layer, logitGradient: logitGradient, features: features, samples: count, classes: classes,
      width: width, into: &rows)
    var gram = Buffer<Float>(count: count * count)
    var scratch = Buffer<Float>(count: count * count)
    LastLayerGradients.gram(
      .layer, logitGradient: logitGradient, features: features, samples: count, classes: classes,
      width: width, into: &gram, scratch: &scratch, pool: pool)
    var cosine = Buffer<Float>(count: count * count)
    var norms = Buffer<Float>(count: count)
    LastLayerGradients.cosines(of: gram, samples: count, into: &cosine, norms: &norms)
    var alignment = Buffer<Float>(count: count)
    Self.heldOut(setup.sizes, seed).align(
      logitGradient: logitGradient, features: features, samples: count, into: &alignment)

    floats[.logits] = logits
    floats[.loss] = losses
    floats[.logitGradient] = slopes
    floats[.gradient] = rows.array()
    floats[.gram] = gram.array()
    floats[.cosine] = cosine.array()
    floats[.gradientNorm] = norms.array()
    floats[.metaAlignment] = alignment.array()
  }

  private static func crossEntropy(
    _ logits: [Float], _ targets: [Int64], _ classes: Int
  ) -> (losses: [Float], logitGradient: [Float]) {
    var losses = Buffer<Float>(count: targets.count)
    var gradient = Buffer<Float>(count: logits.count)
    SoftmaxCrossEntropy.evaluate(
      logits: buffer(logits), targets: buffer(targets), samples: targets.count, classes: classes,
      losses: &losses, logitGradient: &gradient)
    return (losses.array(), gradient.array())
  }

  /// The mean gradient of a made-up held-out batch with two samples of each class.
  private static func heldOut(_ sizes: TensorSizes, _ seed: UInt64) -> MetaGradient {
    var random = RandomStream(seed: seed, name: "trial.held-out")
    let targets = (0..<2 * sizes.classes).map { Int64($0 % sizes.classes) }
    let features = features(of: targets, sizes, &random)
    let logits = logits(of: targets, sizes, .drawn, &random)
    var mean = MetaGradient(classes: sizes.classes, features: sizes.features)
    mean.add(
      logitGradient: buffer(crossEntropy(logits, targets, sizes.classes).logitGradient),
      features: buffer(features), samples: targets.count)
    return mean
  }
}

// MARK: - What is drawn

extension TrialBatch {
  /// Features as after a rectifier and pooling: not negative, and larger where the class has its own.
  private static func features(
    of targets: [Int64], _ sizes: TensorSizes, _ random: inout RandomStream
  ) -> [Float] {
    targets.flatMap { target in
      (0..<sizes.features).map { f in
        max(0, Float(random.normal()) * 0.5 + (f % sizes.classes == Int(target) ? 1 : 0.25))
      }
    }
  }

  /// Logits whose cross-entropy is as `losses` says.
  private static func logits(
    of targets: [Int64], _ sizes: TensorSizes, _ losses: Losses, _ random: inout RandomStream
  ) -> [Float] {
    targets.flatMap { target in
      let scale = 1 + random.uniform() / 64
      return (0..<sizes.classes).map { k in
        let isTarget = k == Int(target)
        switch losses {
        case .drawn: return Float(random.normal()) * 1.5 + (isTarget ? 1.5 : 0)
        case .equal: return isTarget ? 1 : 0
        case .zero: return isTarget ? 200 : 0
        case .huge: return isTarget ? -1e30 * scale : 0
        case .denormal: return isTarget ? 92 * scale : 0
        }
      }
    }
  }

  /// The cross-entropy where it is too small to be seen beside 1: log(1 + ε) = ε.
  private static func denormalLosses(_ logits: [Float], _ classes: Int) -> [Float] {
    stride(from: 0, to: logits.count, by: classes).map { row in
      let largest = logits[row..<row + classes].max() ?? 0
      return Float(Double(classes - 1) * exp(-Double(largest)))
    }
  }
}

private func buffer<Element: ExpressibleByIntegerLiteral & BitwiseCopyable>(
  _ values: [Element]
) -> Buffer<Element> {
  var buffer = Buffer<Element>(count: values.count)
  for (i, value) in values.enumerated() { buffer[i] = value }
  return buffer
}
