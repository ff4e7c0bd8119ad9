internal import CKernels

/// How a kernel reads an activation: `max(0, x · scale + shift + residual · residualScale)`, each part where given.
///
/// Images are `[N, blocks, pixels, 16]`, vectors of channels `[blocks · 16]`.
package struct Source {
  package var x: Storage
  package var scale: Storage?
  package var shift: Storage?
  package var residual: Storage?
  package var residualScale: Storage?
  package var isRectified: Bool
  /// Where a forward pass stores the values, and a backward pass finds them.
  package var kept: Storage?

  package init(
    x: Storage, scale: Storage? = nil, shift: Storage? = nil, residual: Storage? = nil,
    residualScale: Storage? = nil, isRectified: Bool = false, kept: Storage? = nil
  ) {
    self.x = x
    self.scale = scale
    self.shift = shift
    self.residual = residual
    self.residualScale = residualScale
    self.isRectified = isRectified
    self.kept = kept
  }

  func check(_ floats: Int, perChannel: Int) {
    require(x, floats, "x")
    require(scale, perChannel, "scale")
    require(shift, perChannel, "shift")
    require(residual, floats, "residual")
    require(residualScale, perChannel, "residual scale")
    require(kept, floats, "kept values")
  }

  func withNative<R>(_ body: (UnsafePointer<ck_source>) -> R) -> R {
    let native = unsafe ck_source(
      x: x.data.base, scale: scale?.data.base, shift: shift?.data.base, residual: residual?.data.base,
      residual_scale: residualScale?.data.base, rectified: isRectified ? 1 : 0, kept: kept?.data.base)
    return unsafe withUnsafePointer(to: native, body)
  }
}

/// Per image and channel: the mean, and the sum of squared deviations from it; both `[N, blocks · 16]`.
package struct Moments {
  package let mean, deviation: Storage

  package init(mean: Storage, deviation: Storage) {
    self.mean = mean
    self.deviation = deviation
  }
}

/// What the backward pass of a normalisation needs of the gradient `dy` of its result: per image and channel the sums
/// of `dy` and of `dy · (normalized − mean)`, both `[N, blocks · 16]`, overwritten.
package struct NormalizationSums {
  package let normalized, mean: Storage
  package let sum, product: Storage

  package init(normalized: Storage, mean: Storage, sum: Storage, product: Storage) {
    self.normalized = normalized
    self.mean = mean
    self.sum = sum
    self.product = product
  }
}

/// What becomes of an activation's gradient: overwritten or added to, and, by the last reader to add, finished: set to
/// zero where the rectifier was shut, and summed for the normalisation below.
package struct GradientSink {
  package var dx: Storage
  package var accumulates: Bool
  /// The rectified activation; nil where there is no rectifier to pass.
  package var gate: Source?
  package var sums: NormalizationSums?

  package init(dx: Storage, accumulates: Bool, gate: Source? = nil, sums: NormalizationSums? = nil) {
    self.dx = dx
    self.accumulates = accumulates
    self.gate = gate
    self.sums = sums
  }

  func check(_ floats: Int, perChannel: Int, perImage: Int) {
    require(dx, floats, "dx")
    gate?.check(floats, perChannel: perChannel)
    require(sums?.normalized, floats, "normalized")
    require(sums?.mean, perChannel, "mean")
    require(sums?.sum, perImage, "sum")
    require(sums?.product, perImage, "product")
  }

  static func withNative<R>(_ sink: GradientSink?, _ body: (UnsafePointer<ck_gradient>?) -> R) -> R {
    guard let sink else { return body(nil) }
    func call(_ gate: UnsafePointer<ck_source>?) -> R {
      let native = unsafe ck_gradient(
        dx: sink.dx.data.base, accumulate: sink.accumulates ? 1 : 0, values: gate,
        normalized: sink.sums?.normalized.data.base, mean: sink.sums?.mean.data.base,
        sum: sink.sums?.sum.data.base, product: sink.sums?.product.data.base)
      return unsafe withUnsafePointer(to: native) { unsafe body($0) }
    }
    guard let gate = sink.gate else { return call(nil) }
    return unsafe gate.withNative { unsafe call($0) }
  }
}

private func require(_ storage: Storage?, _ floats: Int, _ name: StaticString) {
  guard let storage else { return }
  precondition(storage.data.count >= floats, "\(name) has \(storage.data.count) floats, not \(floats)")
}

// MARK: - As passes of their own

extension ThreadPool {
  /// Writes `source.kept`.
  package func activate(_ shape: BlockedShape, _ source: Source) {
    precondition(source.kept != nil, "an activation that is stored nowhere")
    source.check(shape.floats, perChannel: shape.perChannel)
    unsafe source.withNative {
      unsafe ck_activate(handle, Int64(shape.images), Int32(shape.blocks), Int32(shape.pixels), $0)
    }
  }

  /// Finishes a gradient that is complete in `sink.dx`.
  package func finishGradient(_ shape: BlockedShape, _ sink: GradientSink) {
    sink.check(shape.floats, perChannel: shape.perChannel, perImage: shape.perImage)
    unsafe GradientSink.withNative(sink) {
      unsafe ck_finish_gradient(handle, Int64(shape.images), Int32(shape.blocks), Int32(shape.pixels), $0)
    }
  }

  /// Each image's moments, overwritten.
  package func channelMoments(_ shape: BlockedShape, x: Storage, into moments: Moments) {
    require(x, shape.floats, "x")
    require(moments.mean, shape.perImage, "mean")
    require(moments.deviation, shape.perImage, "deviation")
    unsafe ck_channel_moments(
      handle, Int64(shape.images), Int32(shape.blocks), Int32(shape.pixels), x.data.base,
      moments.mean.data.base, moments.deviation.data.base)
  }
}

/// The batch's moments from the images', in double precision and in their order; both `[blocks · 16]`, overwritten.
package func combineMoments(
  _ shape: BlockedShape, _ moments: Moments, mean: inout Buffer<Double>, deviation: inout Buffer<Double>
) {
  require(moments.mean, shape.perImage, "mean")
  require(moments.deviation, shape.perImage, "deviation")
  precondition(min(mean.count, deviation.count) >= shape.perChannel, "\(shape.perChannel) channels")
  unsafe ck_combine_moments(
    Int64(shape.images), Int32(shape.perChannel), Int32(shape.pixels), moments.mean.data.base,
    moments.deviation.data.base, mean.base, deviation.base)
}

/// `total [blocks · 16]` of `x [N, blocks · 16]`, in double precision and in the images' order, overwritten.
package func sumImages(_ shape: BlockedShape, _ x: Storage, into total: inout Buffer<Double>) {
  require(x, shape.perImage, "x")
  precondition(total.count >= shape.perChannel, "\(shape.perChannel) channels")
  unsafe ck_sum_images(Int64(shape.images), Int32(shape.perChannel), x.data.base, total.base)
}
