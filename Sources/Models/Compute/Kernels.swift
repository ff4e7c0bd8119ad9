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
  /// The floats of a blocked weight `[KB, CB, kernel, kernel, 16, 16]`.
  package var blockedWeightCount: Int { outputBlocks * sampleGradientCount }
  /// The floats of one output block's weight `[CB, kernel, kernel, 16, 16]`.
  package var sampleGradientCount: Int { blocks(of: inputs) * kernel * kernel * lanes * lanes }
  package var outputBlocks: Int { blocks(of: outputs) }
  /// The floats of the dense weight `[outputs, inputs, kernel, kernel]`.
  package var weightCount: Int { outputs * inputs * kernel * kernel }
  package var inputFloats: Int { blocks(of: inputs) * height * width * lanes }
  package var outputFloats: Int { outputBlocks * outputHeight * outputWidth * lanes }
  /// The partial sums of a weight gradient over `images` images, in blocked weights.
  package static func partials(images: Int) -> Int {
    (images + Int(CK_IMAGES_PER_PARTIAL) - 1) / Int(CK_IMAGES_PER_PARTIAL)
  }
  var scratchBytes: Int { unsafe withUnsafePointer(to: native) { unsafe ck_convolution_scratch($0) } }

  fileprivate var native: ck_convolution {
    ck_convolution(
      inputs: Int32(inputs), outputs: Int32(outputs), height: Int32(height), width: Int32(width),
      kernel: Int32(kernel), stride: Int32(stride), padding: Int32(padding))
  }
}

private func require(_ buffer: borrowing Buffer<Float>, _ floats: Int, _ name: StaticString) {
  precondition(buffer.count >= floats, "\(name) has \(buffer.count) floats, not \(floats)")
}

// MARK: - Convolution

extension ThreadPool {
  /// `weight [K, C, k, k]` to both blocked forms, overwritten.
  package func blockWeight(
    _ shape: ConvolutionShape, _ weight: borrowing Buffer<Float>, forward: inout Buffer<Float>,
    transposed: inout Buffer<Float>
  ) {
    require(weight, shape.weightCount, "weight")
    require(forward, shape.blockedWeightCount, "forward weight")
    require(transposed, shape.blockedWeightCount, "transposed weight")
    unsafe withUnsafePointer(to: shape.native) {
      unsafe ck_block_weight($0, weight.base, forward.base, transposed.base)
    }
  }

  /// Adds a blocked weight gradient to `gradient [K, C, k, k]`.
  package func unblockWeightGradient(
    _ shape: ConvolutionShape, _ blocked: borrowing Buffer<Float>, gradient: inout Buffer<Float>
  ) {
    require(blocked, shape.blockedWeightCount, "blocked gradient")
    require(gradient, shape.weightCount, "gradient")
    unsafe withUnsafePointer(to: shape.native) {
      unsafe ck_unblock_weight_gradient($0, blocked.base, gradient.base)
    }
  }

  /// `y [N, KB, OH, OW, 16] = x * weight`, overwritten.
  package func convolve(
    _ shape: ConvolutionShape, images: Int, x: borrowing Buffer<Float>, weight: borrowing Buffer<Float>,
    y: inout Buffer<Float>
  ) {
    require(x, images * shape.inputFloats, "x")
    require(weight, shape.blockedWeightCount, "weight")
    require(y, images * shape.outputFloats, "y")
    reserve(scratch: shape.scratchBytes)
    unsafe withUnsafePointer(to: shape.native) {
      unsafe ck_convolution_forward(handle, $0, Int64(images), x.base, weight.base, y.base)
    }
  }

  /// `dx [N, CB, H, W, 16]` of `convolve`; overwritten or accumulated.
  package func convolveBackwardInput(
    _ shape: ConvolutionShape, images: Int, dy: borrowing Buffer<Float>, transposed: borrowing Buffer<Float>,
    dx: inout Buffer<Float>, accumulate: Bool
  ) {
    require(dy, images * shape.outputFloats, "dy")
    require(transposed, shape.blockedWeightCount, "transposed weight")
    require(dx, images * shape.inputFloats, "dx")
    reserve(scratch: shape.scratchBytes)
    unsafe withUnsafePointer(to: shape.native) {
      unsafe ck_convolution_backward_input(
        handle, $0, Int64(images), dy.base, transposed.base, dx.base, accumulate ? 1 : 0)
    }
  }

  /// The blocked weight gradient of `convolve`, overwritten; `partials` holds one blocked weight for each of
  /// `ConvolutionShape.partials(images:)`.
  package func convolveBackwardWeight(
    _ shape: ConvolutionShape, images: Int, x: borrowing Buffer<Float>, dy: borrowing Buffer<Float>,
    partials: inout Buffer<Float>, dWeight: inout Buffer<Float>
  ) {
    require(x, images * shape.inputFloats, "x")
    require(dy, images * shape.outputFloats, "dy")
    require(partials, ConvolutionShape.partials(images: images) * shape.blockedWeightCount, "partials")
    require(dWeight, shape.blockedWeightCount, "dWeight")
    reserve(scratch: shape.scratchBytes)
    unsafe withUnsafePointer(to: shape.native) {
      unsafe ck_convolution_backward_weight(
        handle, $0, Int64(images), x.base, dy.base, partials.base, dWeight.base)
    }
  }

  /// Per-sample weight gradients of one output block: `rows [N, CB, k, k, 16, 16]`, overwritten.
  package func convolveSampleGradients(
    _ shape: ConvolutionShape, images: Int, block: Int, x: borrowing Buffer<Float>,
    dy: borrowing Buffer<Float>,
    rows: inout Buffer<Float>
  ) {
    precondition(block >= 0 && block < shape.outputBlocks, "output block \(block) of \(shape.outputBlocks)")
    require(x, images * shape.inputFloats, "x")
    require(dy, images * shape.outputFloats, "dy")
    require(rows, images * shape.sampleGradientCount, "rows")
    reserve(scratch: shape.scratchBytes)
    unsafe withUnsafePointer(to: shape.native) {
      unsafe ck_convolution_sample_gradients(
        handle, $0, Int64(images), Int32(block), x.base, dy.base, rows.base)
    }
  }
}
