import Models
import Testing

/// Every layer's gradients agree with central differences of `Σ dy · y`.
@Suite struct LayerGradientTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let channels, height, width: Int
    let make: @Sendable (Value, Workspace) -> any Layer
  }

  static let cases: [Case] = [
    Case(testDescription: "3×3 convolution", channels: 3, height: 4, width: 5) {
      Convolution("c", $0, outputs: 5, kernel: 3, padding: 1, seed: 1, workspace: $1)
    },
    Case(testDescription: "3×3 convolution, stride 2", channels: 17, height: 5, width: 4) {
      Convolution("c", $0, outputs: 4, kernel: 3, stride: 2, padding: 1, seed: 1, workspace: $1)
    },
    Case(testDescription: "1×1 convolution, stride 2", channels: 4, height: 3, width: 5) {
      Convolution("c", $0, outputs: 18, kernel: 1, stride: 2, seed: 1, workspace: $1)
    },
    Case(testDescription: "batch normalisation", channels: 5, height: 3, width: 2) { x, _ in BatchNorm("b", x)
    },
    Case(testDescription: "rectifier", channels: 3, height: 2, width: 3) { x, _ in ReLU(x) },
    Case(testDescription: "residual sum", channels: 3, height: 2, width: 3) { x, _ in
      let y = Value(channels: 3, height: 2, width: 3, capacity: x.capacity)
      return ResidualSum(y, adding: x)
    },
    Case(testDescription: "shortcut", channels: 4, height: 5, width: 4) { x, _ in
      Shortcut(x, outputs: 10, stride: 2)
    },
    Case(testDescription: "average pooling", channels: 20, height: 3, width: 3) { x, _ in GlobalAveragePool(x)
    },
    Case(testDescription: "flattening", channels: 3, height: 3, width: 2) { x, _ in Flatten(x) },
    Case(testDescription: "linear", channels: 19, height: 1, width: 1) { x, _ in
      Linear("l", x, outputs: 7, seed: 1)
    },
  ]

  @Test(arguments: cases) func gradientsMatchCentralDifferences(_ c: Case) throws {
    let samples = 3
    let check = LayerCheck(c, samples: samples, pool: try ThreadPool(threads: 2))
    for i in 0..<check.x.data.count where check.isReal(i, of: check.x) {
      let expected = check.slope { check.x.data[i] += $0 }
      let found = check.gradient(of: check.x)[i]
      #expect(abs(found - expected) <= 2e-3 * max(1, abs(expected)), "x \(i)")
    }
    for parameter in check.layer.parameters {
      for i in 0..<parameter.count {
        let expected = check.slope { parameter.value[i] += $0 }
        let found = check.parameterGradients[parameter.name]?[i] ?? .nan
        #expect(abs(found - expected) <= 2e-3 * max(1, abs(expected)), "\(parameter.name) \(i)")
      }
    }
  }

  /// Accumulating adds the same gradient to what was there.
  @Test(arguments: cases.filter { $0.testDescription != "rectifier" })
  func accumulatedGradientsAddUp(_ c: Case) throws {
    let check = LayerCheck(c, samples: 2, pool: try ThreadPool(threads: 1))
    let once = check.gradient(of: check.x)
    check.layer.edges[0].gradient = .accumulated
    check.backward()
    let twice = check.gradient(of: check.x)
    for i in once.indices where check.isReal(i, of: check.x) {
      #expect(abs(twice[i] - 2 * once[i]) <= 1e-5 * max(1, abs(once[i])))
    }
  }
}

/// One layer with random input, parameters and output gradient.
private final class LayerCheck {
  let layer: any Layer
  let x: Value
  private(set) var parameterGradients: [String: [Float]] = [:]
  private let pass: Pass
  private let dy: [Float]

  init(_ c: LayerGradientTests.Case, samples: Int, pool: ThreadPool) {
    var random = RandomStream(seed: 3, name: "layers")
    x = Value(channels: c.channels, height: c.height, width: c.width, capacity: samples)
    let workspace = Workspace()
    let layer = c.make(x, workspace)
    self.layer = layer
    pass = Pass(samples: samples, mode: .training, pool: pool, workspace: workspace)
    for value in [x, layer.output] {
      value.gradient = GradientStorage(count: value.data.count)
      for i in 0..<value.data.count where Self.isReal(i, of: value) {
        let draw = random.uniform() - 0.5
        value.data[i] = draw < 0 ? draw - 0.1 : draw + 0.1  // away from the rectifier's corner
      }
    }
    for parameter in layer.parameters {
      for i in 0..<parameter.count { parameter.value[i] = random.uniform() + 0.1 }
    }
    if !layer.edges.isEmpty { layer.edges[0].gradient = .overwritten }
    dy = (0..<layer.output.data.count).map { Self.isReal($0, of: layer.output) ? random.uniform() - 0.5 : 0 }
    saved = (x.data.array(), layer.output.data.array())
    forward()
    backward()
    parameterGradients = Dictionary(
      uniqueKeysWithValues: layer.parameters.map { ($0.name, $0.gradient.array()) })
  }

  private let saved: (x: [Float], y: [Float])

  func backward() {
    for i in dy.indices { layer.output.gradient?.data[i] = dy[i] }
    layer.backward(pass)
  }

  func gradient(of value: Value) -> [Float] { value.gradient?.data.array() ?? [] }
  func isReal(_ i: Int, of value: Value) -> Bool { Self.isReal(i, of: value) }

  /// Whether element `i` belongs to a channel that exists.
  static func isReal(_ i: Int, of value: Value) -> Bool {
    let block = i / (value.pixels * lanes) % value.blocks
    return block * lanes + i % lanes < value.channels
  }

  /// The central difference of `Σ dy · y` along a change of the layer's input or parameters.
  func slope(_ change: (Float) -> Void) -> Float {
    let step: Float = 1e-2
    let sums = [step, -step].map { delta in
      restore()
      change(delta)
      forward()
      let sum = dy.indices.reduce(0.0) { $0 + Double(dy[$1]) * Double(layer.output.data[$1]) }
      change(-delta)
      restore()
      return sum
    }
    return Float((sums[0] - sums[1]) / (2 * Double(step)))
  }

  private func forward() { layer.forward(pass) }

  /// In-place layers have overwritten their input, and every change is taken back.
  private func restore() {
    for i in saved.x.indices { x.data[i] = saved.x[i] }
    for i in saved.y.indices { layer.output.data[i] = saved.y[i] }
  }
}
