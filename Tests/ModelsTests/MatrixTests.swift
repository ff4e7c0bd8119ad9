import Models
import Testing

/// Matrix products against three plain loops, in every form of transposition, stride and `beta`.
@Suite struct MatrixTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let m, n, k: Int
    var testDescription: String { "[\(m), \(k)] · [\(k), \(n)]" }
  }

  static let cases = [
    Case(m: 1, n: 1, k: 1), Case(m: 3, n: 5, k: 7), Case(m: 70, n: 4, k: 33), Case(m: 33, n: 64, k: 2),
  ]

  @Test(arguments: cases) func productsMatchPlainLoops(_ c: Case) throws {
    let pool = try ThreadPool(threads: 2)
    var random = RandomStream(seed: 1, name: "matrices")
    for form in 0..<8 {
      let (transposeA, transposeB, accumulate) = (form & 1 != 0, form & 2 != 0, form & 4 != 0)
      let aRows = transposeA ? c.k : c.m
      let aColumns = transposeA ? c.m : c.k
      let bRows = transposeB ? c.n : c.k
      let bColumns = transposeB ? c.k : c.n
      let (aStride, bStride, stride) = (aColumns + 2, bColumns + 1, c.n + 3)
      var a = Buffer<Float>(count: aRows * aStride)
      var b = Buffer<Float>(count: bRows * bStride)
      for i in 0..<a.count { a[i] = random.uniform() - 0.5 }
      for i in 0..<b.count { b[i] = random.uniform() - 0.5 }
      var product = Buffer<Float>(count: c.m * stride, repeating: 9)
      var single = Buffer<Float>(count: c.m * stride, repeating: 9)
      let beta: Float = accumulate ? 0.5 : 0
      pool.gemm(
        a, (aRows, aColumns, aStride), transposeA: transposeA, b, (bRows, bColumns, bStride),
        transposeB: transposeB, into: &product, stride: stride, alpha: 2, beta: beta)
      multiply(a, (aStride, transposeA), b, (bStride, transposeB), into: &single, stride: stride, c, beta)
      for i in 0..<c.m {
        for j in 0..<stride {
          var expected = 9.0
          if j < c.n {
            expected = (0..<c.k).reduce(accumulate ? 4.5 : 0.0) { sum, l in
              let x = transposeA ? a[l * aStride + i] : a[i * aStride + l]
              let y = transposeB ? b[j * bStride + l] : b[l * bStride + j]
              return sum + 2 * Double(x) * Double(y)
            }
          }
          #expect(abs(Double(product[i * stride + j]) - expected) < 1e-4)
          #expect(abs(Double(single[i * stride + j]) - expected) < 1e-4)
        }
      }
    }
  }

  private func multiply(
    _ a: borrowing Buffer<Float>, _ aForm: (stride: Int, transposed: Bool), _ b: borrowing Buffer<Float>,
    _ bForm: (stride: Int, transposed: Bool), into c: inout Buffer<Float>, stride: Int, _ shape: Case,
    _ beta: Float
  ) {
    var target = c.mutableSpan
    BLAS.multiply(
      a.span, aForm, b.span, bForm, into: &target, stride: stride, m: shape.m, n: shape.n, k: shape.k,
      alpha: 2,
      beta: beta)
  }

  @Test func theLibraryStaysOnOneThread() throws {
    _ = try ThreadPool(threads: 2)
    #expect(BLAS.threads == 1 && BLAS.threading != "openmp")
  }
}
