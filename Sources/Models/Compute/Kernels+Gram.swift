internal import CKernels

extension ThreadPool {
  /// Adds the inner products of the first `samples` rows of `rows` to the lower triangle of `products`; what is above
  /// the diagonal is left unspecified until `mirrorGram`.
  ///
  /// - Parameters:
  ///   - rows: `[samples, columns]`, every `stride` floats; both multiples of 16. Read.
  ///   - products: `[samples, samples]`, every `productsStride` floats; accumulated.
  package func addGram(
    samples: Int, columns: Int, stride: Int, rows: borrowing Buffer<Float>, products: inout Buffer<Float>,
    productsStride: Int
  ) {
    precondition(
      samples > 0 && columns > 0 && columns % lanes == 0 && stride % lanes == 0,
      "\(samples) rows of \(columns) floats every \(stride), in vectors of \(lanes)")
    let rowShape = MatrixShape(samples, columns, stride: stride)
    let shape = MatrixShape(samples, samples, stride: productsStride)
    precondition(
      rowShape.extent <= rows.count && shape.extent <= products.count,
      "\(samples) rows every \(stride) floats and products every \(productsStride) in \(rows.count) and "
        + "\(products.count) floats")
    unsafe ck_gram_add(
      handle, Int64(samples), Int64(columns), Int64(stride), rows.base, products.base, Int64(productsStride))
  }
}

/// Copies the lower triangle of `products [samples, samples]`, every `stride` floats, to the upper.
package func mirrorGram(samples: Int, products: inout Buffer<Float>, stride: Int) {
  let shape = MatrixShape(samples, samples, stride: stride)
  precondition(shape.extent <= products.count, "[\(samples)]² every \(stride) in \(products.count) floats")
  unsafe ck_gram_mirror(Int64(samples), products.base, Int64(stride))
}
