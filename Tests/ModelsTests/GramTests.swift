import Models
import Testing

/// Inner products of rows against a plain loop in double precision, on every instruction set of this machine.
@Suite struct GramTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let samples, columns, gap: Int
    var testDescription: String { "[\(samples), \(columns)], a gap of \(gap)" }
  }

  /// Parts of a tile, of a block and of a stretch, and both sizes of blocks.
  static let cases: [Case] =
    [1, 2, 3, 17, 128, 130].flatMap { samples in
      [16, 48, 784, 1552].map { Case(samples: samples, columns: $0, gap: samples % 2 * 16) }
    } + [Case(samples: 257, columns: 784, gap: 16), Case(samples: 391, columns: 32, gap: 0)]

  /// In a process of its own, because the choice of an instruction set is the process's.
  @Test(arguments: InstructionSet.available) func productsMatchPlainLoops(_ isa: String) async {
    await #expect(processExitsWith: .success) { [isa] in
      #expect(InstructionSet.select(isa))
      let pools = try (1...3).map { try ThreadPool(threads: $0) }
      for c in Self.cases {
        let check = GramCheck(c)
        let found = pools.map { check.products(pool: $0) }
        #expect(check.error(found[0]) < 5e-7, "\(c.testDescription)")
        for (threads, other) in found.enumerated() {
          #expect(found[0] == other, "\(c.testDescription), \(threads + 1) threads")
        }
      }
    }
  }

  @Test func shortBuffersAndOddRowsAreRefused() async {
    await #expect(processExitsWith: .failure) {
      var products = Buffer<Float>(count: 9)
      try ThreadPool(threads: 1).addGram(
        samples: 3, columns: 16, stride: 16, rows: Buffer(count: 47), products: &products, productsStride: 3)
    }
    await #expect(processExitsWith: .failure) {
      var products = Buffer<Float>(count: 8)
      try ThreadPool(threads: 1).addGram(
        samples: 3, columns: 16, stride: 16, rows: Buffer(count: 48), products: &products, productsStride: 3)
    }
    await #expect(processExitsWith: .failure) {
      var products = Buffer<Float>(count: 9)
      try ThreadPool(threads: 1).addGram(
        samples: 3, columns: 8, stride: 16, rows: Buffer(count: 48), products: &products, productsStride: 3)
    }
    await #expect(processExitsWith: .failure) {
      var products = Buffer<Float>(count: 8)
      mirrorGram(samples: 3, products: &products, stride: 3)
    }
  }
}

/// Rows, products that are there before, and what is to come out.
private struct GramCheck {
  let samples, columns, stride, productsStride: Int
  private let rows: [Float]
  private let before: [Float]
  private let expected: [Double]

  init(_ c: GramTests.Case) {
    let (samples, columns, stride) = (c.samples, c.columns, c.columns + c.gap)
    var random = RandomStream(seed: 3, name: "gram")
    var rows = (0..<samples * stride).map { _ in random.uniform() - 0.5 }
    for i in rows.indices where i % stride >= columns { rows[i] = .nan }  // gaps are not read
    let before = (0..<samples * samples).map { Float($0 / samples + $0 % samples) }
    var expected = before.map(Double.init)
    for i in 0..<samples {
      for j in 0...i {
        var product = 0.0
        for k in 0..<columns { product += Double(rows[i * stride + k]) * Double(rows[j * stride + k]) }
        expected[i * samples + j] += product
        if i != j { expected[j * samples + i] += product }
      }
    }
    (self.samples, self.columns, self.stride, productsStride) = (samples, columns, stride, samples + 3)
    (self.rows, self.before, self.expected) = (rows, before, expected)
  }

  func products(pool: ThreadPool) -> [Float] {
    var products = Buffer<Float>(count: samples * productsStride, repeating: 9)
    for i in 0..<samples * samples { products[i / samples * productsStride + i % samples] = before[i] }
    pool.addGram(
      samples: samples, columns: columns, stride: stride, rows: Buffer(rows), products: &products,
      productsStride: productsStride)
    mirrorGram(samples: samples, products: &products, stride: productsStride)
    return products.array()
  }

  /// The largest error, relative to the largest value; infinite where what lies between the rows has changed.
  func error(_ found: [Float]) -> Double {
    var worst = 0.0
    for i in 0..<samples {
      for j in 0..<productsStride {
        let value = found[i * productsStride + j]
        if j < samples {
          worst = max(worst, abs(Double(value) - expected[i * samples + j]))
        } else if value != 9 {
          worst = .infinity
        }
      }
    }
    return worst / (expected.max() ?? 1)
  }
}
