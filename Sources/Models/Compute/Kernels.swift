internal import CKernels

/// The floats of one pixel's channel block.
package let lanes = Int(CK_LANES)

/// The blocks of 16 that `channels` channels take.
package func blocks(of channels: Int) -> Int { (channels + lanes - 1) / lanes }

/// A convolution's sizes, in channels and pixels.
package struct ConvolutionShape: Equatable, Sendable {
  package let inputs, outputs, height, width, kernel, stride, padding: Int

  package init(inputs: Int, outputs: Int, height: Int, width: Int, kernel: Int, stride: Int, padding: Int) {
    precondition(
      inputs > 0 && outputs > 0 && height > 0 && width > 0 && stride > 0 && padding >= 0
        && (1...Int(CK_MAX_KERNEL)).contains(kernel)
        && min(height, width) + 2 * padding >= kernel,
      "a \(kernel)×\(kernel) convolution of [\(inputs), \(height), \(width)], stride \(stride), padding \(padding)"
    )
    self.inputs = inputs
    self.outputs = outputs
    self.height = height
    self.width = width
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  package var outputHeight: Int { (height + 2 * padding - kernel) / stride + 1 }
  package var outputWidth: Int { (width + 2 * padding - kernel) / stride + 1 }
  package var outputBlocks: Int { blocks(of: outputs) }
  /// The floats of the dense weight `[outputs, inputs, kernel, kernel]`.
  package var weightCount: Int { outputs * inputs * kernel * kernel }
  package var inputFloats: Int { blocks(of: inputs) * height * width * lanes }
  package var outputFloats: Int { outputBlocks * outputHeight * outputWidth * lanes }
  /// The floats of a weight in the form that the kernels read.
  package var preparedWeightCount: Int { Int(unsafe withNative { unsafe ck_prepared_weight_count($0) }) }
  /// The floats of a blocked weight gradient, `[KB, CB, kernel, kernel, 16, 16]`.
  package var weightGradientCount: Int { Int(unsafe withNative { unsafe ck_weight_gradient_count($0) }) }
  /// The images whose weight gradients are summed together before all are: a piece of the backward pass, of which a
  /// small batch, too, has some for every thread.
  static func imagesPerPartial(of images: Int) -> Int { min(8, max(1, images / 8)) }
  /// The most partial sums that `images` images, or fewer, are cut into.
  static func mostPartials(images: Int) -> Int { max(15, images / 8 + 1) }
  /// The floats of a weight gradient's partial sums over `images` images, or fewer.
  package func partialCount(images: Int) -> Int { Self.mostPartials(images: images) * weightGradientCount }
  var scratchBytes: Int { Int(unsafe withNative { unsafe ck_convolution_scratch($0) }) }

  fileprivate func withNative<R>(_ body: (UnsafePointer<ck_convolution>) -> R) -> R {
    let native = ck_convolution(
      inputs: Int32(inputs), outputs: Int32(outputs), height: Int32(height), width: Int32(width),
      kernel: Int32(kernel), stride: Int32(stride), padding: Int32(padding))
    return unsafe withUnsafePointer(to: native, body)
  }
}

private func require(_ buffer: borrowing Buffer<Float>, _ floats: Int, _ name: StaticString) {
  precondition(buffer.count >= floats, "\(name) has \(buffer.count) floats, not \(floats)")
}

/// What becomes of a convolution's results: stored as they are, with each image's moments for the normalisation that
/// follows (training), or as `max(0, y + shift + residual)`, each part where it is wanted (evaluation).
package struct ConvolutionResult {
  package var y: Storage
  package var moments: Moments?
  package var shift: Storage?
  package var residual: Storage?
  package var isRectified: Bool

  package init(
    y: Storage, moments: Moments? = nil, shift: Storage? = nil, residual: Storage? = nil,
    isRectified: Bool = false
  ) {
    self.y = y
    self.moments = moments
    self.shift = shift
    self.residual = residual
    self.isRectified = isRectified
  }
}

// MARK: - Convolution

extension ThreadPool {
  /// `weight [K, C, k, k]`, output k times `scale[k]`, in the form that `convolve` reads, overwritten.
  package func prepareWeight(
    _ shape: ConvolutionShape, _ weight: borrowing Buffer<Float>, scale: Storage? = nil,
    forward: inout Buffer<Float>
  ) {
    require(weight, shape.weightCount, "weight")
    require(forward, shape.preparedWeightCount, "forward weight")
    if let scale { require(scale.data, shape.outputs, "scale") }
    unsafe shape.withNative {
      unsafe ck_prepare_weight(handle, $0, weight.base, scale?.data.base, forward.base, nil)
    }
  }

  /// `weight [K, C, k, k]` in the forms that `convolve` and `convolveBackward` read, both overwritten.
  package func prepareWeight(
    _ shape: ConvolutionShape, _ weight: borrowing Buffer<Float>, forward: inout Buffer<Float>,
    transposed: inout Buffer<Float>
  ) {
    require(weight, shape.weightCount, "weight")
    require(forward, shape.preparedWeightCount, "forward weight")
    require(transposed, shape.preparedWeightCount, "transposed weight")
    unsafe shape.withNative {
      unsafe ck_prepare_weight(handle, $0, weight.base, nil, forward.base, transposed.base)
    }
  }

  /// `result [N, KB, OH, OW, 16] = x * weight`, overwritten.
  package func convolve(
    _ shape: ConvolutionShape, images: Int, _ x: Source, weight: borrowing Buffer<Float>,
    into result: ConvolutionResult
  ) {
    let perChannel = shape.outputBlocks * lanes
    x.check(images * shape.inputFloats, perChannel: blocks(of: shape.inputs) * lanes)
    require(weight, shape.preparedWeightCount, "weight")
    require(result.y.data, images * shape.outputFloats, "y")
    if let moments = result.moments {
      require(moments.mean.data, images * perChannel, "mean")
      require(moments.deviation.data, images * perChannel, "deviation")
    }
    if let shift = result.shift { require(shift.data, perChannel, "shift") }
    if let residual = result.residual { require(residual.data, images * shape.outputFloats, "residual") }
    reserve(scratch: shape.scratchBytes)
    let native = unsafe ck_result(
      y: result.y.data.base, mean: result.moments?.mean.data.base,
      deviation: result.moments?.deviation.data.base, shift: result.shift?.data.base,
      residual: result.residual?.data.base, rectified: result.isRectified ? 1 : 0)
    unsafe shape.withNative { shape in
      unsafe x.withNative { x in
        unsafe withUnsafePointer(to: native) {
          unsafe ck_convolution_forward(handle, shape, Int64(images), x, weight.base, $0)
        }
      }
    }
  }

  /// Both gradients of `convolve`: that of the input as `dx` says, where it is wanted, and
  /// `weightGradient [K, C, k, k]`, overwritten.
  package func convolveBackward(
    _ shape: ConvolutionShape, images: Int, x: Source, dy: Source, transposed: borrowing Buffer<Float>,
    dx: GradientSink?, partials: inout Buffer<Float>, weightGradient: inout Buffer<Float>
  ) {
    check(shape, images: images, x: x, dy: dy, transposed, dx)
    require(partials, shape.partialCount(images: images), "partials")
    require(weightGradient, shape.weightCount, "weight gradient")
    let dw = unsafe ck_weight_gradient(
      images_per_partial: Int32(ConvolutionShape.imagesPerPartial(of: images)), partials: partials.base,
      stride: Int64(shape.weightGradientCount), sum: weightGradient.base)
    unsafe backward(shape, images, x, dy, transposed, dx, dw)
  }

  /// The same with every sample's weight gradient: a row `[KB, CB, k, k, 16, 16]` every `stride` floats, or
  /// without a gap, overwritten.
  package func convolveBackwardPerSample(
    _ shape: ConvolutionShape, images: Int, x: Source, dy: Source, transposed: borrowing Buffer<Float>,
    dx: GradientSink?, rows: inout Buffer<Float>, stride: Int? = nil
  ) {
    check(shape, images: images, x: x, dy: dy, transposed, dx)
    let stride = stride ?? shape.weightGradientCount
    precondition(stride >= shape.weightGradientCount, "rows every \(stride) floats")
    require(rows, images * stride, "rows")
    unsafe backward(
      shape, images, x, dy, transposed, dx,
      ck_weight_gradient(images_per_partial: 1, partials: rows.base, stride: Int64(stride), sum: nil))
  }

  private func backward(
    _ shape: ConvolutionShape, _ images: Int, _ x: Source, _ dy: Source,
    _ transposed: borrowing Buffer<Float>, _ dx: GradientSink?, _ dw: ck_weight_gradient
  ) {
    unsafe shape.withNative { shape in
      unsafe x.withNative { x in
        unsafe dy.withNative { dy in
          unsafe GradientSink.withNative(dx) { dx in
            unsafe withUnsafePointer(to: dw) {
              unsafe ck_convolution_backward(
                handle, shape, Int64(images), x, dy, transposed.base, dx, $0)
            }
          }
        }
      }
    }
  }

  private func check(
    _ shape: ConvolutionShape, images: Int, x: Source, dy: Source, _ transposed: borrowing Buffer<Float>,
    _ dx: GradientSink?
  ) {
    let perChannel = blocks(of: shape.inputs) * lanes
    x.check(images * shape.inputFloats, perChannel: perChannel)
    dy.check(images * shape.outputFloats, perChannel: shape.outputBlocks * lanes)
    dx?.check(images * shape.inputFloats, perChannel: perChannel, perImage: images * perChannel)
    require(transposed, shape.preparedWeightCount, "transposed weight")
    reserve(scratch: shape.scratchBytes)
  }
}
