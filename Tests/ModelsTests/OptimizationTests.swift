import Models
import Testing

/// Learning rates and updates follow their formulas.
@Suite struct OptimizationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let schedule: LearningRateSchedule
    let epochs: Int
    let rates: [Int: Float]
  }

  static let cases = [
    Case(
      testDescription: "constant", schedule: LearningRateSchedule(peak: 0.1), epochs: 5,
      rates: [0: 0.1, 4: 0.1]),
    Case(
      testDescription: "200 epochs for long tails",
      schedule: LearningRateSchedule(
        peak: 0.1, decay: .steps(epochs: [160, 180], factor: 0.01), warmupEpochs: 5), epochs: 200,
      rates: [0: 0.02, 3: 0.08, 4: 0.1, 5: 0.1, 159: 0.1, 160: 1e-3, 179: 1e-3, 180: 1e-5, 199: 1e-5]),
    Case(
      testDescription: "cosine", schedule: LearningRateSchedule(peak: 0.2, decay: .cosine), epochs: 100,
      rates: [0: 0.2, 25: 0.170_710_68, 50: 0.1, 75: 0.029_289_32]),
  ]

  @Test(arguments: cases) func ratesFollowTheSchedule(_ c: Case) {
    for (epoch, rate) in c.rates {
      #expect(abs(c.schedule.rate(epoch: epoch, of: c.epochs) / rate - 1) < 1e-5, "epoch \(epoch)")
    }
  }

  /// Three steps by hand, as PyTorch's documentation of SGD writes them.
  @Test(arguments: [true, false]) func updatesFollowTheFormula(_ nesterov: Bool) throws {
    let network = Network(
      .mlp, image: ImageShape(channels: 1, height: 2, width: 2), classes: 3, capacity: 2, seed: 1,
      pool: try ThreadPool(threads: 1))
    let settings = SGD.Settings(momentum: 0.8, weightDecay: 0.01, nesterov: nesterov)
    var optimizer = SGD(network, settings: settings)
    let bias = try #require(network.parameter("linear.bias"))
    var value = bias.value.array()
    var velocity = [Float](repeating: 0, count: 3)
    for step in 0..<3 {
      let images = Buffer<Float>(count: 8, repeating: 0.1 * Float(step + 1))
      network.forward(images, samples: 2, mode: .training)
      network.backward(logitGradient: Buffer(count: 6, repeating: 0.3), samples: 2)
      let gradient = bias.gradient.array()
      #expect(gradient.allSatisfy { abs($0 - 0.6) < 1e-6 })
      optimizer.update(rate: 0.5)
      for k in 0..<3 {
        let g = gradient[k] + 0.01 * value[k]
        velocity[k] = 0.8 * velocity[k] + g
        value[k] -= 0.5 * (nesterov ? g + 0.8 * velocity[k] : velocity[k])
      }
      #expect(relativeError(bias.value.array(), value) < 1e-6)
    }
  }

  /// An optimizer that takes over another's velocities goes on as the other would have.
  @Test func velocitiesCanBeTakenOver() throws {
    let pool = try ThreadPool(threads: 1)
    func network() -> Network {
      Network(
        .resnet8, image: ImageShape(channels: 1, height: 4, width: 4), classes: 3, capacity: 2, seed: 1,
        pool: pool)
    }
    func learn(_ network: Network, _ optimizer: inout SGD) {
      network.forward(Buffer(count: 32, repeating: 0.3), samples: 2, mode: .training)
      network.backward(logitGradient: Buffer(count: 6, repeating: 0.3), samples: 2)
      optimizer.update(rate: 0.1)
    }
    let whole = network()
    var wholeOptimizer = SGD(whole, settings: .init())
    learn(whole, &wholeOptimizer)
    let resumed = network()
    var optimizer = SGD(resumed, settings: .init())
    try resumed.load(whole.state)
    try optimizer.load(wholeOptimizer.state)
    learn(whole, &wholeOptimizer)
    learn(resumed, &optimizer)
    #expect(resumed.state == whole.state)

    var lacking = wholeOptimizer.state
    lacking.removeLast()
    #expect(throws: StateError.missing(name: "linear.bias")) { try optimizer.load(lacking) }
    #expect(optimizer.state == wholeOptimizer.state)
  }

  @Test(arguments: [0, 1, 15, 16, 17, 1000]) func numbersThatAreNotFiniteAreFound(_ count: Int) {
    var values = Buffer<Float>(count: count, repeating: -.greatestFiniteMagnitude)
    let isFinite = values.isFinite
    #expect(isFinite)
    for index in Set([0, count / 2, count - 1]) where index >= 0 && index < count {
      for value in [Float.nan, .infinity, -.infinity, .signalingNaN] {
        values[index] = value
        let isFlawed = !values.isFinite
        #expect(isFlawed, "\(value) at \(index)")
      }
      values[index] = .leastNonzeroMagnitude
    }
  }
}
