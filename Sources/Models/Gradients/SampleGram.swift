/// The Gram matrix of whole-network per-sample gradients, summed layer by layer: `K += G_l · G_lᵀ`.
///
/// Only one layer's rows are ever held, and of a convolution only those of one block of output channels.
package final class SampleGram {
  /// `[capacity, capacity]`, row-major with `capacity` floats a row.
  package var products: Buffer<Float>
  /// Per-sample gradients, `[samples, columns]`: written by a layer, then added by `addRows`.
  package var rows: Buffer<Float>
  private var left: Buffer<Float>
  private var right: Buffer<Float>
  private let capacity: Int

  /// Room for `capacity` samples with at most `rowFloats` floats a row.
  package init(capacity: Int, rowFloats: Int) {
    self.capacity = capacity
    products = Buffer(count: capacity * capacity)
    rows = Buffer(count: capacity * rowFloats)
    left = Buffer(count: capacity * capacity)
    right = Buffer(count: capacity * capacity)
  }

  package func clear() {
    for i in 0..<products.count { products[i] = 0 }
  }

  /// Adds the inner products of the first `columns` floats of `rows`.
  package func addRows(columns: Int, samples: Int, pool: ThreadPool) {
    let shape = (samples, columns, columns)
    pool.gemm(rows, shape, rows, shape, transposeB: true, into: &products, stride: capacity, beta: 1)
  }

  /// Adds `(DDᵀ) ∘ (XXᵀ + 1)`, the inner products of the gradients of a linear layer with bias.
  package func addOuterProducts(
    d: borrowing Buffer<Float>, _ dShape: (rows: Int, columns: Int, stride: Int), x: borrowing Buffer<Float>,
    _ xShape: (rows: Int, columns: Int, stride: Int), pool: ThreadPool
  ) {
    pool.gemm(d, dShape, d, dShape, transposeB: true, into: &left, stride: capacity)
    pool.gemm(x, xShape, x, xShape, transposeB: true, into: &right, stride: capacity)
    for i in 0..<dShape.rows {
      for j in 0..<dShape.rows {
        products[i * capacity + j] += left[i * capacity + j] * (right[i * capacity + j] + 1)
      }
    }
  }
}
