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

  @Test func layoutsRefuseShortBuffers() async {
    await #expect(processExitsWith: .failure) {
      var x = Buffer<Float>(count: 64)
      try ThreadPool(threads: 1).blockImages(
        first: 2, images: 2, channels: 3, pixels: 2, dense: Buffer(count: 23), x: &x)
    }
    await #expect(processExitsWith: .failure) {
      var x = Buffer<Float>(count: 64)
      try ThreadPool(threads: 1).blockImages(
        first: -1, images: 1, channels: 3, pixels: 2, dense: Buffer(count: 24), x: &x)
    }
    await #expect(processExitsWith: .failure) {
      var y = Buffer<Float>(count: 15)
      try ThreadPool(threads: 1).meanPixels(
        BlockedShape(images: 1, blocks: 1, pixels: 2), x: Buffer(count: 32), y: &y)
    }
    await #expect(processExitsWith: .failure) {
      var value = Buffer<Float>(count: 3)
      var velocity = Buffer<Float>(count: 4)
      let rule = SGDRule(rate: 1, momentum: 0, decay: 0, nesterov: false)
      sgdUpdate(rule, count: 4, gradient: Buffer(count: 4), velocity: &velocity, value: &value)
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
