internal import CKernels

/// Activations as the kernels for channels see them: `[images, blocks, pixels, 16]`.
package struct BlockedShape: Equatable, Sendable {
  package let images, blocks, pixels: Int

  package init(images: Int, blocks: Int, pixels: Int) {
    precondition(images >= 0 && blocks > 0 && pixels > 0, "[\(images), \(blocks), \(pixels), 16]")
    self.images = images
    self.blocks = blocks
    self.pixels = pixels
  }

  package var floats: Int { images * blocks * pixels * lanes }
  /// One float for each image and channel: `[images, blocks · 16]`.
  package var perImage: Int { images * blocks * lanes }
  package var perChannel: Int { blocks * lanes }
}

private func require(_ buffer: borrowing Buffer<Float>, _ floats: Int, _ name: StaticString) {
  precondition(buffer.count >= floats, "\(name) has \(buffer.count) floats, not \(floats)")
}

// MARK: - Batch normalisation

extension ThreadPool {
  /// Per image and channel: `mean` and the sum of squared deviations from it, both `[images, blocks · 16]`.
  package func channelMoments(
    _ shape: BlockedShape, x: borrowing Buffer<Float>, mean: inout Buffer<Float>,
    deviation: inout Buffer<Float>
  ) {
    require(x, shape.floats, "x")
    require(mean, shape.perImage, "mean")
    require(deviation, shape.perImage, "deviation")
    unsafe ck_channel_moments(
      handle, Int64(shape.images), Int32(shape.blocks), Int32(shape.pixels), x.base, mean.base, deviation.base
    )
  }

  /// `y = (x − mean) · scale + shift`, overwritten.
  package func channelAffine(
    _ shape: BlockedShape, x: borrowing Buffer<Float>, mean: borrowing Buffer<Float>,
    scale: borrowing Buffer<Float>, shift: borrowing Buffer<Float>, y: inout Buffer<Float>
  ) {
    require(x, shape.floats, "x")
    require(mean, shape.perChannel, "mean")
    require(scale, shape.perChannel, "scale")
    require(shift, shape.perChannel, "shift")
    require(y, shape.floats, "y")
    unsafe ck_channel_affine(
      handle, Int64(shape.images), Int32(shape.blocks), Int32(shape.pixels), x.base, mean.base, scale.base,
      shift.base, y.base)
  }

  /// Per image and channel: the sums of `dy` and of `dy · (x − mean)`, both `[images, blocks · 16]`, overwritten.
  package func channelProducts(
    _ shape: BlockedShape, x: borrowing Buffer<Float>, dy: borrowing Buffer<Float>,
    mean: borrowing Buffer<Float>,
    sum: inout Buffer<Float>, product: inout Buffer<Float>
  ) {
    require(x, shape.floats, "x")
    require(dy, shape.floats, "dy")
    require(mean, shape.perChannel, "mean")
    require(sum, shape.perImage, "sum")
    require(product, shape.perImage, "product")
    unsafe ck_channel_products(
      handle, Int64(shape.images), Int32(shape.blocks), Int32(shape.pixels), x.base, dy.base, mean.base,
      sum.base,
      product.base)
  }

  /// `dx = a · dy + b · (x − mean) + c`; overwritten or accumulated.
  package func channelAffineBackward(
    _ shape: BlockedShape, x: borrowing Buffer<Float>, dy: borrowing Buffer<Float>,
    mean: borrowing Buffer<Float>,
    a: borrowing Buffer<Float>, b: borrowing Buffer<Float>, c: borrowing Buffer<Float>,
    dx: inout Buffer<Float>,
    accumulate: Bool
  ) {
    require(x, shape.floats, "x")
    require(dy, shape.floats, "dy")
    require(mean, shape.perChannel, "mean")
    require(a, shape.perChannel, "a")
    require(b, shape.perChannel, "b")
    require(c, shape.perChannel, "c")
    require(dx, shape.floats, "dx")
    unsafe ck_channel_affine_backward(
      handle, Int64(shape.images), Int32(shape.blocks), Int32(shape.pixels), x.base, dy.base, mean.base,
      a.base,
      b.base, c.base, dx.base, accumulate ? 1 : 0)
  }
}

// MARK: - Elementwise

extension ThreadPool {
  /// `x = max(x, 0)` over the first `count` floats, in place.
  package func relu(_ x: inout Buffer<Float>, count: Int) {
    require(x, count, "x")
    precondition(count % lanes == 0, "\(count) floats are not whole blocks")
    unsafe ck_relu(handle, Int64(count), x.base)
  }

  /// `dy = 0` where `y <= 0`, in place.
  package func reluBackward(y: borrowing Buffer<Float>, dy: inout Buffer<Float>, count: Int) {
    require(y, count, "y")
    require(dy, count, "dy")
    precondition(count % lanes == 0, "\(count) floats are not whole blocks")
    unsafe ck_relu_backward(handle, Int64(count), y.base, dy.base)
  }

  /// `y = x`, or `y += x`.
  package func add(_ x: borrowing Buffer<Float>, to y: inout Buffer<Float>, count: Int, accumulate: Bool) {
    require(x, count, "x")
    require(y, count, "y")
    precondition(count % lanes == 0, "\(count) floats are not whole blocks")
    unsafe ck_add(handle, Int64(count), x.base, y.base, accumulate ? 1 : 0)
  }
}

// MARK: - Layout and pooling

extension ThreadPool {
  /// `dense [N, pixels, channels]` to `x [N, CB, pixels, 16]`, overwritten.
  package func blockImages(
    images: Int, channels: Int, pixels: Int, dense: borrowing Buffer<Float>, x: inout Buffer<Float>
  ) {
    require(dense, images * channels * pixels, "dense")
    require(x, images * blocks(of: channels) * pixels * lanes, "x")
    unsafe ck_block_images(handle, Int64(images), Int32(channels), Int32(pixels), dense.base, x.base)
  }

  /// Means over the pixels, `y [N, CB · 16]`, overwritten.
  package func meanPixels(_ shape: BlockedShape, x: borrowing Buffer<Float>, y: inout Buffer<Float>) {
    require(x, shape.floats, "x")
    require(y, shape.perImage, "y")
    unsafe ck_mean_pixels(
      handle, Int64(shape.images), Int32(shape.blocks), Int32(shape.pixels), x.base, y.base)
  }

  /// `dx = dy / pixels` for every pixel; overwritten or accumulated.
  package func meanPixelsBackward(
    _ shape: BlockedShape, dy: borrowing Buffer<Float>, dx: inout Buffer<Float>, accumulate: Bool
  ) {
    require(dy, shape.perImage, "dy")
    require(dx, shape.floats, "dx")
    unsafe ck_mean_pixels_backward(
      handle, Int64(shape.images), Int32(shape.blocks), Int32(shape.pixels), dy.base, dx.base,
      accumulate ? 1 : 0)
  }

  /// `x [N, CB, pixels, 16]` to `rows [N, pad16(channels · pixels)]` in the order (channel, pixel), overwritten.
  package func flatten(
    images: Int, channels: Int, pixels: Int, x: borrowing Buffer<Float>, rows: inout Buffer<Float>
  ) {
    require(x, images * blocks(of: channels) * pixels * lanes, "x")
    require(rows, images * blocks(of: channels * pixels) * lanes, "rows")
    unsafe ck_flatten(handle, Int64(images), Int32(channels), Int32(pixels), x.base, rows.base)
  }

  /// The reverse of `flatten`; overwritten or accumulated.
  package func flattenBackward(
    images: Int, channels: Int, pixels: Int, rows: borrowing Buffer<Float>, dx: inout Buffer<Float>,
    accumulate: Bool
  ) {
    require(rows, images * blocks(of: channels * pixels) * lanes, "rows")
    require(dx, images * blocks(of: channels) * pixels * lanes, "dx")
    unsafe ck_flatten_backward(
      handle, Int64(images), Int32(channels), Int32(pixels), rows.base, dx.base, accumulate ? 1 : 0)
  }
}

/// The sizes of a parameter-free shortcut: every `stride`-th pixel, channels shifted up by `offset`, the rest zero.
package struct SubsamplingShape: Equatable, Sendable {
  package let inputs, outputs, height, width, stride, offset: Int

  package init(inputs: Int, outputs: Int, height: Int, width: Int, stride: Int, offset: Int) {
    precondition(
      inputs > 0 && height > 0 && width > 0 && stride > 0 && offset >= 0 && inputs + offset <= outputs,
      "a shortcut of \(inputs) channels, shifted by \(offset), into \(outputs)")
    self.inputs = inputs
    self.outputs = outputs
    self.height = height
    self.width = width
    self.stride = stride
    self.offset = offset
  }

  package var outputHeight: Int { (height + stride - 1) / stride }
  package var outputWidth: Int { (width + stride - 1) / stride }
  fileprivate var inputFloats: Int { blocks(of: inputs) * height * width * lanes }
  fileprivate var outputFloats: Int { blocks(of: outputs) * outputHeight * outputWidth * lanes }
  fileprivate var native: ck_subsampling {
    ck_subsampling(
      inputs: Int32(inputs), outputs: Int32(outputs), height: Int32(height), width: Int32(width),
      stride: Int32(stride), offset: Int32(offset))
  }
}

extension ThreadPool {
  /// `y [N, KB, OH, OW, 16]`, overwritten.
  package func subsample(
    _ shape: SubsamplingShape, images: Int, x: borrowing Buffer<Float>, y: inout Buffer<Float>
  ) {
    require(x, images * shape.inputFloats, "x")
    require(y, images * shape.outputFloats, "y")
    unsafe withUnsafePointer(to: shape.native) {
      unsafe ck_subsample(handle, $0, Int64(images), x.base, y.base)
    }
  }

  /// `dx [N, CB, H, W, 16]` of `subsample`; overwritten or accumulated.
  package func subsampleBackward(
    _ shape: SubsamplingShape, images: Int, dy: borrowing Buffer<Float>, dx: inout Buffer<Float>,
    accumulate: Bool
  ) {
    require(dy, images * shape.outputFloats, "dy")
    require(dx, images * shape.inputFloats, "dx")
    unsafe withUnsafePointer(to: shape.native) {
      unsafe ck_subsample_backward(handle, $0, Int64(images), dy.base, dx.base, accumulate ? 1 : 0)
    }
  }
}

/// The rule of one stochastic gradient step.
package struct SGDRule: Sendable {
  package let rate, momentum, decay: Float
  package let nesterov: Bool

  package init(rate: Float, momentum: Float, decay: Float, nesterov: Bool) {
    self.rate = rate
    self.momentum = momentum
    self.decay = decay
    self.nesterov = nesterov
  }
}

/// One step of stochastic gradient descent over the first `count` floats of a parameter.
package func sgdUpdate(
  _ rule: SGDRule, count: Int, gradient: borrowing Buffer<Float>, velocity: inout Buffer<Float>,
  value: inout Buffer<Float>
) {
  require(gradient, count, "gradient")
  require(velocity, count, "velocity")
  require(value, count, "value")
  let native = ck_sgd(
    rate: rule.rate, momentum: rule.momentum, decay: rule.decay, nesterov: rule.nesterov ? 1 : 0)
  unsafe withUnsafePointer(to: native) {
    unsafe ck_sgd_update($0, Int64(count), gradient.base, velocity.base, value.base)
  }
}
