import Models
import Testing

/// Means and squared deviations, as convolutions leave them and as passes of their own, on every instruction set.
@Suite struct MomentTests {
  /// Both of an image, in two passes and double precision.
  private static func moments(_ x: ArraySlice<Float>) -> (mean: Double, deviation: Double) {
    let mean = x.reduce(0.0) { $0 + Double($1) } / Double(x.count)
    return (mean, x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) })
  }

  /// The largest errors of moments of dense `x [N, C, pixels]`, in units of what rounding explains: below 1 all is well.
  ///
  /// Each of n additions rounds by at most ε = 2⁻²⁴ of the sum so far. A pass of its own adds up n values, and then
  /// squares of differences from their mean. Winograd's algorithm has one pass: it adds up differences from the image's
  /// value at (1, 1), where there is one, and their squares, which sum to `1 + δ²` times the result where that value is `δ` standard deviations
  /// from the mean, whatever the mean is.
  private static func excess(
    _ moments: Moments, of x: [Float], images: Int, channels: Int, originAt: Int? = nil
  ) -> Float {
    let pixels = x.count / images / channels
    let means = dense(moments.mean.data, images, channels, 1)
    let deviations = dense(moments.deviation.data, images, channels, 1)
    let (n, epsilon) = (Double(pixels), 0x1p-24)
    return means.indices.reduce(0) { worst, row in
      let expected = Self.moments(x[(row * pixels)..<((row + 1) * pixels)])
      let origin = originAt.map { Double(x[row * pixels + $0]) } ?? 0
      let offset = abs(expected.mean - origin)
      let meanBound =
        epsilon * (2 * abs(expected.mean) + n * (offset + (expected.deviation / n).squareRoot()))
      let spread = expected.deviation + (originAt == nil ? 0 : n * offset * offset)
      let deviationBound = epsilon * (n + 8) * spread + n * meanBound * meanBound
      let errors = [
        abs(Double(means[row]) - expected.mean) / (meanBound + 1e-30),
        abs(Double(deviations[row]) - expected.deviation) / (deviationBound + 1e-30),
      ]
      return errors.reduce(worst) { $1.isNaN ? .infinity : max($0, Float($1)) }
    }
  }

  static let shapes =
    FusedKernelTests.shapes + [
      KernelTests.Case(inputs: 16, outputs: 16, height: 32, width: 32, kernel: 3, stride: 1, padding: 1),
      KernelTests.Case(
        inputs: 16, outputs: 33, height: 1, width: 1, kernel: 3, stride: 1, padding: 1, images: 35),
      KernelTests.Case(
        inputs: 16, outputs: 33, height: 1, width: 1, kernel: 1, stride: 1, padding: 0, images: 9),
    ]

  /// Also where the mean is 30 standard deviations, where a sum of squares would lose three digits.
  @Test func convolutionsMeasureTheirResults() async {
    await #expect(processExitsWith: .success) {
      let pool = try ThreadPool(threads: 2)
      for isa in InstructionSet.available {
        #expect(InstructionSet.select(isa))
        for c in Self.shapes {
          for distance in [0, 30] as [Float] {
            let (y, moments) = Self.convolve(c, distance, pool)
            let inner = c.height > 1 && c.width > 1 ? c.width + 1 : 0
            let excess = Self.excess(
              moments, of: y, images: c.images, channels: c.outputs, originAt: c.isWinograd ? inner : nil)
            #expect(excess < 1, "mean of \(distance) deviations, \(c), \(isa)")
          }
        }
      }
    }
  }

  /// Results whose mean is about `distance` standard deviations: only the kernels' middle taps that see no border are
  /// not zero, and an input that is always one adds the distance.
  private static func convolve(
    _ c: KernelTests.Case, _ distance: Float, _ pool: ThreadPool
  ) -> (y: [Float], moments: Moments) {
    let s = c.shape
    let (pixels, taps) = (s.height * s.width, s.kernel * s.kernel)
    var random = RandomStream(seed: 11, name: "moments")
    var x = random.draw(c.images * s.inputs * pixels)
    for i in x.indices where i / pixels % s.inputs == 0 { x[i] = 1 }
    var weight = random.draw(s.weightCount)
    if distance > 0 {
      for i in weight.indices where i % taps != taps / 2 { weight[i] = 0 }
      for k in 0..<s.outputs {
        // The others' deviation: inputs are uniform, of variance 1/12.
        let others = (1..<s.inputs).reduce(Float(0)) { sum, c in
          let w = weight[(k * s.inputs + c) * taps + taps / 2]
          return sum + w * w / 12
        }
        weight[k * s.inputs * taps + taps / 2] = distance * others.squareRoot()
      }
    }
    let prepared = PreparedWeight(s, weight, pool)
    let y = Storage(rubbish: c.images * s.outputFloats)
    let floats = c.images * s.outputBlocks * lanes
    let moments = Moments(mean: Storage(rubbish: floats), deviation: Storage(rubbish: floats))
    pool.convolve(
      s, images: c.images, Source(x: Storage(blocked(x, c.images, s.inputs, pixels))),
      weight: prepared.forward, into: ConvolutionResult(y: y, moments: moments))
    return (dense(y.data, c.images, s.outputs, s.outputHeight * s.outputWidth), moments)
  }

  @Test func passesOfTheirOwnMeasureAndCombine() async {
    await #expect(processExitsWith: .success) {
      let pool = try ThreadPool(threads: 2)
      for isa in InstructionSet.available {
        #expect(InstructionSet.select(isa))
        for channels in 1...40 {
          let (images, pixels) = (1 + channels % 5, 1 + channels * 7 % 64)
          for distance in [0, 30] as [Float] {
            Self.checkPasses(images, channels, pixels, distance, "\(isa), \(channels) channels", pool)
          }
        }
      }
    }
  }

  private static func checkPasses(
    _ images: Int, _ channels: Int, _ pixels: Int, _ distance: Float, _ name: String, _ pool: ThreadPool
  ) {
    let shape = BlockedShape(images: images, blocks: blocks(of: channels), pixels: pixels)
    var random = RandomStream(seed: 12, name: "passes", substream: UInt32(channels))
    // Uniform numbers have a deviation of 1/√12.
    let x = random.draw(images * channels * pixels).map { $0 + distance / Float(12).squareRoot() }
    let moments = Moments(mean: Storage(rubbish: shape.perImage), deviation: Storage(rubbish: shape.perImage))
    pool.channelMoments(shape, x: Storage(blocked(x, images, channels, pixels)), into: moments)
    #expect(excess(moments, of: x, images: images, channels: channels) < 1, "\(name)")

    var mean = Buffer<Double>(count: shape.perChannel, repeating: 7)
    var deviation = Buffer<Double>(count: shape.perChannel, repeating: 7)
    combineMoments(shape, moments, mean: &mean, deviation: &deviation)
    var total = Buffer<Double>(count: shape.perChannel, repeating: 7)
    sumImages(shape, moments.mean, into: &total)
    for c in 0..<shape.perChannel {
      let values = c < channels ? x.indices.filter { $0 / pixels % channels == c }.map { x[$0] } : [0]
      let expected = Self.moments(values[...])
      // What the images' floats lose: a rounding for each pixel of the means, which shifts the centers of deviations.
      let (n, epsilon) = (Double(pixels), 0x1p-24)
      let rounding = epsilon * (n + 2) * (abs(expected.mean) + 1)
      let shifted = 4 * rounding * (Double(values.count) * expected.deviation).squareRoot()
      let bound = 2 * epsilon * n * expected.deviation + shifted + 1e-12
      #expect(abs(mean[c] - expected.mean) <= rounding, "mean, \(name)")
      #expect(abs(deviation[c] - expected.deviation) <= bound, "deviation, \(name)")
      let sum = (0..<images).reduce(0.0) { $0 + Double(moments.mean.data[$1 * shape.perChannel + c]) }
      #expect(total[c] == sum, "sum, \(name)")
    }
  }
}
