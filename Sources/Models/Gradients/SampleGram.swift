/// The Gram matrix of whole-network per-sample gradients, summed layer by layer: `K += G_l · G_lᵀ`.
///
/// Only one layer's rows are ever held. The sums are those of the lower triangle until `finish` copies them to the
/// upper.
package final class SampleGram {
  /// `[capacity, capacity]`, row-major with `capacity` floats a row.
  package var products: Buffer<Float>
  /// Room for a layer's per-sample gradients, `[capacity, rowFloats]`.
  package let rows: Storage
  private var left: Buffer<Float>
  private var right: Buffer<Float>
  private let capacity: Int

  /// Room for `capacity` samples with at most `rowFloats` floats a row.
  package init(capacity: Int, rowFloats: Int) {
    self.capacity = capacity
    products = Buffer(count: capacity * capacity)
    rows = Storage(sampleFloats: rowFloats, capacity: capacity)
    left = Buffer(count: capacity * capacity)
    right = Buffer(count: capacity * capacity)
  }

  /// The floats that `init` takes, to be asked before.
  static func floats(capacity: Double, rowFloats: Int) -> Double {
    capacity * Double(rowFloats) + 3 * capacity * capacity
  }

  package func clear() { products.clear() }

  /// Adds the inner products of `rows [samples, columns]`, one every `stride` floats or without a gap; both multiples
  /// of 16.
  package func add(_ rows: Storage, columns: Int, stride: Int? = nil, samples: Int, pool: ThreadPool) {
    pool.addGram(
      samples: samples, columns: columns, stride: stride ?? columns, rows: rows.data, products: &products,
      productsStride: capacity)
  }

  /// Adds `(DDᵀ) ∘ (XXᵀ + 1)`, the inner products of the gradients of a linear layer with bias.
  package func addOuterProducts(
    d: borrowing Buffer<Float>, _ dShape: (rows: Int, columns: Int, stride: Int), x: borrowing Buffer<Float>,
    _ xShape: (rows: Int, columns: Int, stride: Int), pool: ThreadPool
  ) {
    pool.gemm(d, dShape, d, dShape, transposeB: true, into: &left, stride: capacity)
    pool.gemm(x, xShape, x, xShape, transposeB: true, into: &right, stride: capacity)
    addLowerTriangle(of: left, times: right, plus: 1, to: &products, rows: dShape.rows, stride: capacity)
  }

  /// Completes `products` after the last layer.
  package func finish(samples: Int) {
    mirrorGram(samples: samples, products: &products, stride: capacity)
  }
}

/// `sum += left ∘ (right + constant)` on and below the diagonal.
private func addLowerTriangle(
  of left: borrowing Buffer<Float>, times right: borrowing Buffer<Float>, plus constant: Float,
  to sum: inout Buffer<Float>, rows: Int, stride: Int
) {
  let (left, right) = (left.span, right.span)
  var sum = sum.mutableSpan
  for i in 0..<rows {
    for at in i * stride...i * stride + i { sum[at] += left[at] * (right[at] + constant) }
  }
}
