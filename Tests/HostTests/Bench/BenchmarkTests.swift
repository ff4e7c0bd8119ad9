import Host
import Models
import Testing

/// What `bench` trains on, and how it sums up times.
@Suite struct BenchmarkTests {
  @Test(arguments: [(1, 4096), (8, 4096), (128, 4096), (1000, 5000), (5000, 20_000)])
  func madeUpImagesFillWholeBatches(batchSize: Int, count: Int) {
    let images = ImageDataset.synthetic(batchSize: batchSize, seed: 1)
    #expect(images.count == count && count.isMultiple(of: batchSize))
    #expect((images.height, images.width, images.channels) == (32, 32, 3))
    guard case .bytes(let bytes) = images.pixels else {
      Issue.record("not bytes")
      return
    }
    #expect(bytes.count == count * 3072 && images.labels.count == count)
    #expect(Float(bytes.min() ?? 255) >= images.values.lowerBound)
    #expect(Float(bytes.max() ?? 0) <= images.values.upperBound)
  }

  @Test func madeUpClassesAreLongTailed() {
    let counts = ImageDataset.synthetic(batchSize: 128, seed: 1).classCounts
    #expect(counts == counts.sorted(by: >) && counts.count == 10)
    #expect((90...120).contains(Double(counts[0]) / Double(counts[9])))
  }

  @Test func madeUpImagesDependOnTheSeedOnly() {
    func bytes(_ seed: UInt64) -> [UInt8] {
      if case .bytes(let bytes) = ImageDataset.synthetic(batchSize: 64, seed: seed).pixels {
        bytes
      } else {
        []
      }
    }
    #expect(bytes(1) == bytes(1) && bytes(1) != bytes(2))
  }

  @Test(
    arguments: [
      ([3], [3, 3, 3, 3]), ([2, 1], [1, 1.1, 1.5, 1.9]), ([5, 1, 4, 2, 3], [1, 1.4, 3, 4.6]),
    ] as [([Double], [Double])])
  func quantilesAreInterpolated(milliseconds: [Double], expected: [Double]) {
    let spread = Spread(seconds: milliseconds.map { $0 / 1000 })
    let found = [spread.least, spread.quantile(0.1), spread.median, spread.quantile(0.9)]
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-9, "\(found)") }
    #expect(zip(spread.all, milliseconds).allSatisfy { abs($0 - $1) < 1e-9 })
  }
}

/// How much arithmetic a step is, and how much a machine can do.
@Suite struct ArithmeticTests {
  private func network(_ architecture: Architecture, side: Int = 32) throws -> Network {
    Network(
      architecture, image: ImageShape(channels: 3, height: side, width: side), classes: 10, capacity: 1,
      seed: 1, pool: try ThreadPool(threads: 1))
  }

  @Test func countsAreThoseOfThePaper() throws {
    // He et al.: the first convolution, five blocks of two a stage, the classifier.
    let first = 16 * 27 * 1024
    let stage = 16 * 144 * 1024
    let forward = first + 10 * stage + (stage / 2 + 9 * stage) * 2 + 640
    let network = try network(.resnet32)
    #expect(network.multiplyAddsPerSample == forward)
    #expect(network.backwardMultiplyAddsPerSample == 2 * forward - first)
  }

  @Test func perceptronCountsItsWeights() throws {
    let network = try network(.mlp, side: 4)
    #expect(network.multiplyAddsPerSample == 48 * 256 + 256 * 256 + 256 * 10)
  }

  /// In a process of its own, because the choice of an instruction set is the process's.
  @Test(arguments: InstructionSet.available) func everySetHasAPeak(_ isa: String) async {
    await #expect(processExitsWith: .success) { [isa] in
      #expect(InstructionSet.select(isa))
      // Any machine of this century does a tenth of a GFLOP/s, and none a million.
      for threads in [1, 2] {
        let peak = try ThreadPool(threads: threads).measurePeak()
        #expect((0.1...1e6).contains(peak))
      }
    }
  }
}
