import Models
import Testing

/// Every convolution kernel against a plain loop in double precision, on every instruction set of this machine.
@Suite struct KernelTests {
  struct Case: Sendable, CustomStringConvertible {
    let inputs, outputs, height, width, kernel, stride, padding: Int
    var images = 3
    var description: String {
      "\(images) of [\(inputs), \(height), \(width)] -> \(outputs), \(kernel)×\(kernel), stride \(stride), "
        + "padding \(padding)"
    }
    /// Whether the kernels take Winograd's algorithm.
    var isWinograd: Bool { kernel == 3 && stride == 1 && padding == 1 && inputs >= 16 }
    var shape: ConvolutionShape {
      ConvolutionShape(
        inputs: inputs, outputs: outputs, height: height, width: width, kernel: kernel, stride: stride,
        padding: padding)
    }
  }

  /// Odd sizes: heights and widths 1…9, channels 1…40, by a fixed rule that visits them all; enough images, where
  /// they are small, for several partial sums of the weight gradient.
  static let oddSizes: [Case] =
    (0..<72).map { i in
      let kernel = i % 3 == 0 ? 1 : 3
      let (height, width) = (1 + i % 9, 1 + (i / 8) % 9)
      return Case(
        inputs: 1 + (i * 7) % 40, outputs: 1 + (i * 11 + 3) % 40, height: height, width: width,
        kernel: kernel,
        stride: 1 + (i / 2) % 2, padding: kernel == 1 ? 0 : 1, images: height * width < 6 ? 35 : 3)
    } + [
      Case(inputs: 3, outputs: 16, height: 5, width: 9, kernel: 3, stride: 1, padding: 3),
      Case(inputs: 64, outputs: 48, height: 8, width: 33, kernel: 3, stride: 1, padding: 1),
      Case(inputs: 17, outputs: 33, height: 9, width: 8, kernel: 5, stride: 3, padding: 2),
      Case(inputs: 16, outputs: 32, height: 8, width: 8, kernel: 3, stride: 2, padding: 0),
    ]

  /// Winograd's: every height and width of 1…9 with 1…3 blocks of channels on either side, and images that share
  /// groups of tiles and leave some over; then images of many groups.
  static let winograd: [Case] =
    (0..<81).map { i in
      Case(
        inputs: [16, 17, 32, 33, 48, 64, 24][i % 7], outputs: [16, 64, 20, 32, 5, 48, 31, 33][i % 8],
        height: 1 + i % 9, width: 1 + i / 9, kernel: 3, stride: 1, padding: 1,
        images: [1, 3, 17, 19, 35][i % 5])
    } + [
      Case(inputs: 16, outputs: 32, height: 13, width: 70, kernel: 3, stride: 1, padding: 1, images: 2),
      Case(inputs: 32, outputs: 16, height: 70, width: 13, kernel: 3, stride: 1, padding: 1, images: 2),
      Case(inputs: 16, outputs: 16, height: 32, width: 32, kernel: 3, stride: 1, padding: 1, images: 9),
      Case(inputs: 64, outputs: 64, height: 32, width: 32, kernel: 3, stride: 1, padding: 1, images: 1),
      Case(inputs: 64, outputs: 64, height: 8, width: 8, kernel: 3, stride: 1, padding: 1, images: 19),
      Case(inputs: 32, outputs: 32, height: 16, width: 16, kernel: 3, stride: 1, padding: 1, images: 9),
    ]

  @Test func oddSizesMatchPlainLoops() async {
    await #expect(processExitsWith: .success) { try Self.check(Self.oddSizes) }
  }

  @Test func winogradsAlgorithmMatchesPlainLoops() async {
    await #expect(processExitsWith: .success) { try Self.check(Self.winograd) }
  }

  /// To be called in a process of its own, because the choice of an instruction set is the process's.
  private static func check(_ cases: [Case]) throws {
    let pool = try ThreadPool(threads: 2)
    for (i, c) in cases.enumerated() {
      let check = ConvolutionCheck(c.shape, images: c.images, number: i)
      for isa in InstructionSet.available {
        #expect(InstructionSet.select(isa) && InstructionSet.current == isa)
        // Winograd's F(4×4, 3×3) in single precision is within about 6e-6 of the largest value.
        for (name, error) in check.errors(pool) { #expect(error < 2e-5, "\(name), \(c), \(isa)") }
      }
    }
  }
}

/// One convolution of random numbers: the kernels' results beside the plain loops'.
private struct ConvolutionCheck {
  let s: ConvolutionShape
  let images: Int
  private let x, weight, dy: [Float]
  private let naive: NaiveConvolution
  /// The weight's gradient from one sample alone.
  private let sample: Int
  private let single: NaiveConvolution

  init(_ s: ConvolutionShape, images: Int, number: Int) {
    (self.s, self.images, sample) = (s, images, number % images)
    var random = RandomStream(seed: 5, name: "kernels", substream: UInt32(number))
    let input = s.inputs * s.height * s.width
    let output = s.outputs * s.outputHeight * s.outputWidth
    x = random.draw(images * input)
    weight = random.draw(s.weightCount)
    dy = random.draw(images * output)
    naive = NaiveConvolution(
      s, images: images, x: x.map(Double.init), weight: weight, dy: dy.map(Double.init))
    single = NaiveConvolution(
      s, images: 1, x: x[(sample * input)..<((sample + 1) * input)].map(Double.init), weight: weight,
      dy: dy[(sample * output)..<((sample + 1) * output)].map(Double.init))
  }

  /// The largest errors relative to the largest values. Outputs start as rubbish: overwritten means overwritten.
  func errors(_ pool: ThreadPool) -> [(String, Float)] {
    let (pixels, outputPixels) = (s.height * s.width, s.outputHeight * s.outputWidth)
    let source = Source(x: Storage(blocked(x, images, s.inputs, pixels)))
    let slope = Source(x: Storage(blocked(dy, images, s.outputs, outputPixels)))
    var forward = Buffer<Float>(count: s.preparedWeightCount, repeating: 7)
    var transposed = Buffer<Float>(count: s.preparedWeightCount, repeating: 7)
    pool.prepareWeight(s, Buffer(weight), forward: &forward, transposed: &transposed)

    let y = Storage(rubbish: images * s.outputFloats)
    pool.convolve(s, images: images, source, weight: forward, into: ConvolutionResult(y: y))

    let dx = Storage(rubbish: images * s.inputFloats)
    var partials = Buffer<Float>(count: s.partialCount(images: images), repeating: 7)
    var dWeight = Buffer<Float>(count: s.weightCount, repeating: 7)
    pool.convolveBackward(
      s, images: images, x: source, dy: slope, transposed: transposed,
      dx: GradientSink(dx: dx, accumulates: false), partials: &partials, weightGradient: &dWeight)
    let once = dense(dx.data, images, s.inputs, pixels)
    var alone = Buffer<Float>(count: s.weightCount, repeating: 7)
    pool.convolveBackward(
      s, images: images, x: source, dy: slope, transposed: transposed, dx: nil, partials: &partials,
      weightGradient: &alone)
    var samples = SampleRows(s, samples: images)
    pool.convolveBackwardPerSample(
      s, images: images, x: source, dy: slope, transposed: transposed,
      dx: GradientSink(dx: dx, accumulates: true), rows: &samples.rows, stride: samples.stride)
    let twice = dense(dx.data, images, s.inputs, pixels)
    return [
      ("forward", relativeError(dense(y.data, images, s.outputs, outputPixels), naive.y)),
      ("input gradient", relativeError(once, naive.dx)),
      ("accumulated input gradient", relativeError(twice, naive.dx.map { 2 * $0 })),
      ("weight gradient", relativeError(dWeight.array(), naive.dWeight)),
      ("weight gradient alone", relativeError(alone.array(), naive.dWeight)),
      ("sum of sample gradients", relativeError(samples.sum(), naive.dWeight)),
      ("one sample's gradient", relativeError(samples.sample(sample), single.dWeight)),
    ]
  }
}
