import Models
import Testing

/// Every convolution kernel against a plain loop in double precision, on every instruction set of this machine.
@Suite struct KernelTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let inputs, outputs, height, width, kernel, stride, padding: Int
    var testDescription: String {
      "[\(inputs), \(height), \(width)] -> \(outputs), \(kernel)×\(kernel), stride \(stride), padding \(padding)"
    }
    var shape: ConvolutionShape {
      ConvolutionShape(
        inputs: inputs, outputs: outputs, height: height, width: width, kernel: kernel, stride: stride,
        padding: padding)
    }
  }

  /// Odd sizes: heights and widths 1…9, channels 1…40, by a fixed rule that visits them all.
  static let cases: [Case] =
    (0..<72).map { i in
      let kernel = i % 3 == 0 ? 1 : 3
      return Case(
        inputs: 1 + (i * 7) % 40, outputs: 1 + (i * 11 + 3) % 40, height: 1 + i % 9, width: 1 + (i / 8) % 9,
        kernel: kernel, stride: 1 + (i / 2) % 2, padding: kernel == 1 ? 0 : 1)
    } + [
      Case(inputs: 3, outputs: 16, height: 5, width: 9, kernel: 3, stride: 1, padding: 3),
      Case(inputs: 64, outputs: 48, height: 8, width: 33, kernel: 3, stride: 1, padding: 1),
      Case(inputs: 17, outputs: 33, height: 9, width: 8, kernel: 5, stride: 3, padding: 2),
      Case(inputs: 16, outputs: 32, height: 8, width: 8, kernel: 3, stride: 2, padding: 0),
    ]

  /// In a process of its own, because the choice of an instruction set is the process's.
  @Test(arguments: InstructionSet.available) func convolutionsMatchPlainLoops(_ isa: String) async {
    await #expect(processExitsWith: .success) { [isa] in
      #expect(InstructionSet.select(isa))
      #expect(InstructionSet.current == isa)
      let pool = try ThreadPool(threads: 2)
      for c in Self.cases {
        // Enough images, where they are small, for several partial sums of the weight gradient.
        let worst = Self.check(c.shape, images: c.height * c.width < 6 ? 35 : 3, pool: pool)
        #expect(worst < 2e-5, "\(c.testDescription)")
      }
    }
  }

  /// The largest error of forward, both gradients and the per-sample gradients, relative to the largest value.
  private static func check(_ s: ConvolutionShape, images: Int, pool: ThreadPool) -> Float {
    var random = RandomStream(seed: 5, name: "kernels")
    let naive = NaiveConvolution(shape: s, images: images, random: &random)
    var weight = Buffer<Float>(naive.weight)
    let x = blocked(naive.x, images, s.inputs, s.height * s.width)
    let dy = blocked(naive.dy, images, s.outputs, s.outputHeight * s.outputWidth)
    var forward = Buffer<Float>(count: s.blockedWeightCount)
    var transposed = Buffer<Float>(count: s.blockedWeightCount)
    pool.blockWeight(s, weight, forward: &forward, transposed: &transposed)

    // Outputs start as rubbish: overwritten means overwritten.
    var y = Buffer<Float>(count: images * s.outputFloats, repeating: 7)
    pool.convolve(s, images: images, x: x, weight: forward, y: &y)
    var dx = Buffer<Float>(count: images * s.inputFloats, repeating: 7)
    pool.convolveBackwardInput(s, images: images, dy: dy, transposed: transposed, dx: &dx, accumulate: false)
    let once = dense(dx, images, s.inputs, s.height * s.width)
    pool.convolveBackwardInput(s, images: images, dy: dy, transposed: transposed, dx: &dx, accumulate: true)
    let twice = dense(dx, images, s.inputs, s.height * s.width)

    var partials = Buffer<Float>(
      count: ConvolutionShape.partials(images: images) * s.blockedWeightCount, repeating: 7)
    var blockedGradient = Buffer<Float>(count: s.blockedWeightCount, repeating: 7)
    pool.convolveBackwardWeight(
      s, images: images, x: x, dy: dy, partials: &partials, dWeight: &blockedGradient)
    for i in 0..<weight.count { weight[i] = 0 }
    pool.unblockWeightGradient(s, blockedGradient, gradient: &weight)
    let dWeight = weight.array()

    var sum = Buffer<Float>(count: s.blockedWeightCount)
    for block in 0..<s.outputBlocks {
      var rows = Buffer<Float>(count: images * s.sampleGradientCount, repeating: 7)
      pool.convolveSampleGradients(s, images: images, block: block, x: x, dy: dy, rows: &rows)
      for i in 0..<rows.count { sum[block * s.sampleGradientCount + i % s.sampleGradientCount] += rows[i] }
    }
    for i in 0..<weight.count { weight[i] = 0 }
    pool.unblockWeightGradient(s, sum, gradient: &weight)

    return [
      relativeError(dense(y, images, s.outputs, s.outputHeight * s.outputWidth), naive.y),
      relativeError(once, naive.dx), relativeError(twice, naive.dx.map { 2 * $0 }),
      relativeError(dWeight, naive.dWeight), relativeError(weight.array(), naive.dWeight),
    ].max() ?? .infinity
  }
}

/// The definition, in NCHW and double precision.
struct NaiveConvolution {
  var x, weight, dy: [Float]
  var y, dx, dWeight: [Float]

  init(shape s: ConvolutionShape, images: Int, random: inout RandomStream) {
    func draw(_ count: Int) -> [Float] { (0..<count).map { _ in random.uniform() - 0.5 } }
    let (oh, ow) = (s.outputHeight, s.outputWidth)
    x = draw(images * s.inputs * s.height * s.width)
    weight = draw(s.weightCount)
    dy = draw(images * s.outputs * oh * ow)
    var y = [Double](repeating: 0, count: dy.count)
    var dx = [Double](repeating: 0, count: x.count)
    var dWeight = [Double](repeating: 0, count: weight.count)
    for n in 0..<images {
      for k in 0..<s.outputs {
        for h in 0..<oh {
          for w in 0..<ow {
            let out = ((n * s.outputs + k) * oh + h) * ow + w
            for c in 0..<s.inputs {
              for kh in 0..<s.kernel {
                for kw in 0..<s.kernel {
                  let (ih, iw) = (h * s.stride + kh - s.padding, w * s.stride + kw - s.padding)
                  guard ih >= 0 && ih < s.height && iw >= 0 && iw < s.width else { continue }
                  let at = ((n * s.inputs + c) * s.height + ih) * s.width + iw
                  let tap = ((k * s.inputs + c) * s.kernel + kh) * s.kernel + kw
                  y[out] += Double(x[at]) * Double(weight[tap])
                  dx[at] += Double(dy[out]) * Double(weight[tap])
                  dWeight[tap] += Double(dy[out]) * Double(x[at])
                }
              }
            }
          }
        }
      }
    }
    self.y = y.map(Float.init)
    self.dx = dx.map(Float.init)
    self.dWeight = dWeight.map(Float.init)
  }
}

// MARK: - Layouts

extension Buffer where Element == Float {
  init(_ values: [Float]) {
    self.init(count: values.count)
    for (i, value) in values.enumerated() { self[i] = value }
  }
}

/// `[N, C, pixels]` to `[N, CB, pixels, 16]`.
func blocked(_ values: [Float], _ images: Int, _ channels: Int, _ pixels: Int) -> Buffer<Float> {
  var buffer = Buffer<Float>(count: images * blocks(of: channels) * pixels * lanes)
  for i in values.indices {
    let (n, c, p) = (i / pixels / channels, i / pixels % channels, i % pixels)
    buffer[((n * blocks(of: channels) + c / lanes) * pixels + p) * lanes + c % lanes] = values[i]
  }
  return buffer
}

/// `[N, CB, pixels, 16]` to `[N, C, pixels]`; NaN where padding is not zero.
func dense(_ buffer: borrowing Buffer<Float>, _ images: Int, _ channels: Int, _ pixels: Int) -> [Float] {
  var values = [Float](repeating: .nan, count: images * channels * pixels)
  for n in 0..<images {
    for c in 0..<blocks(of: channels) * lanes {
      for p in 0..<pixels {
        let value = buffer[((n * blocks(of: channels) + c / lanes) * pixels + p) * lanes + c % lanes]
        if c < channels {
          values[(n * channels + c) * pixels + p] = value
        } else if value != 0 {
          values[0] = .nan
        }
      }
    }
  }
  return values
}
