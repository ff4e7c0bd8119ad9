/// The size of the images that a network sees.
public struct ImageShape: Equatable, Sendable, CustomStringConvertible {
  /// Channels of a pixel.
  public let channels: Int
  /// Rows of pixels.
  public let height: Int
  /// Pixels in a row.
  public let width: Int

  /// A shape of positive sizes.
  public init(channels: Int, height: Int, width: Int) {
    precondition(channels > 0 && height > 0 && width > 0, "images of [\(channels), \(height), \(width)]")
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// The sizes in the order channels, height, width.
  public var description: String { "[\(channels), \(height), \(width)]" }
}

/// A classifier: images to logits, and gradients back.
///
/// Shapes, with `N` the samples of the batch, `K` the classes and `F` the features before the last layer:
///
/// | value      | shape          |
/// |------------|----------------|
/// | images     | `[N, H, W, C]` |
/// | logits     | `[N, K]`       |
/// | features   | `[N, F]`       |
public final class Network {
  /// The architecture that the layers follow.
  public let architecture: Architecture
  /// The size of its images.
  public let image: ImageShape
  /// The number of classes, `K`.
  public let classes: Int
  /// The width of the last layer's input, `F`.
  public let features: Int
  /// The most samples that a pass takes.
  public let capacity: Int
  /// What the optimizer learns, in the order of the forward pass.
  public let parameters: [Parameter]

  private let layers: [any Layer]
  private let input: Value
  private let lastInput: Value
  private let output: Value
  private let pool: ThreadPool
  private let workspace = Workspace()
  private var gram: SampleGram?

  /// Builds and initialises the network; the same seed gives the same parameters.
  public init(
    _ architecture: Architecture, image: ImageShape, classes: Int, capacity: Int, seed: UInt64,
    pool: ThreadPool
  ) {
    precondition(classes > 0 && capacity > 0, "\(classes) classes, batches of \(capacity)")
    self.architecture = architecture
    self.image = image
    self.classes = classes
    self.capacity = capacity
    self.pool = pool
    input = Value(channels: image.channels, height: image.height, width: image.width, capacity: capacity)
    var builder = NetworkBuilder(seed: seed, workspace: workspace)
    output = architecture.build(input, classes: classes, with: &builder)
    layers = builder.layers
    parameters = layers.flatMap(\.parameters)
    guard let last = layers.last?.edges.first?.value else { preconditionFailure("a network without layers") }
    lastInput = last
    features = last.channels
    planGradients(layers, input: input, logits: output)
  }

  // MARK: - Forward and backward

  /// Computes the logits of `samples` images.
  public func forward(_ images: borrowing Buffer<Float>, samples: Int, mode: Mode) {
    precondition(samples > 0 && samples <= capacity, "\(samples) samples in a network for \(capacity)")
    pool.blockImages(
      images: samples, channels: image.channels, pixels: image.height * image.width, dense: images,
      x: &input.data)
    let pass = pass(samples, mode)
    for layer in layers { layer.forward(pass) }
  }

  /// Sets every parameter's gradient to that of the batch loss, given its gradient by the logits, `[N, K]`.
  ///
  /// Follows a `forward` in training mode over the same samples.
  public func backward(logitGradient: borrowing Buffer<Float>, samples: Int) {
    for parameter in parameters { parameter.clearGradient() }
    takeLogitGradient(logitGradient, samples)
    let pass = pass(samples, .training)
    for layer in layers.reversed() { layer.backward(pass) }
  }

  /// The inner products of the per-sample gradients of all parameters, `[N, N]`, BatchNorm normalising with the
  /// batch's statistics held constant. Leaves the parameters' gradients alone.
  ///
  /// Follows a `forward` in training mode over the same samples.
  public func sampleGram(
    logitGradient: borrowing Buffer<Float>, samples: Int, into products: inout Buffer<Float>
  ) {
    let gram =
      self.gram ?? SampleGram(capacity: capacity, rowFloats: layers.map(\.sampleGradientFloats).max() ?? 0)
    self.gram = gram
    gram.clear()
    takeLogitGradient(logitGradient, samples)
    let pass = pass(samples, .training)
    for layer in layers.reversed() { layer.backwardPerSample(pass, gram: gram) }
    gram.finish(samples: samples)
    precondition(products.count >= samples * samples, "\(samples)² products in a buffer of \(products.count)")
    for i in 0..<samples {
      for j in 0..<samples { products[i * samples + j] = gram.products[i * capacity + j] }
    }
  }

  /// The length of a whole-network gradient: the number of parameters' elements.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// The multiplications with additions of one sample's forward pass, as plain loops would do them.
  public var multiplyAddsPerSample: Int { layers.reduce(0) { $0 + $1.multiplyAdds } }

  /// Those of its backward pass: as many again for parameters, and for inputs but the images.
  public var backwardMultiplyAddsPerSample: Int {
    layers.reduce(0) { $0 + $1.multiplyAdds * ($1.edges.first?.gradient == .notNeeded ? 1 : 2) }
  }

  private func pass(_ samples: Int, _ mode: Mode) -> Pass {
    Pass(samples: samples, mode: mode, pool: pool, workspace: workspace)
  }

  private func takeLogitGradient(_ gradient: borrowing Buffer<Float>, _ samples: Int) {
    precondition(samples <= capacity && gradient.count >= samples * classes, "\(samples) rows of \(classes)")
    guard let storage = output.gradient else { preconditionFailure("a network without logits") }
    for i in 0..<samples {
      for k in 0..<classes { storage.data[i * output.sampleFloats + k] = gradient[i * classes + k] }
    }
  }

  // MARK: - Results

  /// The logits of the last pass, `[N, K]`, overwritten.
  public func copyLogits(into logits: inout Buffer<Float>, samples: Int) {
    copy(output, into: &logits, samples)
  }

  /// The last layer's input of the last pass, `[N, F]`, overwritten.
  public func copyFeatures(into target: inout Buffer<Float>, samples: Int) {
    copy(lastInput, into: &target, samples)
  }

  private func copy(_ value: Value, into target: inout Buffer<Float>, _ samples: Int) {
    let width = value.channels
    precondition(
      target.count >= samples * width, "\(samples) rows of \(width) in a buffer of \(target.count)")
    for i in 0..<samples {
      for k in 0..<width { target[i * width + k] = value.data[i * value.sampleFloats + k] }
    }
  }
}

// MARK: - State

/// Why a state does not fit a network.
public enum StateError: Error, Equatable {
  case missing(name: String)
  case unknown(name: String)
  case shape(name: String, expected: [Int], found: [Int])
  case kind(name: String)
}

extension Network {
  /// Parameters and running statistics under PyTorch's names and in its order.
  public var state: [StateTensor] { layers.flatMap(\.state) }

  /// Takes over `tensors`, all or none of them.
  ///
  /// `num_batches_tracked` may be missing, as in older files.
  public func load(_ tensors: [StateTensor]) throws(StateError) {
    let expected = state
    let given = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
    for tensor in expected {
      guard let found = given[tensor.name] else {
        if tensor.name.hasSuffix(".num_batches_tracked") { continue }
        throw .missing(name: tensor.name)
      }
      guard found.shape == tensor.shape else {
        throw .shape(name: tensor.name, expected: tensor.shape, found: found.shape)
      }
      switch (found.elements, tensor.elements) {
      case (.float32, .float32), (.int64, .int64): break
      default: throw .kind(name: tensor.name)
      }
    }
    let known = Set(expected.map(\.name))
    for tensor in tensors where !known.contains(tensor.name) { throw .unknown(name: tensor.name) }
    for layer in layers {
      for tensor in layer.state {
        if let found = given[tensor.name] { layer.load(found) }
      }
    }
  }
}
