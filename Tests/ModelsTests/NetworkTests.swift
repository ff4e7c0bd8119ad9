import Models
import Testing

/// Whole networks: sizes, determinism and the consistency of their gradients.
@Suite struct NetworkTests {
  static let image = ImageShape(channels: 3, height: 9, width: 7)

  @Test(
    arguments: zip(
      Architecture.allCases, [265_226, 75_290, 269_722, 464_154, 658_586, 853_018, 1_727_962, 300_762]))
  func parameterCountsAreThoseOfThePapers(_ architecture: Architecture, _ count: Int) throws {
    // He et al. give 0.27, 0.46, 0.66, 0.85 and 1.7 million for 20, 32, 44, 56 and 110 layers.
    let image = architecture == .mlp ? ImageShape(channels: 3, height: 16, width: 16) : Self.image
    let network = Network(
      architecture, image: image, classes: 10, capacity: 1, seed: 1, pool: try ThreadPool(threads: 1))
    #expect(network.parameterCount == count)
  }

  @Test func memoryIsKnownBeforeItIsTaken() {
    func floats(_ architecture: Architecture, _ size: Int, for purpose: Purpose = .training) -> Int {
      let image = ImageShape(channels: 3, height: size, width: size)
      return Network.bytesPerSample(architecture, image: image, classes: 10, for: purpose) / 4
    }
    // [3, 4, 4] padded to 16 channels, 48 flat, twice 256 rectified in place, 10 padded to 16. Gradients: that of the
    // logits, and two of the widest, which take turns; an inference network's values do so too.
    #expect(floats(.mlp, 4) == 256 + 48 + 2 * 256 + 16 + 16 + 2 * 256)
    #expect(floats(.mlp, 4, for: .inference) == 2 * 256)
    // The first stage's images are the widest, the second's half and the third's a quarter of that. Kept are the input,
    // conv1's result and activation; of each block both convolutions' results and the sum, and the shortcut of two;
    // 64 features and the logits. Gradients: that of the logits, and three: before and after a convolution, and the
    // residual's.
    let stage = 16 * 32 * 32
    let kept = 3 * stage + 3 * stage + 4 * stage / 2 + 4 * stage / 4 + 64 + 16
    #expect(floats(.resnet8, 32) == kept + 16 + 3 * stage)
    #expect(floats(.resnet8, 32, for: .inference) == 3 * stage)
    #expect(floats(.resnet110, 32) > 3 * floats(.resnet32, 32))
    #expect(floats(.resnet110, 32, for: .inference) == 3 * stage)
  }

  @Test(arguments: [Architecture.mlp, .resnet8, .resnet32Bottleneck])
  func sameSeedSameBytesForAnyNumberOfThreads(_ architecture: Architecture) throws {
    let runs = try [1, 2, 3].map { try train(architecture, threads: $0, seed: 4) }
    for run in runs[1...] {
      #expect(run.state == runs[0].state)
      #expect(run.logits == runs[0].logits)
    }
    #expect(try runs[0].state != train(architecture, threads: 1, seed: 5).state)
  }

  /// Batches of 5 and of 3 in one network for 5: the short batch sees nothing of the longer one.
  @Test func shortBatchesIgnoreWhatWasThereBefore() throws {
    let pool = try ThreadPool(threads: 2)
    var random = RandomStream(seed: 1, name: "images")
    let images = Self.images(5, &random)
    let wide = Network(.resnet8, image: Self.image, classes: 4, capacity: 5, seed: 2, pool: pool)
    let narrow = Network(.resnet8, image: Self.image, classes: 4, capacity: 3, seed: 2, pool: pool)
    wide.forward(images, samples: 5, mode: .evaluation)
    for network in [wide, narrow] {
      network.forward(images, samples: 3, mode: .training)
      network.backward(logitGradient: Buffer(count: 12, repeating: 0.1), samples: 3)
      network.updateStatistics()
    }
    #expect(wide.state == narrow.state)
    for (a, b) in zip(wide.parameters, narrow.parameters) {
      #expect(a.gradient.array() == b.gradient.array(), "\(a.name)")
    }
  }

  /// What a step has computed counts only once it is taken over, so a step that fails changes nothing.
  @Test func aPassLeavesTheStateAlone() throws {
    let pool = try ThreadPool(threads: 2)
    var random = RandomStream(seed: 1, name: "images")
    let network = Network(.resnet8, image: Self.image, classes: 4, capacity: 5, seed: 2, pool: pool)
    let before = network.state
    network.forward(Self.images(5, &random), samples: 5, mode: .training)
    network.backward(logitGradient: Buffer(count: 20, repeating: 0.1), samples: 5)
    #expect(network.state == before)
    network.updateStatistics()
    #expect(network.state != before)
  }

  /// In evaluation mode BatchNorm is a constant map, so the mean of per-sample gradients is the batch's gradient; a
  /// multilayer perceptron has no BatchNorm at all, and there the whole-network Gram matrix sums to its square.
  @Test func gramMatrixSumsToTheSquaredBatchGradient() throws {
    let network = Network(
      .mlp, image: Self.image, classes: 4, capacity: 6, seed: 2, pool: try ThreadPool(threads: 2))
    var random = RandomStream(seed: 1, name: "images")
    let images = Self.images(6, &random)
    var d = Buffer<Float>(count: 24)
    for i in 0..<24 { d[i] = random.uniform() - 0.5 }
    network.forward(images, samples: 6, mode: .training)
    var gram = Buffer<Float>(count: 36)
    network.sampleGram(logitGradient: d, samples: 6, into: &gram)
    network.backward(logitGradient: d, samples: 6)
    let sum = gram.array().reduce(0.0) { $0 + Double($1) }
    let square = network.gradientNorm * network.gradientNorm
    #expect(abs(sum / square - 1) < 1e-4)
  }

  /// Along the gradient itself, the loss falls as fast as the gradient is long. Steps are small, and rectifiers that
  /// flip within one are few among all, so the whole network agrees to two percent.
  @Test(arguments: [Architecture.mlp, .resnet8, .resnet20])
  func wholeNetworkGradientMatchesACentralDifference(_ architecture: Architecture) throws {
    let network = Network(
      architecture, image: Self.image, classes: 4, capacity: 16, seed: 3, pool: try ThreadPool(threads: 2))
    var random = RandomStream(seed: 1, name: "images")
    var batch = LabelledImages(pixels: Self.images(16, &random), targets: Buffer(count: 16))
    for i in 0..<16 { batch.targets[i] = Int64(i % 4) }
    var d = Buffer<Float>(count: 64)
    _ = network.losses(of: batch, logitGradient: &d)
    network.backward(logitGradient: d, samples: 16)
    let length = network.gradientNorm
    let step = Float(3e-4 / length)

    let gradients = network.parameters.map { $0.gradient.array() }
    func loss(after steps: Float) -> Double {
      for (parameter, gradient) in zip(network.parameters, gradients) {
        for i in gradient.indices { parameter.value[i] += steps * step * gradient[i] }
      }
      return network.losses(of: batch, logitGradient: &d).reduce(0.0) { $0 + Double($1) }
    }
    let ahead = loss(after: 1)
    let behind = loss(after: -2)
    let slope = (ahead - behind) / (2 * Double(step) * length * length)
    #expect(abs(slope - 1) < 0.02)
  }

  @Test func loadingRefusesWhatDoesNotFit() throws {
    let pool = try ThreadPool(threads: 1)
    let network = Network(.resnet8, image: Self.image, classes: 4, capacity: 1, seed: 1, pool: pool)
    let other = Network(.resnet8, image: Self.image, classes: 4, capacity: 1, seed: 9, pool: pool)
    let before = network.state
    let good = other.state
    let extra = StateTensor(name: "extra", shape: [1], elements: .float32([0]))
    let wide = StateTensor(name: "linear.bias", shape: [5], elements: .float32([0, 0, 0, 0, 0]))
    let cases: [([StateTensor], StateError)] = [
      (Array(good.dropFirst()), .missing(name: "conv1.weight")),
      (good + [extra], .unknown(name: "extra")),
      (good.map { $0.name == wide.name ? wide : $0 }, .shape(name: wide.name, expected: [4], found: [5])),
    ]
    for (tensors, error) in cases {
      #expect(throws: error) { try network.load(tensors) }
      #expect(network.state == before)
    }
    try network.load(good)
    #expect(network.state == good)
  }

  // MARK: - Support

  static func images(_ count: Int, _ random: inout RandomStream) -> Buffer<Float> {
    var images = Buffer<Float>(count: count * image.channels * image.height * image.width)
    for i in 0..<images.count { images[i] = random.uniform() - 0.5 }
    return images
  }

  private func train(_ architecture: Architecture, threads: Int, seed: UInt64) throws -> (
    state: [StateTensor], logits: [Float]
  ) {
    let pool = try ThreadPool(threads: threads)
    let network = Network(architecture, image: Self.image, classes: 4, capacity: 37, seed: seed, pool: pool)
    var optimizer = SGD(network, settings: .init())
    var random = RandomStream(seed: 1, name: "images")
    for samples in [37, 37, 5] {
      let batch = LabelledImages(
        pixels: Self.images(samples, &random), targets: Buffer(count: samples, repeating: 1))
      var d = Buffer<Float>(count: samples * 4)
      _ = network.losses(of: batch, logitGradient: &d)
      network.backward(logitGradient: d, samples: samples)
      optimizer.update(rate: 0.01)
      network.updateStatistics()
    }
    network.forward(Self.images(37, &random), samples: 37, mode: .evaluation)
    return (network.state, network.logits(37))
  }
}
