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
}
