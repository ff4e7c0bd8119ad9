import Models
import Testing

/// What would read or write outside of a buffer ends the process instead.
@Suite struct PreconditionTests {
  @Test func bufferIndicesAreChecked() async {
    await #expect(processExitsWith: .failure) { _ = Buffer<Float>(count: 3)[3] }
    await #expect(processExitsWith: .failure) { _ = Buffer<Float>(count: 3)[-1] }
    await #expect(processExitsWith: .failure) { _ = Buffer<Float>(count: 3).array(prefix: 4) }
    await #expect(processExitsWith: .failure) { _ = Buffer<Float>(count: -1) }
  }

  @Test func kernelsRefuseShortBuffers() async {
    await #expect(processExitsWith: .failure) {
      let shape = ConvolutionShape(
        inputs: 3, outputs: 5, height: 4, width: 4, kernel: 3, stride: 1, padding: 1)
      var y = Buffer<Float>(count: shape.outputFloats - 1)
      let x = Buffer<Float>(count: shape.inputFloats)
      let weight = Buffer<Float>(count: shape.blockedWeightCount)
      try ThreadPool(threads: 1).convolve(shape, images: 1, x: x, weight: weight, y: &y)
    }
    await #expect(processExitsWith: .failure) {
      var x = Buffer<Float>(count: 16)
      try ThreadPool(threads: 1).relu(&x, count: 32)
    }
    await #expect(processExitsWith: .failure) {
      var sum = Buffer<Float>(count: 16)
      var product = Buffer<Float>(count: 15)
      try ThreadPool(threads: 1).channelMoments(
        BlockedShape(images: 1, blocks: 1, pixels: 2), x: Buffer(count: 32), mean: &sum, deviation: &product)
    }
  }

  @Test func productsRefuseShapesThatDoNotFit() async {
    await #expect(processExitsWith: .failure) {
      var c = Buffer<Float>(count: 4)
      try ThreadPool(threads: 1).gemm(
        Buffer(count: 6), (2, 3, 3), Buffer(count: 4), (2, 2, 2), into: &c, stride: 2)
    }
    await #expect(processExitsWith: .failure) {
      var c = Buffer<Float>(count: 3)
      try ThreadPool(threads: 1).gemm(
        Buffer(count: 4), (2, 2, 2), Buffer(count: 4), (2, 2, 2), into: &c, stride: 2)
    }
  }

  @Test func networksRefuseBatchesBeyondTheirCapacity() async {
    await #expect(processExitsWith: .failure) {
      let network = Network(
        .mlp, image: ImageShape(channels: 1, height: 2, width: 2), classes: 3, capacity: 2, seed: 1,
        pool: try ThreadPool(threads: 1))
      network.forward(Buffer(count: 12), samples: 3, mode: .training)
    }
  }
}
