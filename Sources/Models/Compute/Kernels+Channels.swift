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

// MARK: - Layout and pooling

extension ThreadPool {
  /// `dense [N, pixels, channels]`, from image `first` on, to `x [N, CB, pixels, 16]`, overwritten.
  package func blockImages(
    first: Int = 0, images: Int, channels: Int, pixels: Int, dense: borrowing Buffer<Float>,
    x: inout Buffer<Float>
  ) {
    let image = channels * pixels
    precondition(first >= 0, "images from \(first) on")
    require(dense, (first + images) * image, "dense")
    require(x, images * blocks(of: channels) * pixels * lanes, "x")
    unsafe ck_block_images(
      handle, Int64(images), Int32(channels), Int32(pixels), dense.base + first * image, x.base)
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

extension Buffer<Float> {
  /// Whether no element is infinite or NaN.
  public var isFinite: Bool { unsafe ck_all_finite(Int64(count), base) != 0 }
}
