import Models
import Testing

/// A network whose convolutions take over the activations around them computes what its layers do one by one.
@Suite struct FusionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let architecture: Architecture
    let image: ImageShape
    let samples: Int
    var testDescription: String { "\(architecture.rawValue), \(samples) of \(image)" }
  }

  static let cases = [Architecture.mlp, .resnet8, .resnet20, .resnet32Bottleneck].flatMap { architecture in
    [(9, 7, 7), (16, 16, 3)].map { height, width, samples in
      let image = ImageShape(channels: 3, height: height, width: width)
      return Case(architecture: architecture, image: image, samples: samples)
    }
  }

  /// Five steps of training; the plain network starts each where the fused one does.
  ///
  /// Values differ by rounding. Gradients may differ more: a rectifier whose input is within rounding of zero is open
  /// in one network and shut in the other. That is rare, so that some steps see none.
  @Test(arguments: cases) func fusedNetworksTrainAsPlainOnes(_ c: Case) throws {
    var twins = try Twins(c)
    var gradients: [Float] = []
    for step in 0..<5 {
      let distances = try twins.step(samples: step == 3 ? c.samples - 1 : c.samples)
      // The bottleneck net's normalisations over few pixels amplify rounding: 5e-5 there, 5e-6 elsewhere.
      #expect(distances.logits < (c.architecture == .resnet32Bottleneck ? 1e-4 : 1e-5), "step \(step)")
      #expect(distances.evaluation < 1e-5, "step \(step)")
      #expect(distances.statistics < 1e-5, "step \(step)")
      #expect(distances.gradient < 0.1 && distances.gram < 0.1, "step \(step)")
      gradients.append(max(distances.gradient, distances.gram))
    }
    #expect(gradients.contains { $0 < 1e-4 }, "\(gradients)")
  }

  /// Bit by bit, in batches of several stretches of images: the storages are others, the arithmetic is the same.
  @Test(arguments: cases) func inferenceNetworksAnswerAsTrainedOnes(_ c: Case) throws {
    var twins = try Twins(c, capacity: 37)
    _ = try twins.step(samples: c.samples)
    let inference = Network(
      c.architecture, image: c.image, classes: 4, capacity: 37, seed: 9, pool: twins.pool, for: .inference)
    try inference.load(twins.fused.state)
    for samples in [37, 5, 37] {
      let batch = twins.batch(samples)
      for network in [twins.fused, inference] {
        network.forward(batch.pixels, samples: samples, mode: .evaluation)
      }
      #expect(inference.logits(samples) == twins.fused.logits(samples), "\(samples) samples")
      #expect(inference.features(samples) == twins.fused.features(samples), "\(samples) samples")
    }
    let bytes = [Purpose.training, .inference].map {
      Network.bytesPerSample(c.architecture, image: c.image, classes: 4, for: $0)
    }
    #expect(bytes[1] > 0 && (c.architecture == .mlp ? 1 : 4) * bytes[1] < bytes[0], "\(bytes)")
  }
}

/// The same network twice, with and without fusion.
private struct Twins: ~Copyable {
  struct Distances {
    var logits, gradient, statistics, gram, evaluation: Float
  }

  let fused, plain: Network
  let pool: ThreadPool
  private let image: ImageShape
  private var optimizer: SGD
  private var random = RandomStream(seed: 1, name: "twins")

  init(_ c: FusionTests.Case, capacity: Int? = nil) throws {
    let pool = try ThreadPool(threads: 2)
    (self.pool, image) = (pool, c.image)
    func network(isFused: Bool) -> Network {
      Network(
        c.architecture, image: c.image, classes: 4, capacity: capacity ?? c.samples, seed: 2, pool: pool,
        isFused: isFused
      )
    }
    fused = network(isFused: true)
    plain = network(isFused: false)
    optimizer = SGD(fused, settings: .init())
  }

  mutating func batch(_ samples: Int) -> LabelledImages {
    var targets = Buffer<Int64>(count: samples)
    for i in 0..<samples { targets[i] = Int64(i % 4) }
    return LabelledImages(
      pixels: Buffer(random.draw(samples * image.channels * image.height * image.width)), targets: targets)
  }

  /// One step of both from the same state, and how far apart they come.
  mutating func step(samples: Int) throws -> Distances {
    let batch = batch(samples)
    var grams: [[Float]] = []
    var d = Buffer<Float>(count: samples * 4)
    for network in [fused, plain] {
      _ = network.losses(of: batch, logitGradient: &d)
      var gram = Buffer<Float>(count: samples * samples)
      network.sampleGram(logitGradient: d, samples: samples, into: &gram)
      grams.append(gram.array())
      for i in 0..<d.count { d[i] /= Float(samples) }
      network.backward(logitGradient: d, samples: samples)
      network.updateStatistics()
    }
    var distances = Distances(
      logits: relativeError(fused.logits(samples), plain.logits(samples)), gradient: 0, statistics: 0,
      gram: relativeDistance(grams[0], grams[1]), evaluation: 0)
    for (a, b) in zip(fused.parameters, plain.parameters) {
      distances.gradient = max(distances.gradient, relativeDistance(a.gradient.array(), b.gradient.array()))
    }
    for (a, b) in zip(fused.state, plain.state) where a.name.contains("running") {
      guard case .float32(let a) = a.elements, case .float32(let b) = b.elements else { continue }
      distances.statistics = max(distances.statistics, relativeDistance(a, b))
    }
    optimizer.update(rate: 0.05)
    try plain.load(fused.state)
    for network in [fused, plain] { network.forward(batch.pixels, samples: samples, mode: .evaluation) }
    distances.evaluation = relativeError(fused.logits(samples), plain.logits(samples))
    return distances
  }
}

extension Network {
  func logits(_ samples: Int) -> [Float] {
    var logits = Buffer<Float>(count: samples * classes)
    copyLogits(into: &logits, samples: samples)
    return logits.array()
  }

  func features(_ samples: Int) -> [Float] {
    var values = Buffer<Float>(count: samples * features)
    copyFeatures(into: &values, samples: samples)
    return values.array()
  }
}
