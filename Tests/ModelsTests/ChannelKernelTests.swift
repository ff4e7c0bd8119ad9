import Models
import Testing

/// The kernels that move values, and the update, against a plain loop, over odd sizes, on every instruction set of this machine.
@Suite struct ChannelKernelTests {
  /// In a process of its own, because the choice of an instruction set is the process's.
  @Test(arguments: InstructionSet.available) func kernelsMatchPlainLoops(_ isa: String) async {
    await #expect(processExitsWith: .success) { [isa] in
      #expect(InstructionSet.select(isa))
      let pool = try ThreadPool(threads: 2)
      for channels in 1...40 {
        let check = KernelCheck(
          channels: channels, height: 1 + channels % 9, width: 1 + channels / 5, pool: pool)
        for (name, error) in check.errors() { #expect(error < 1e-5, "\(name), \(channels) channels") }
      }
    }
  }
}

/// Plain loops over dense `[images, channels, pixels]` beside the kernels over blocks.
private struct KernelCheck {
  let channels, height, width: Int
  let pool: ThreadPool
  private let images = 3
  private var pixels: Int { height * width }
  private var shape: BlockedShape {
    BlockedShape(images: images, blocks: blocks(of: channels), pixels: pixels)
  }
  private let x, dy, before: [Float]

  init(channels: Int, height: Int, width: Int, pool: ThreadPool) {
    (self.channels, self.height, self.width, self.pool) = (channels, height, width, pool)
    var random = RandomStream(seed: 7, name: "kernels", substream: UInt32(channels))
    let count = images * channels * height * width
    (x, dy, before) = (random.draw(count), random.draw(count), random.draw(count))
  }

  func errors() -> [(String, Float)] { update() + layouts() + subsampling() }

  private func inBlocks(_ values: [Float]) -> Buffer<Float> { blocked(values, images, channels, pixels) }
  /// The error of values `[images, channels, pixels]` that a kernel left in blocks.
  private func error(_ found: borrowing Buffer<Float>, _ expected: (Int) -> Float) -> Float {
    relativeError(dense(found, images, channels, pixels), x.indices.map(expected))
  }
  /// The error of values `[images, channels]`.
  private func error(_ found: borrowing Buffer<Float>, perImage expected: (Range<Int>, Int) -> Double)
    -> Float
  {
    let values = (0..<images * channels).map { i in
      Float(expected(i * pixels..<(i + 1) * pixels, i % channels))
    }
    return relativeError(dense(found, images, channels, 1), values)
  }
  private func channel(_ i: Int) -> Int { i / pixels % channels }

  // MARK: - Update

  private func update() -> [(String, Float)] {
    var value = Buffer<Float>(x)
    var velocity = Buffer<Float>(before)
    let rule = SGDRule(rate: 0.1, momentum: 0.9, decay: 0.01, nesterov: channels % 2 == 0)
    sgdUpdate(rule, count: x.count, gradient: Buffer(dy), velocity: &velocity, value: &value)
    let updated = x.indices.map { i in
      let g = dy[i] + 0.01 * x[i]
      let v = 0.9 * before[i] + g
      return x[i] - 0.1 * (rule.nesterov ? g + 0.9 * v : v)
    }
    return [("update", relativeError(value.array(), updated))]
  }

  // MARK: - Layouts and pooling

  private func layouts() -> [(String, Float)] {
    let interleaved = x.indices.map { i in
      x[
        i / (channels * pixels) * channels * pixels + i % channels * pixels
          + i / channels % pixels]
    }
    var y = Buffer<Float>(count: shape.floats, repeating: 7)
    pool.blockImages(images: images, channels: channels, pixels: pixels, dense: Buffer(interleaved), x: &y)
    var errors = [("blocking", error(y) { x[$0] })]
    var last = Buffer<Float>(count: shape.floats / images, repeating: 7)
    pool.blockImages(
      first: images - 1, images: 1, channels: channels, pixels: pixels, dense: Buffer(interleaved), x: &last)
    let image = Array(x.suffix(channels * pixels))
    errors.append(("blocking the last", relativeError(dense(last, 1, channels, pixels), image)))

    let rowFloats = blocks(of: channels * pixels) * lanes
    var rows = Buffer<Float>(count: images * rowFloats, repeating: 7)
    pool.flatten(images: images, channels: channels, pixels: pixels, x: inBlocks(x), rows: &rows)
    errors.append(("flattening", relativeError(dense(rows, images, channels * pixels, 1), x)))

    var means = Buffer<Float>(count: shape.perImage, repeating: 7)
    pool.meanPixels(shape, x: inBlocks(x), y: &means)
    let meanError = error(means) { range, _ in range.reduce(0.0) { $0 + Double(x[$1]) } / Double(pixels) }
    errors.append(("mean", meanError))
    let slopes = Array(dy[..<(images * channels)])
    for accumulate in [false, true] {
      var dx = inBlocks(before)
      pool.flattenBackward(
        images: images, channels: channels, pixels: pixels, rows: blocked(dy, images, channels * pixels, 1),
        dx: &dx, accumulate: accumulate)
      errors.append(("flattening backward", error(dx) { (accumulate ? before[$0] : 0) + dy[$0] }))
      dx = inBlocks(before)
      pool.meanPixelsBackward(
        shape, dy: blocked(slopes, images, channels, 1), dx: &dx, accumulate: accumulate)
      let found = error(dx) { (accumulate ? before[$0] : 0) + slopes[$0 / pixels] / Float(pixels) }
      errors.append(("mean backward", found))
    }
    return errors
  }

  private func subsampling() -> [(String, Float)] {
    let (outputs, offset, stride) = (channels + 1 + channels % 19, channels % 2, 1 + channels % 3)
    let s = SubsamplingShape(
      inputs: channels, outputs: outputs, height: height, width: width, stride: stride, offset: offset)
    let (oh, ow) = (s.outputHeight, s.outputWidth)
    var expected = [Float](repeating: 0, count: images * outputs * oh * ow)
    var slopes = [Float](repeating: 0, count: x.count)
    let dense = expected.indices.map { Float($0 % 23) - 11 }
    for i in x.indices {
      let (n, k, h, w) = (i / pixels / channels, channel(i), i % pixels / width, i % width)
      guard h % stride == 0, w % stride == 0 else { continue }
      let at = ((n * outputs + k + offset) * oh + h / stride) * ow + w / stride
      expected[at] = x[i]
      slopes[i] = dense[at]
    }
    var y = Buffer<Float>(count: images * blocks(of: outputs) * oh * ow * lanes, repeating: 7)
    pool.subsample(s, images: images, x: inBlocks(x), y: &y)
    var errors = [("subsampling", relativeError(ModelsTests.dense(y, images, outputs, oh * ow), expected))]
    for accumulate in [false, true] {
      var dx = inBlocks(before)
      pool.subsampleBackward(
        s, images: images, dy: blocked(dense, images, outputs, oh * ow), dx: &dx, accumulate: accumulate)
      errors.append(("subsampling backward", error(dx) { (accumulate ? before[$0] : 0) + slopes[$0] }))
    }
    return errors
  }
}
