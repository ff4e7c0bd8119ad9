import Models

/// The parts that an activation has.
struct ActivationForm: CustomStringConvertible {
  enum Residual: CaseIterable { case none, plain, scaled }
  let scale, shift: Bool
  let residual: Residual
  let isRectified: Bool

  /// Every combination of parts.
  static let all: [Self] = (0..<8).flatMap { bits in
    Residual.allCases.map { residual in
      Self(scale: bits & 1 != 0, shift: bits & 2 != 0, residual: residual, isRectified: bits & 4 != 0)
    }
  }

  var description: String {
    let parts = [(scale, "scale"), (shift, "shift"), (isRectified, "rectified")].filter(\.0).map(\.1)
    return (parts + ["\(residual) residual"]).joined(separator: ", ")
  }
}

/// Random parts of an activation, in blocks for a kernel; and its values by the formula, in double precision.
struct RandomActivation {
  /// Dense `[N, C, pixels]`.
  let values: [Double]
  /// All parts but `kept`.
  let source: Source

  /// - Parameter gap: no value before the rectifier is nearer to zero, so that rounding shuts or opens none.
  init(
    _ form: ActivationForm, images: Int, channels: Int, pixels: Int, random: inout RandomStream,
    gap: Double = 1e-3
  ) {
    var x = random.draw(images * channels * pixels)
    let residual = random.draw(x.count)
    // 0.5 to 1.5 in magnitude, of either sign.
    let scale = random.draw(channels).map { $0 < 0 ? $0 - 0.5 : $0 + 0.5 }
    let shift = random.draw(channels)
    let residualScale = random.draw(channels).map { $0 < 0 ? $0 - 0.5 : $0 + 0.5 }
    var values: [Double] = []
    for i in x.indices {
      let c = i / pixels % channels
      func value() -> Double {
        var v = Double(x[i]) * (form.scale ? Double(scale[c]) : 1) + (form.shift ? Double(shift[c]) : 0)
        if form.residual != .none {
          v += Double(residual[i]) * (form.residual == .scaled ? Double(residualScale[c]) : 1)
        }
        return v
      }
      if abs(value()) < gap { x[i] += 0.01 }
      values.append(form.isRectified ? max(0, value()) : value())
    }
    self.values = values
    func perChannel(_ values: [Float], _ isPart: Bool) -> Storage? {
      isPart ? Storage(blocked(values, 1, channels, 1)) : nil
    }
    source = Source(
      x: Storage(blocked(x, images, channels, pixels)), scale: perChannel(scale, form.scale),
      shift: perChannel(shift, form.shift),
      residual: form.residual == .none ? nil : Storage(blocked(residual, images, channels, pixels)),
      residualScale: perChannel(residualScale, form.residual == .scaled), isRectified: form.isRectified)
  }
}

/// Which rectifier a gradient passes, and how the kernel learns where it was open.
struct GateForm: CustomStringConvertible {
  let form: ActivationForm
  let isKept: Bool

  /// None at all, kept values, values made again of every combination of parts; and an activation without rectifier.
  static let all: [Self?] =
    [nil] + ActivationForm.all.filter(\.isRectified).map { Self(form: $0, isKept: false) }
    + ActivationForm.all.suffix(1).map { Self(form: $0, isKept: true) }
    + ActivationForm.all.prefix(1).map { Self(form: $0, isKept: true) }

  var description: String { "\(isKept ? "kept" : "made again"): \(form)" }
}

/// A random gradient sink, and what it must hold afterwards.
struct RandomSink {
  let sink: GradientSink
  private let images, channels, pixels: Int
  private let before: [Float]
  private let isOpen: [Bool]
  private let normalized, mean: [Float]

  /// - Parameter complete: the gradient that `dx` holds already, where the kernel is to finish only.
  init(
    _ gate: GateForm?, accumulates: Bool, sums: Bool, images: Int, channels: Int, pixels: Int,
    random: inout RandomStream, complete: [Float]? = nil
  ) {
    (self.images, self.channels, self.pixels) = (images, channels, pixels)
    let count = images * channels * pixels
    before = complete ?? random.draw(count)
    normalized = random.draw(count)
    mean = random.draw(channels)
    let isFresh = complete == nil && !accumulates
    var sink = GradientSink(
      dx: isFresh
        ? Storage(rubbish: images * blocks(of: channels) * pixels * lanes)
        : Storage(blocked(before, images, channels, pixels)), accumulates: accumulates)
    if let gate {
      let activation = RandomActivation(
        gate.form, images: images, channels: channels, pixels: pixels, random: &random)
      sink.gate = activation.source
      if gate.isKept {
        sink.gate?.kept = Storage(blocked(activation.values.map { Float($0) }, images, channels, pixels))
      }
      isOpen = activation.values.map { !gate.form.isRectified || $0 > 0 }
    } else {
      isOpen = Array(repeating: true, count: count)
    }
    if sums {
      let floats = images * blocks(of: channels) * lanes
      sink.sums = NormalizationSums(
        normalized: Storage(blocked(normalized, images, channels, pixels)),
        mean: Storage(blocked(mean, 1, channels, 1)), sum: Storage(rubbish: floats),
        product: Storage(rubbish: floats))
    }
    self.sink = sink
  }

  /// The errors of what a kernel left in the sink, after it was to add `gradient` (or to finish what was there).
  func errors(adding gradient: [Double]?) -> [(String, Float)] {
    let dz = before.indices.map { i in
      let sum = (gradient?[i] ?? 0) + (sink.accumulates || gradient == nil ? Double(before[i]) : 0)
      return isOpen[i] ? sum : 0
    }
    var errors = [("gradient", relativeError(dense(sink.dx.data, images, channels, pixels), dz))]
    guard let sums = sink.sums else { return errors }
    // Every term is within rounding of the largest gradient.
    let largest = dz.reduce(1e-30) { max($0, abs($1)) }
    for (name, storage, slope) in [
      ("sum", sums.sum, { _ in 1 }),
      ("product", sums.product, { i in Double(normalized[i]) - Double(mean[i / pixels % channels]) }),
    ] as [(String, Storage, (Int) -> Double)] {
      let found = dense(storage.data, images, channels, 1)
      let rows = found.indices.map { row in
        let terms = row * pixels..<(row + 1) * pixels
        let error = Double(found[row]) - terms.reduce(0.0) { $0 + dz[$1] * slope($1) }
        return Float(abs(error) / terms.reduce(0.0) { $0 + largest * abs(slope($1)) })
      }
      errors.append((name, rows.reduce(0) { $1.isNaN ? .infinity : max($0, $1) }))
    }
    return errors
  }
}
