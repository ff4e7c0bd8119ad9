/// Which parameters' per-sample gradients a strategy sees.
public enum GradientSource: String, CaseIterable, Sendable {
  /// The last layer's bias.
  case bias
  /// The last layer's weight.
  case weight
  /// The last layer's weight and bias.
  case layer
  /// All parameters, BatchNorm's statistics held constant.
  case network
}

/// Per-sample gradients of the last layer, in closed form.
///
/// With `D = ∂ℓ/∂z` `[N, K]` and features `H` `[N, F]`, the gradient of sample i is `d_i ⊗ h_i` (weight), `d_i` (bias),
/// or both; so the Gram matrix is `(DDᵀ) ∘ (HHᵀ)`, `DDᵀ`, or `(DDᵀ) ∘ (HHᵀ + 1)`.
public enum LastLayerGradients {
  /// The length of a gradient row, or nil for `network`, whose rows are never materialised.
  public static func width(_ source: GradientSource, classes: Int, features: Int) -> Int? {
    switch source {
    case .bias: classes
    case .weight: classes * features
    case .layer: classes * (features + 1)
    case .network: nil
    }
  }

  /// Overwrites `rows [N, d]`: the weight's gradient in the order (class, feature), then the bias's.
  public static func rows(
    _ source: GradientSource, logitGradient d: borrowing Buffer<Float>, features h: borrowing Buffer<Float>,
    samples: Int, classes: Int, width: Int, into rows: inout Buffer<Float>
  ) {
    guard let length = self.width(source, classes: classes, features: width) else {
      preconditionFailure("whole-network gradients are not materialised")
    }
    precondition(
      d.count >= samples * classes && h.count >= samples * width && rows.count >= samples * length,
      "[\(samples), \(length)] gradient rows in smaller buffers")
    for i in 0..<samples {
      var at = i * length
      if source != .bias {
        for k in 0..<classes {
          let slope = d[i * classes + k]
          for f in 0..<width { rows[at + f] = slope * h[i * width + f] }
          at += width
        }
      }
      if source != .weight {
        for k in 0..<classes { rows[at + k] = d[i * classes + k] }
      }
    }
  }

  /// Overwrites `gram [N, N]` with the inner products of the rows; `scratch` holds `N²` floats.
  public static func gram(
    _ source: GradientSource, logitGradient d: borrowing Buffer<Float>, features h: borrowing Buffer<Float>,
    samples: Int, classes: Int, width: Int, into gram: inout Buffer<Float>, scratch: inout Buffer<Float>,
    pool: ThreadPool
  ) {
    precondition(source != .network, "the whole network's Gram matrix is the network's own")
    let dShape = (samples, classes, classes)
    pool.gemm(d, dShape, d, dShape, transposeB: true, into: &gram, stride: samples)
    guard source != .bias else { return }
    let hShape = (samples, width, width)
    pool.gemm(h, hShape, h, hShape, transposeB: true, into: &scratch, stride: samples)
    let constant: Float = source == .layer ? 1 : 0
    for i in 0..<samples * samples { gram[i] *= scratch[i] + constant }
  }

  /// Overwrites `cosine [N, N]` and `norms [N]` from inner products: rows scaled to unit length by
  /// `max(‖g‖, 1e-12)`, so that a zero gradient has cosine 0 with every other and with itself. One of length 1e-12
  /// or more has cosine 1 with itself, free of rounding, so that a threshold of 1 finds it.
  public static func cosines(
    of gram: borrowing Buffer<Float>, samples: Int, into cosine: inout Buffer<Float>,
    norms: inout Buffer<Float>
  ) {
    precondition(
      min(gram.count, cosine.count) >= samples * samples && norms.count >= samples, "[\(samples)]²")
    for i in 0..<samples { norms[i] = max(gram[i * samples + i], 0).squareRoot() }
    for i in 0..<samples {
      let inverse = 1 / Double(max(norms[i], 1e-12))
      for j in 0..<samples {
        cosine[i * samples + j] = Float(
          Double(gram[i * samples + j]) * inverse / Double(max(norms[j], 1e-12)))
      }
      if norms[i] >= 1e-12 { cosine[i * samples + i] = 1 }
    }
  }
}

// MARK: - Alignment with a held-out batch

/// The mean last-layer gradient of a held-out batch, and how far each sample's gradient points along it.
public struct MetaGradient: ~Copyable {
  private let classes, features: Int
  /// `[K, F + 1]`: the weight's mean gradient, and in the last column the bias's.
  private var mean: Buffer<Float>
  private var samples = 0

  /// A gradient of `classes` times `features` and the bias.
  public init(classes: Int, features: Int) {
    self.classes = classes
    self.features = features
    mean = Buffer(count: classes * (features + 1))
  }

  /// Forgets the samples added so far.
  public mutating func reset() {
    for i in 0..<mean.count { mean[i] = 0 }
    samples = 0
  }

  /// Adds the gradients of `count` held-out samples; `d` is `[count, K]`, `h` is `[count, F]`.
  public mutating func add(
    logitGradient d: borrowing Buffer<Float>, features h: borrowing Buffer<Float>, samples count: Int
  ) {
    precondition(
      d.count >= count * classes && h.count >= count * features, "\(count) rows in smaller buffers")
    for i in 0..<count {
      for k in 0..<classes {
        let slope = d[i * classes + k]
        let row = k * (features + 1)
        for f in 0..<features { mean[row + f] += slope * h[i * features + f] }
        mean[row + features] += slope
      }
    }
    samples += count
  }

  /// Overwrites `alignment [N]` with `⟨g_i, mean⟩`, the weight and the bias together.
  public borrowing func align(
    logitGradient d: borrowing Buffer<Float>, features h: borrowing Buffer<Float>, samples count: Int,
    into alignment: inout Buffer<Float>
  ) {
    precondition(samples > 0, "an alignment with no held-out samples")
    for i in 0..<count {
      var sum = 0.0
      for k in 0..<classes {
        let row = k * (features + 1)
        var product = Double(mean[row + features])
        for f in 0..<features { product += Double(mean[row + f]) * Double(h[i * features + f]) }
        sum += Double(d[i * classes + k]) * product
      }
      alignment[i] = Float(sum / Double(samples))
    }
  }
}
