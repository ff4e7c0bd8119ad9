internal import Glibc

/// A network from a loss to a weight: one hidden layer of rectifiers, and a sigmoid.
struct WeightingNet {
  /// The hidden layer's weights, its biases, the output's weights, and its bias: `[3H + 1]`.
  var parameters: [Double]
  private let hidden: Int

  /// A network that gives every loss the weight 1/2; what its hidden units look at is drawn from `seed`, from
  /// −1 to 1.
  init(hidden: Int, seed: UInt64) {
    self.hidden = hidden
    var state = seed
    parameters = (0..<3 * hidden + 1).map { place in
      guard place < 2 * hidden else { return 0 }
      // SplitMix64 (Steele et al., OOPSLA 2014): 53 bits of its output.
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
      return Double((z ^ z >> 31) >> 11) * 0x1p-52 - 1
    }
  }

  /// The weight of a sample with this loss, 0…1.
  func weight(of loss: Double) -> Double {
    var y = parameters[3 * hidden]
    for j in 0..<hidden { y += parameters[2 * hidden + j] * unit(j, loss) }
    return 1 / (1 + exp(-y))
  }

  /// Accumulates into `gradient`, `[3H + 1]`, the derivative of `factor · weight(of: loss)` by the
  /// parameters.
  func addGradient(of loss: Double, times factor: Double, to gradient: inout [Double]) {
    let v = weight(of: loss)
    let dy = factor * v * (1 - v)
    guard dy != 0 else { return }
    for j in 0..<hidden {
      let u = unit(j, loss)
      gradient[2 * hidden + j] += dy * u
      if u > 0 {
        let du = dy * parameters[2 * hidden + j]
        gradient[j] += du * loss
        gradient[hidden + j] += du
      }
    }
    gradient[3 * hidden] += dy
  }

  private func unit(_ j: Int, _ loss: Double) -> Double {
    max(0, parameters[j] * loss + parameters[hidden + j])
  }
}

/// Adam: Kingma & Ba, ICLR 2015, algorithm 1, with its β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
struct Adam {
  var first, second: [Double]
  var updates: Int64 = 0

  init(count: Int) {
    first = Array(repeating: 0, count: count)
    second = Array(repeating: 0, count: count)
  }

  mutating func update(_ parameters: inout [Double], _ gradient: [Double], rate: Double) {
    updates += 1
    let (correction1, correction2) = (1 - pow(0.9, Double(updates)), 1 - pow(0.999, Double(updates)))
    for j in parameters.indices {
      first[j] = 0.9 * first[j] + 0.1 * gradient[j]
      second[j] = 0.999 * second[j] + 0.001 * gradient[j] * gradient[j]
      parameters[j] -= rate * (first[j] / correction1) / ((second[j] / correction2).squareRoot() + 1e-8)
    }
  }
}
