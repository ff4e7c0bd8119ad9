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
  /// What it was built for.
  public let purpose: Purpose
  /// What the optimizer learns, in the order of the forward pass.
  public let parameters: [Parameter]

  let layers: [any Layer]
  private let input: Value
  private let lastInput: Value
  private let output: Value
  private let pool: ThreadPool
  private let workspace: Workspace
  private var gram: SampleGram?
  /// The last pass's logits `[capacity, K]` and features `[capacity, F]`.
  private var logitRows, featureRows: Buffer<Float>

  /// Builds and initialises the network; the same seed gives the same parameters.
  public convenience init(
    _ architecture: Architecture, image: ImageShape, classes: Int, capacity: Int, seed: UInt64,
    pool: ThreadPool, for purpose: Purpose = .training
  ) {
    self.init(
      architecture, image: image, classes: classes, capacity: capacity, seed: seed, pool: pool, for: purpose,
      isFused: true)
  }

  /// - Parameter isFused: whether convolutions take over the activations around them; if not, every activation is a
  ///   pass of its own, to compare with.
  package init(
    _ architecture: Architecture, image: ImageShape, classes: Int, capacity: Int, seed: UInt64,
    pool: ThreadPool, for purpose: Purpose = .training, isFused: Bool
  ) {
    precondition(classes > 0 && capacity > 0, "\(classes) classes, batches of \(capacity)")
    self.architecture = architecture
    self.image = image
    self.classes = classes
    self.capacity = capacity
    self.purpose = purpose
    self.pool = pool
    let list = LayerList(
      architecture, image: image, classes: classes,
      capacity: Self.imagesAtOnce(capacity: capacity, threads: pool.threads, for: purpose), seed: seed,
      isFused: isFused)
    StoragePlan.allocate(list.all, input: list.input, logits: list.logits, for: purpose)
    layers = list.all
    input = list.input
    output = list.logits
    lastInput = list.lastInput
    features = lastInput.channels
    parameters = layers.flatMap(\.parameters)
    workspace = Workspace(for: layers, capacity: purpose == .training ? capacity : 0)
    logitRows = Buffer(count: capacity * classes)
    featureRows = Buffer(count: capacity * features)
  }

  /// How many of a batch's images go through the layers together: all in training; in evaluation, where no image
  /// depends on another, so few that what one layer writes is still in the caches when the next one reads it. A
  /// multiple of the rows of a matrix product's piece, so that the products are the same for any number of threads.
  public static func imagesAtOnce(capacity: Int, threads: Int, for purpose: Purpose) -> Int {
    purpose == .training ? capacity : min(capacity, ThreadPool.rowsPerPiece * ((threads + 3) / 4))
  }

  // MARK: - Forward and backward

  /// Computes the logits of `samples` images.
  public func forward(_ images: borrowing Buffer<Float>, samples: Int, mode: Mode) {
    precondition(samples > 0 && samples <= capacity, "\(samples) samples in a network for \(capacity)")
    precondition(mode == .evaluation || purpose == .training, "a network for inference cannot be trained")
    for layer in layers { layer.prepare(pass(samples, mode)) }
    let atOnce = Self.imagesAtOnce(
      capacity: capacity, threads: pool.threads, for: mode == .training ? .training : .inference)
    for first in stride(from: 0, to: samples, by: atOnce) {
      let pass = pass(min(atOnce, samples - first), mode)
      pool.blockImages(
        first: first, images: pass.samples, channels: image.channels, pixels: image.height * image.width,
        dense: images, x: &input.stored(mode).data)
      for layer in layers { layer.forward(pass) }
      output.copyRows(pass, to: &logitRows, from: first)
      lastInput.copyRows(pass, to: &featureRows, from: first)
    }
  }

  /// Sets every parameter's gradient to that of the batch loss, given its gradient by the logits, `[N, K]`.
  ///
  /// Follows a `forward` in training mode over the same samples.
  public func backward(logitGradient: borrowing Buffer<Float>, samples: Int) {
    takeLogitGradient(logitGradient, samples)
    let pass = pass(samples, .training)
    for layer in layers.reversed() { layer.backward(pass) }
  }

  /// Lets the last training pass's statistics count in the running ones. A pass that is given up leaves the network as
  /// it was without it.
  public func updateStatistics() { for layer in layers { layer.updateStatistics() } }

  /// The first parameter that is not finite everywhere.
  public var firstNonFiniteParameter: Parameter? { parameters.first { !$0.value.isFinite } }

  /// The first parameter whose gradient is not finite everywhere.
  public var firstNonFiniteGradient: Parameter? { parameters.first { !$0.gradient.isFinite } }

  /// The inner products of the per-sample gradients of all parameters, `[N, N]`, BatchNorm normalising with the
  /// batch's statistics held constant. Leaves the parameters' gradients alone.
  ///
  /// Follows a `forward` in training mode over the same samples.
  public func sampleGram(
    logitGradient: borrowing Buffer<Float>, samples: Int, into products: inout Buffer<Float>
  ) {
    let gram = reserveSampleGram()
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

  /// Takes the memory of `sampleGram` now rather than in its first call.
  @discardableResult
  package func reserveSampleGram() -> SampleGram {
    let gram =
      self.gram ?? SampleGram(capacity: capacity, rowFloats: layers.map(\.sampleGradientFloats).max() ?? 0)
    self.gram = gram
    return gram
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
    let storage = output.plannedGradient
    for i in 0..<samples {
      for k in 0..<classes { storage.data[i * output.sampleFloats + k] = gradient[i * classes + k] }
    }
  }

  // MARK: - Results

  /// The logits of the last pass, `[N, K]`, overwritten.
  public func copyLogits(into logits: inout Buffer<Float>, samples: Int) {
    copy(logitRows, into: &logits, count: samples * classes)
  }

  /// The last layer's input of the last pass, `[N, F]`, overwritten.
  public func copyFeatures(into target: inout Buffer<Float>, samples: Int) {
    copy(featureRows, into: &target, count: samples * features)
  }

  private func copy(_ rows: borrowing Buffer<Float>, into target: inout Buffer<Float>, count: Int) {
    precondition(
      target.count >= count && rows.count >= count,
      "\(count) floats of \(rows.count) in a buffer of \(target.count)")
    for i in 0..<count { target[i] = rows[i] }
  }
}

extension Value {
  /// The rows of a value of one pixel to row `first` and those after it of `target [_, channels]`.
  fileprivate func copyRows(_ pass: Pass, to target: inout Buffer<Float>, from first: Int) {
    let values = stored(pass.mode)
    for i in 0..<pass.samples {
      for c in 0..<channels { target[(first + i) * channels + c] = values.data[i * sampleFloats + c] }
    }
  }
}
