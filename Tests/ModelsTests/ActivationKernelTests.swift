import Models
import Testing

/// Activations and their gradients as passes of their own against the formulas in double precision, over odd sizes,
/// on every instruction set.
@Suite struct ActivationKernelTests {
  @Test func activationsFollowTheirFormula() async {
    await #expect(processExitsWith: .success) {
      try Self.forEverySize { shape, channels, random, pool, name in
        for form in ActivationForm.all {
          let activation = RandomActivation(
            form, images: shape.images, channels: channels, pixels: shape.pixels, random: &random)
          // Into a storage of their own, and over the values that they are made of.
          for kept in [Storage(rubbish: shape.floats), activation.source.x, activation.source.residual] {
            guard let kept else { continue }
            let fresh = Storage(kept.data)
            var source = activation.source
            source.kept = kept
            pool.activate(shape, source)
            let found = dense(kept.data, shape.images, channels, shape.pixels)
            #expect(relativeError(found, activation.values) < 1e-6, "\(form), \(name)")
            for i in 0..<fresh.data.count { kept.data[i] = fresh.data[i] }
          }
        }
      }
    }
  }

  @Test func gradientsAreFinished() async {
    await #expect(processExitsWith: .success) {
      try Self.forEverySize { shape, channels, random, pool, name in
        for gate in GateForm.all {
          for sums in [false, true] {
            let complete = random.draw(shape.images * channels * shape.pixels)
            let target = RandomSink(
              gate, accumulates: true, sums: sums, images: shape.images, channels: channels,
              pixels: shape.pixels, random: &random, complete: complete)
            pool.finishGradient(shape, target.sink)
            for (part, error) in target.errors(adding: nil) {
              #expect(error < 1e-6, "\(part), \(gate.map { "\($0)" } ?? "no gate"), \(name)")
            }
          }
        }
      }
    }
  }

  /// To be called in a process of its own.
  private static func forEverySize(
    _ body: (BlockedShape, Int, inout RandomStream, ThreadPool, String) -> Void
  ) throws {
    let pool = try ThreadPool(threads: 2)
    for isa in InstructionSet.available {
      #expect(InstructionSet.select(isa))
      for channels in [1, 3, 16, 17, 32, 40] {
        let shape = BlockedShape(images: 3, blocks: blocks(of: channels), pixels: 1 + channels * 7 % 23)
        var random = RandomStream(seed: 13, name: "activations", substream: UInt32(channels))
        body(shape, channels, &random, pool, "\(channels) channels, \(isa)")
      }
    }
  }
}
