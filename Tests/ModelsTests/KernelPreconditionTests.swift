import Models
import Testing

/// Each storage that a kernel is handed is refused where it is one float short; whole ones pass.
@Suite struct KernelPreconditionTests {
  static let shape = ConvolutionShape(
    inputs: 17, outputs: 5, height: 4, width: 4, kernel: 3, stride: 1, padding: 1)
  static let blocked = BlockedShape(images: 2, blocks: 2, pixels: 16)

  @Test func wholeBuffersAreTaken() async {
    await #expect(processExitsWith: .success) { try KernelCall().run() }
  }

  @Test(arguments: KernelCall.Part.allCases) func shortBuffersAreRefused(_ part: KernelCall.Part) async {
    await #expect(processExitsWith: .failure) { [part] in try KernelCall(short: part).run() }
  }

  @Test func activationsThatAreStoredNowhereAreRefused() async {
    await #expect(processExitsWith: .failure) {
      try ThreadPool(threads: 1).activate(Self.blocked, Source(x: Storage(count: Self.blocked.floats)))
    }
  }
}

/// Calls of every kernel of convolutions and activations, with one part too short.
struct KernelCall {
  enum Part: String, CaseIterable, Codable, Sendable {
    case x, scale, shift, residual, residualScale, kept
    case weight, forward, transposed, weightScale
    case y, mean, deviation, resultShift, resultResidual
    case dy, dx, gate, normalized, center, sum, product, partials, dWeight, rows, rowStride
    case momentsInput, momentsMean, momentsDeviation, totalMean, totalDeviation, summed, total
    case activated, finished
  }

  var short: Part?
  private let images = 2
  private var s: ConvolutionShape { KernelPreconditionTests.shape }
  private var b: BlockedShape { KernelPreconditionTests.blocked }

  private func count(_ part: Part, _ floats: Int) -> Int { part == short ? floats - 1 : floats }
  private func storage(_ part: Part, _ floats: Int) -> Storage { Storage(count: count(part, floats)) }
  private func buffer(_ part: Part, _ floats: Int) -> Buffer<Float> { Buffer(count: count(part, floats)) }

  private var source: Source {
    Source(
      x: storage(.x, b.floats), scale: storage(.scale, b.perChannel), shift: storage(.shift, b.perChannel),
      residual: storage(.residual, b.floats), residualScale: storage(.residualScale, b.perChannel),
      isRectified: true, kept: storage(.kept, b.floats))
  }

  private func sink(_ dx: Part) -> GradientSink {
    GradientSink(
      dx: storage(dx, b.floats), accumulates: true,
      gate: Source(x: storage(.gate, b.floats), isRectified: true),
      sums: NormalizationSums(
        normalized: storage(.normalized, b.floats), mean: storage(.center, b.perChannel),
        sum: storage(.sum, b.perImage), product: storage(.product, b.perImage)))
  }

  func run() throws {
    let pool = try ThreadPool(threads: 1)
    convolve(pool)
    backward(pool)
    passes(pool)
  }

  private func convolve(_ pool: ThreadPool) {
    var forward = buffer(.forward, s.preparedWeightCount)
    var transposed = buffer(.transposed, s.preparedWeightCount)
    let weight = buffer(.weight, s.weightCount)
    pool.prepareWeight(s, weight, scale: storage(.weightScale, s.outputs), forward: &forward)
    pool.prepareWeight(s, weight, forward: &forward, transposed: &transposed)
    let perImage = images * s.outputBlocks * lanes
    let y = storage(.y, images * s.outputFloats)
    pool.convolve(
      s, images: images, source, weight: forward,
      into: ConvolutionResult(
        y: y, moments: Moments(mean: storage(.mean, perImage), deviation: storage(.deviation, perImage))))
    pool.convolve(
      s, images: images, source, weight: forward,
      into: ConvolutionResult(
        y: y, shift: storage(.resultShift, s.outputBlocks * lanes),
        residual: storage(.resultResidual, images * s.outputFloats)))
  }

  private func backward(_ pool: ThreadPool) {
    let dy = Source(x: storage(.dy, images * s.outputFloats))
    let transposed = buffer(.transposed, s.preparedWeightCount)
    var partials = buffer(.partials, s.partialCount(images: images))
    var dWeight = buffer(.dWeight, s.weightCount)
    pool.convolveBackward(
      s, images: images, x: source, dy: dy, transposed: transposed, dx: sink(.dx), partials: &partials,
      weightGradient: &dWeight)
    var rows = buffer(.rows, images * s.weightGradientCount)
    pool.convolveBackwardPerSample(
      s, images: images, x: source, dy: dy, transposed: transposed, dx: sink(.dx), rows: &rows,
      stride: count(.rowStride, s.weightGradientCount))
  }

  private func passes(_ pool: ThreadPool) {
    pool.activate(b, Source(x: storage(.activated, b.floats), kept: Storage(count: b.floats)))
    pool.finishGradient(b, sink(.finished))
    let moments = Moments(
      mean: storage(.momentsMean, b.perImage), deviation: storage(.momentsDeviation, b.perImage))
    pool.channelMoments(b, x: storage(.momentsInput, b.floats), into: moments)
    var mean = Buffer<Double>(count: count(.totalMean, b.perChannel))
    var deviation = Buffer<Double>(count: count(.totalDeviation, b.perChannel))
    combineMoments(b, moments, mean: &mean, deviation: &deviation)
    var total = Buffer<Double>(count: count(.total, b.perChannel))
    sumImages(b, storage(.summed, b.perImage), into: &total)
  }
}
