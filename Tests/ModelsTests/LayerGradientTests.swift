import Models
import Testing

/// The gradients of every layer, and of chains in which convolutions take over the activations around them, agree
/// with central differences of `Σ dy · y`.
@Suite struct LayerGradientTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let channels, height, width: Int
    let build: @Sendable (inout NetworkBuilder, Value) -> Value

    init(
      _ description: String, _ channels: Int, _ height: Int, _ width: Int,
      _ build: @escaping @Sendable (inout NetworkBuilder, Value) -> Value
    ) {
      testDescription = description
      (self.channels, self.height, self.width, self.build) = (channels, height, width, build)
    }
  }

  static let layers = [
    Case("3×3 convolution", 3, 4, 5) { $0.convolution("c", $1, outputs: 5, kernel: 3, padding: 1) },
    Case("3×3 convolution by Winograd's algorithm", 17, 3, 5) {
      $0.convolution("c", $1, outputs: 3, kernel: 3, padding: 1)
    },
    Case("3×3 convolution, stride 2", 17, 5, 4) {
      $0.convolution("c", $1, outputs: 4, kernel: 3, stride: 2, padding: 1)
    },
    Case("1×1 convolution, stride 2", 4, 3, 5) {
      $0.convolution("c", $1, outputs: 18, kernel: 1, stride: 2)
    },
    Case("shortcut", 4, 5, 4) { $0.shortcut($1, outputs: 10, stride: 2) },
    Case("average pooling", 20, 3, 3) { $0.averagePool($1) },
    Case("flattening", 3, 3, 2) { $0.flatten($1) },
    Case("linear", 19, 1, 1) { $0.linear("l", $1, outputs: 7) },
  ]

  /// Activations end where the next layer reads them.
  static let chains = [
    Case("rectifier", 3, 2, 3) { $0.averagePool($0.relu($1)) },
    Case("batch normalisation", 5, 3, 2) { $0.flatten($0.batchNorm("b", $1)) },
    Case("batch normalisation and rectifier", 5, 3, 2) { $0.flatten($0.relu($0.batchNorm("b", $1))) },
    Case("residual sum", 5, 3, 2) { builder, x in
      let y = builder.convolution("c", x, outputs: 5, kernel: 1)
      return builder.flatten(builder.relu(builder.add(x, to: builder.batchNorm("b", y))))
    },
    Case("sum without normalisation", 16, 3, 2) { builder, x in
      let y = builder.convolution("c", x, outputs: 16, kernel: 3, padding: 1)
      let z = builder.relu(builder.add(builder.shortcut(x, outputs: 16, stride: 1), to: y))
      return builder.convolution("d", z, outputs: 3, kernel: 3, padding: 1)
    },
    Case("convolution, normalisation, rectifier, convolution", 3, 5, 3) { builder, x in
      let y = builder.convolution("c", x, outputs: 16, kernel: 3, padding: 1)
      return builder.convolution(
        "d", builder.relu(builder.batchNorm("b", y)), outputs: 4, kernel: 3, padding: 1)
    },
    Case("basic block between convolutions", 16, 3, 4) { builder, x in
      let first = builder.relu(builder.batchNorm("a", x))
      var y = builder.convolution("c1", first, outputs: 16, kernel: 3, padding: 1)
      y = builder.convolution(
        "c2", builder.relu(builder.batchNorm("b1", y)), outputs: 16, kernel: 3, padding: 1)
      y = builder.relu(builder.add(first, to: builder.batchNorm("b2", y)))
      return builder.convolution("d", y, outputs: 3, kernel: 3, padding: 1)
    },
    // As in pre-activation networks: a convolution's output is normalised and, beside that, added further on.
    Case("convolutions without normalisation", 4, 3, 4) { builder, x in
      let y = builder.relu(builder.convolution("c1", x, outputs: 5, kernel: 3, padding: 1))
      return builder.convolution("c2", y, outputs: 3, kernel: 3, padding: 1)
    },
    Case("normalised output with a second reader", 4, 4, 3) { builder, x in
      let raw = builder.convolution("c1", x, outputs: 5, kernel: 3, padding: 1)
      let y = builder.convolution(
        "c2", builder.relu(builder.batchNorm("b", raw)), outputs: 5, kernel: 3, padding: 1)
      return builder.convolution("d", builder.add(raw, to: y), outputs: 3, kernel: 1)
    },
    Case("learned shortcut", 4, 4, 3) { builder, x in
      let first = builder.relu(x)
      var y = builder.convolution("c1", first, outputs: 8, kernel: 3, stride: 2, padding: 1)
      y = builder.batchNorm(
        "b2", builder.convolution("c2", builder.relu(builder.batchNorm("b1", y)), outputs: 8, kernel: 1))
      let shortcut = builder.batchNorm(
        "s", builder.convolution("c3", first, outputs: 8, kernel: 1, stride: 2))
      y = builder.relu(builder.add(y, to: shortcut))
      return builder.averagePool(builder.batchNorm("b3", y))
    },
  ]

  @Test(arguments: layers + chains, [true, false])
  func gradientsMatchCentralDifferences(_ c: Case, isFused: Bool) throws {
    let check = LayerCheck(c, samples: 3, isFused: isFused, pool: try ThreadPool(threads: 2))
    var checked = 0
    for derivative in check.derivatives {
      guard let slope = derivative.slope else { continue }
      checked += 1
      #expect(abs(derivative.found - slope) <= 2e-3 * max(1, abs(slope)), "\(derivative.name)")
    }
    // Every part of a chain moves many rectifiers' inputs.
    #expect(5 * checked > 2 * check.derivatives.count, "\(checked) of \(check.derivatives.count)")
  }

  /// Without a normalisation to fold, too, a network that was built for training can be evaluated.
  @Test(arguments: layers + chains) func evaluationIsTheSameWithAndWithoutFusion(_ c: Case) throws {
    let pool = try ThreadPool(threads: 2)
    let plain = LayerCheck(c, samples: 3, isFused: false, pool: pool).evaluated()
    let fused = LayerCheck(c, samples: 3, isFused: true, pool: pool).evaluated()
    #expect(relativeError(fused, plain) < 1e-5)
  }

  /// Accumulating adds the same gradient to what was there.
  @Test(arguments: layers) func accumulatedGradientsAddUp(_ c: Case) throws {
    let check = LayerCheck(c, samples: 2, isFused: true, pool: try ThreadPool(threads: 1))
    let once = check.inputGradient
    check.accumulateInputGradient()
    let twice = check.inputGradient
    #expect(once.contains { $0 != 0 })
    for i in once.indices { #expect(abs(twice[i] - 2 * once[i]) <= 1e-5 * max(1, abs(once[i]))) }
  }
}

/// A chain of layers with random input, parameters and output gradient.
private final class LayerCheck {
  struct Derivative {
    let name: String
    let found: Float
    /// `Σ dy · y` where the input or parameter is changed by a step.
    let sum: (Float) -> Double

    /// The central difference; nil where a rectifier flips within the step.
    ///
    /// Along a smooth curve the slopes of two steps agree, and what the sides differ by shrinks as the step does.
    var slope: Float? {
      let middle = sum(0)
      let differences = [Float(1e-2), 5e-3].map { step in
        let (ahead, behind) = (sum(step), sum(-step))
        return (
          slope: (ahead - behind) / (2 * Double(step)), bend: (ahead - 2 * middle + behind) / Double(step)
        )
      }
      let (wide, narrow) = (differences[0], differences[1])
      let tolerance = 5e-4 * max(1, abs(narrow.slope))
      let isSmooth =
        abs(wide.slope - narrow.slope) < tolerance && abs(wide.bend - 2 * narrow.bend) < 2 * tolerance
      return isSmooth ? Float(narrow.slope) : nil
    }
  }

  private let layers: [any Layer]
  private let x, y: Value
  private let pass: Pass
  private let input, dy: [Float]
  private(set) var derivatives: [Derivative] = []

  init(_ c: LayerGradientTests.Case, samples: Int, isFused: Bool, pool: ThreadPool) {
    var random = RandomStream(seed: 3, name: "layers")
    x = Value(channels: c.channels, height: c.height, width: c.width, capacity: samples)
    var builder = NetworkBuilder(seed: 1)
    y = c.build(&builder, x)
    layers = builder.layers
    if isFused { Network.fuse(layers) }
    // For the plan, x is not the network's input, whose gradient nobody wants, but something of that size.
    let storage = Storage(sampleFloats: x.sampleFloats, capacity: samples)
    x.storage = storage
    let input = Value(channels: c.channels, height: c.height, width: c.width, capacity: samples)
    StoragePlan.allocate(layers, input: input, logits: y, for: .training)
    pass = Pass(
      samples: samples, mode: .training, pool: pool, workspace: Workspace(for: layers, capacity: samples))
    // Away from the rectifier's corner.
    self.input = (0..<storage.data.count).map { [x] i in
      let draw = random.uniform() - 0.5
      return !Self.isReal(i, of: x) ? 0 : draw < 0 ? draw - 0.1 : draw + 0.1
    }
    dy = (0..<y.sampleFloats * samples).map { [y] i in Self.isReal(i, of: y) ? random.uniform() - 0.5 : 0 }
    for parameter in layers.flatMap(\.parameters) where parameter.shape.count == 1 {
      for i in 0..<parameter.count { parameter.value[i] = random.uniform() + 0.1 }
    }
    _ = weightedSum()
    backward()
    collectDerivatives()
  }

  private func collectDerivatives() {
    let slopes = x.plannedGradient.data.array()
    for i in input.indices where Self.isReal(i, of: x) {
      derivatives.append(
        Derivative(name: "x \(i)", found: slopes[i]) { [unowned self] in weightedSum(i, $0) })
    }
    for parameter in layers.flatMap(\.parameters) {
      for i in 0..<parameter.count {
        derivatives.append(
          Derivative(name: "\(parameter.name) \(i)", found: parameter.gradient[i]) { [unowned self] step in
            let before = parameter.value[i]
            parameter.value[i] += step
            defer { parameter.value[i] = before }
            return weightedSum()
          })
      }
    }
  }

  /// `Σ dy · y`, input `i` changed by `step`; layers may have overwritten their input, so it is set anew.
  private func weightedSum(_ i: Int? = nil, _ step: Float = 0) -> Double {
    let storage = x.stored(.training)
    for i in input.indices { storage.data[i] = input[i] }
    if let i { storage.data[i] += step }
    for layer in layers { layer.prepare(pass) }
    for layer in layers { layer.forward(pass) }
    let result = y.stored(.training)
    return dy.indices.reduce(0.0) { $0 + Double(dy[$1]) * Double(result.data[$1]) }
  }

  /// The output in evaluation mode.
  func evaluated() -> [Float] {
    let pass = Pass(samples: pass.samples, mode: .evaluation, pool: pass.pool, workspace: pass.workspace)
    for i in input.indices { x.stored(.evaluation).data[i] = input[i] }
    for layer in layers { layer.prepare(pass) }
    for layer in layers { layer.forward(pass) }
    return y.stored(.evaluation).data.array(prefix: dy.count)
  }

  private func backward() {
    for i in dy.indices { y.plannedGradient.data[i] = dy[i] }
    for layer in layers.reversed() { layer.backward(pass) }
  }

  var inputGradient: [Float] { x.plannedGradient.data.array(prefix: input.count) }

  func accumulateInputGradient() {
    for layer in layers {
      for i in layer.edges.indices where layer.edges[i].value === x { layer.edges[i].gradient = .accumulated }
    }
    backward()
  }

  /// Whether element `i` belongs to a channel that exists.
  private static func isReal(_ i: Int, of value: Value) -> Bool {
    let block = i / (value.pixels * lanes) % value.blocks
    return block * lanes + i % lanes < value.channels
  }
}
