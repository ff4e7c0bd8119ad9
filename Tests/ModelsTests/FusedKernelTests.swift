import Models
import Testing

/// What convolutions do on the way, while loading and while storing, against the formulas in double precision: on
/// every instruction set, for Winograd's algorithm and the direct one.
@Suite struct FusedKernelTests {
  /// Groups of tiles that span images, partial tiles, channels that do not fill their blocks; strides and borders.
  static let shapes = [
    KernelTests.Case(
      inputs: 16, outputs: 32, height: 9, width: 7, kernel: 3, stride: 1, padding: 1, images: 5),
    KernelTests.Case(
      inputs: 20, outputs: 17, height: 5, width: 4, kernel: 3, stride: 1, padding: 1, images: 9),
    KernelTests.Case(
      inputs: 33, outputs: 16, height: 2, width: 3, kernel: 3, stride: 1, padding: 1, images: 19),
    KernelTests.Case(inputs: 16, outputs: 5, height: 1, width: 38, kernel: 3, stride: 1, padding: 1),
    KernelTests.Case(inputs: 3, outputs: 16, height: 7, width: 5, kernel: 3, stride: 1, padding: 1),
    KernelTests.Case(
      inputs: 17, outputs: 20, height: 6, width: 5, kernel: 3, stride: 2, padding: 1, images: 9),
    KernelTests.Case(
      inputs: 33, outputs: 18, height: 3, width: 5, kernel: 1, stride: 1, padding: 0, images: 9),
    KernelTests.Case(inputs: 20, outputs: 16, height: 5, width: 4, kernel: 1, stride: 2, padding: 0),
    KernelTests.Case(inputs: 3, outputs: 33, height: 4, width: 5, kernel: 3, stride: 1, padding: 3),
  ]

  @Test func inputsAndOutputGradientsAreMadeWhileLoading() async {
    await #expect(processExitsWith: .success) { try Self.check { FusedCheck.sources($0, $1) } }
  }

  @Test func resultsAreFinishedWhileStoring() async {
    await #expect(processExitsWith: .success) { try Self.check { FusedCheck.results($0, $1) } }
  }

  @Test func inputGradientsAreFinishedWhileStoring() async {
    await #expect(processExitsWith: .success) { try Self.check { FusedCheck.sinks($0, $1) } }
  }

  /// To be called in a process of its own.
  private static func check(_ errors: (KernelTests.Case, ThreadPool) -> [(String, Float)]) throws {
    let pool = try ThreadPool(threads: 2)
    for isa in InstructionSet.available {
      #expect(InstructionSet.select(isa))
      for c in shapes {
        for (name, error) in errors(c, pool) { #expect(error < 2e-5, "\(name); \(c), \(isa)") }
      }
    }
  }
}

private enum FusedCheck {
  typealias Case = KernelTests.Case

  /// `x` and `dy` of every form, in the forward pass, where the values are kept or not, and in the backward passes.
  static func sources(_ c: Case, _ pool: ThreadPool) -> [(String, Float)] {
    let s = c.shape
    let (pixels, outputPixels) = (s.height * s.width, s.outputHeight * s.outputWidth)
    var random = RandomStream(seed: 7, name: "sources")
    let weight = random.draw(s.weightCount)
    let prepared = PreparedWeight(s, weight, pool)
    var errors: [(String, Float)] = []
    for (i, form) in ActivationForm.all.enumerated() {
      let slopeForm = ActivationForm.all[(i * 7 + 5) % ActivationForm.all.count]
      let x = RandomActivation(form, images: c.images, channels: s.inputs, pixels: pixels, random: &random)
      let dy = RandomActivation(
        slopeForm, images: c.images, channels: s.outputs, pixels: outputPixels, random: &random)
      let naive = NaiveConvolution(s, images: c.images, x: x.values, weight: weight, dy: dy.values)
      func add(_ name: String, _ error: Float) {
        errors.append(("\(name), x \(form), dy \(slopeForm)", error))
      }

      for kept in [nil, Storage(rubbish: c.images * s.inputFloats)] {
        var source = x.source
        source.kept = kept
        let y = Storage(rubbish: c.images * s.outputFloats)
        pool.convolve(s, images: c.images, source, weight: prepared.forward, into: ConvolutionResult(y: y))
        add("forward", relativeError(dense(y.data, c.images, s.outputs, outputPixels), naive.y))
        guard let kept else { continue }
        add("kept values", relativeError(dense(kept.data, c.images, s.inputs, pixels), x.values))
      }
      let dx = Storage(rubbish: c.images * s.inputFloats)
      var partials = Buffer<Float>(count: s.partialCount(images: c.images), repeating: 7)
      var dWeight = Buffer<Float>(count: s.weightCount, repeating: 7)
      pool.convolveBackward(
        s, images: c.images, x: x.source, dy: dy.source, transposed: prepared.transposed,
        dx: GradientSink(dx: dx, accumulates: false), partials: &partials, weightGradient: &dWeight)
      add("input gradient", relativeError(dense(dx.data, c.images, s.inputs, pixels), naive.dx))
      add("weight gradient", relativeError(dWeight.array(), naive.dWeight))
      var samples = SampleRows(s, samples: c.images)
      pool.convolveBackwardPerSample(
        s, images: c.images, x: x.source, dy: dy.source, transposed: prepared.transposed, dx: nil,
        rows: &samples.rows, stride: samples.stride)
      add("sample gradients", relativeError(samples.sum(), naive.dWeight))
    }
    return errors
  }

  /// `y · scale + shift + residual`, rectified, of every combination: evaluation.
  static func results(_ c: Case, _ pool: ThreadPool) -> [(String, Float)] {
    let s = c.shape
    let outputPixels = s.outputHeight * s.outputWidth
    var random = RandomStream(seed: 8, name: "results")
    let x = random.draw(c.images * s.inputs * s.height * s.width)
    let weight = random.draw(s.weightCount)
    let (scale, shift) = (random.draw(s.outputs), random.draw(s.outputs))
    let residual = random.draw(c.images * s.outputs * outputPixels)
    let zeros = [Double](repeating: 0, count: residual.count)
    let naive = NaiveConvolution(s, images: c.images, x: x.map(Double.init), weight: weight, dy: zeros)
    let source = Source(x: Storage(blocked(x, c.images, s.inputs, s.height * s.width)))
    return (0..<16).map { bits in
      let part = (
        scale: bits & 1 != 0, shift: bits & 2 != 0, residual: bits & 4 != 0, rectifier: bits & 8 != 0
      )
      let expected = residual.indices.map { i in
        let k = i / outputPixels % s.outputs
        var v = naive.y[i] * (part.scale ? Double(scale[k]) : 1)
        v += (part.shift ? Double(shift[k]) : 0) + (part.residual ? Double(residual[i]) : 0)
        return part.rectifier ? max(0, v) : v
      }
      var prepared = Buffer<Float>(count: s.preparedWeightCount, repeating: 7)
      pool.prepareWeight(
        s, Buffer(weight), scale: part.scale ? Storage(Buffer(scale)) : nil, forward: &prepared)
      let y = Storage(rubbish: c.images * s.outputFloats)
      pool.convolve(
        s, images: c.images, source, weight: prepared,
        into: ConvolutionResult(
          y: y, shift: part.shift ? Storage(blocked(shift, 1, s.outputs, 1)) : nil,
          residual: part.residual ? Storage(blocked(residual, c.images, s.outputs, outputPixels)) : nil,
          isRectified: part.rectifier))
      return ("\(part)", relativeError(dense(y.data, c.images, s.outputs, outputPixels), expected))
    }
  }

  /// Every combination of accumulation, gate and sums, with the batch's weight gradient and each sample's.
  static func sinks(_ c: Case, _ pool: ThreadPool) -> [(String, Float)] {
    let s = c.shape
    let (pixels, outputPixels) = (s.height * s.width, s.outputHeight * s.outputWidth)
    var random = RandomStream(seed: 9, name: "sinks")
    let weight = random.draw(s.weightCount)
    let prepared = PreparedWeight(s, weight, pool)
    let x = random.draw(c.images * s.inputs * pixels)
    let dy = random.draw(c.images * s.outputs * outputPixels)
    let naive = NaiveConvolution(
      s, images: c.images, x: x.map(Double.init), weight: weight, dy: dy.map(Double.init))
    let source = Source(x: Storage(blocked(x, c.images, s.inputs, pixels)))
    let slope = Source(x: Storage(blocked(dy, c.images, s.outputs, outputPixels)))
    var partials = Buffer<Float>(count: s.partialCount(images: c.images), repeating: 7)
    var dWeight = Buffer<Float>(count: s.weightCount, repeating: 7)
    var samples = SampleRows(s, samples: c.images)
    var errors: [(String, Float)] = []
    for (gate, bits) in GateForm.all.flatMap({ gate in (0..<8).map { (gate, $0) } }) {
      let (accumulates, sums, isPerSample) = (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0)
      let target = RandomSink(
        gate, accumulates: accumulates, sums: sums, images: c.images, channels: s.inputs, pixels: pixels,
        random: &random)
      if isPerSample {
        pool.convolveBackwardPerSample(
          s, images: c.images, x: source, dy: slope, transposed: prepared.transposed, dx: target.sink,
          rows: &samples.rows, stride: samples.stride)
      } else {
        pool.convolveBackward(
          s, images: c.images, x: source, dy: slope, transposed: prepared.transposed, dx: target.sink,
          partials: &partials, weightGradient: &dWeight)
        errors.append(("weight gradient", relativeError(dWeight.array(), naive.dWeight)))
      }
      let gateName = gate.map { "\($0)" } ?? "no gate"
      errors += target.errors(adding: naive.dx).map { name, error in
        ("\(name), accumulates \(accumulates), per sample \(isPerSample), \(gateName)", error)
      }
    }
    return errors
  }
}

struct PreparedWeight: ~Copyable {
  var forward, transposed: Buffer<Float>

  init(_ s: ConvolutionShape, _ weight: [Float], _ pool: ThreadPool) {
    forward = Buffer(count: s.preparedWeightCount, repeating: 7)
    transposed = Buffer(count: s.preparedWeightCount, repeating: 7)
    pool.prepareWeight(s, Buffer(weight), forward: &forward, transposed: &transposed)
  }
}
