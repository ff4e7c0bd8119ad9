internal import CKernels
internal import COpenBLAS

/// Matrix products through OpenBLAS, which runs on the calling thread only; the pool cuts large products by rows.
public enum BLAS {
  /// How the library was built: version, options and the core it chose.
  public static var configuration: String { unsafe String(cString: openblas_get_config()) }

  /// How the library runs threads: `sequential`, `pthreads` or `openmp`.
  public static var threading: String {
    switch openblas_get_parallel() {
    case 0: "sequential"
    case 1: "pthreads"
    default: "openmp"
    }
  }

  /// The threads the library uses for one product: 1 after `useOneThread()`, unless the build ignores the setting.
  public static var threads: Int { Int(openblas_get_num_threads()) }

  /// The address space that a thread's first product takes. The library repeats a refused request for ever, so ask
  /// whether it can be had before the first product.
  public static var bytesPerThread: Int { 128 << 20 }

  /// Keeps the library on the calling thread; OpenMP builds ignore this, so check `threads`.
  public static func useOneThread() { openblas_set_num_threads(1) }

  /// `c = alpha · op(a) · op(b) + beta · c` on the calling thread, with `op` the transpose where asked for.
  ///
  /// - Parameters:
  ///   - a, b: `[m, k]` and `[k, n]`, or stored transposed; read. `stride` is the distance of two rows as stored.
  ///   - c: `[m, n]`, overwritten where `beta` is 0.
  public static func multiply(
    _ a: Span<Float>, _ aForm: (stride: Int, transposed: Bool), _ b: Span<Float>,
    _ bForm: (stride: Int, transposed: Bool), into c: inout MutableSpan<Float>, stride: Int, m: Int, n: Int,
    k: Int,
    alpha: Float = 1, beta: Float = 0
  ) {
    let aShape =
      aForm.transposed ? MatrixShape(k, m, stride: aForm.stride) : MatrixShape(m, k, stride: aForm.stride)
    let bShape =
      bForm.transposed ? MatrixShape(n, k, stride: bForm.stride) : MatrixShape(k, n, stride: bForm.stride)
    let cShape = MatrixShape(m, n, stride: stride)
    precondition(
      aShape.extent <= a.count && bShape.extent <= b.count && cShape.extent <= c.count,
      "[\(m), \(k)] · [\(k), \(n)] with spans of \(a.count), \(b.count) and \(c.count) floats")
    guard m > 0 && n > 0 else { return }
    unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        unsafe c.withUnsafeMutableBufferPointer { c in
          unsafe cblas_sgemm(
            CblasRowMajor, aForm.transposed ? CblasTrans : CblasNoTrans,
            bForm.transposed ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), alpha, a.baseAddress,
            Int32(max(1, aShape.stride)), b.baseAddress, Int32(max(1, bShape.stride)), beta, c.baseAddress,
            Int32(max(1, stride)))
        }
      }
    }
  }
}

/// A matrix inside a buffer: the first `rows` rows of `stride` floats, of which `columns` count.
struct MatrixShape {
  let rows, columns, stride: Int

  init(_ rows: Int, _ columns: Int, stride: Int? = nil) {
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
    precondition(columns <= self.stride, "rows of \(columns) columns every \(self.stride) floats")
  }

  /// The floats from the first element to the last.
  var extent: Int { rows == 0 || columns == 0 ? 0 : (rows - 1) * stride + columns }
}

extension ThreadPool {
  /// The rows of a product that are one piece of work, whatever the number of threads.
  static var rowsPerPiece: Int { 32 }

  /// `c = alpha · op(a) · op(b) + beta · c`, with `op` the transpose where asked for.
  ///
  /// - Parameters:
  ///   - a, b: read; their shapes are those before transposition.
  ///   - c: `[m, n]`, overwritten where `beta` is 0.
  package func gemm(
    _ a: borrowing Buffer<Float>, _ aShape: (rows: Int, columns: Int, stride: Int), transposeA: Bool = false,
    _ b: borrowing Buffer<Float>, _ bShape: (rows: Int, columns: Int, stride: Int), transposeB: Bool = false,
    into c: inout Buffer<Float>, stride cStride: Int, alpha: Float = 1, beta: Float = 0
  ) {
    let m = transposeA ? aShape.columns : aShape.rows
    let k = transposeA ? aShape.rows : aShape.columns
    let n = transposeB ? bShape.rows : bShape.columns
    let inner = transposeB ? bShape.columns : bShape.rows
    precondition(k == inner, "a product of [\(m), \(k)] and [\(inner), \(n)]")
    let a0 = MatrixShape(aShape.rows, aShape.columns, stride: aShape.stride)
    let b0 = MatrixShape(bShape.rows, bShape.columns, stride: bShape.stride)
    let c0 = MatrixShape(m, n, stride: cStride)
    precondition(
      a0.extent <= a.count && b0.extent <= b.count && c0.extent <= c.count,
      "[\(m), \(k)] · [\(k), \(n)] with buffers of \(a.count), \(b.count) and \(c.count) floats")
    let product = unsafe Product(
      a: a.base, b: b.base, c: c.base, aShape: a0, bShape: b0, cShape: c0, transposeA: transposeA,
      transposeB: transposeB, k: k, alpha: alpha, beta: beta)
    // Not through `parallel`, which allocates its closure: a step does not.
    let pieces = (m + Self.rowsPerPiece - 1) / Self.rowsPerPiece
    unsafe withUnsafePointer(to: product) { product in
      unsafe ck_parallel_for(
        handle, Int64(pieces),
        { context, piece, _ in
          unsafe context?.assumingMemoryBound(to: Product.self).pointee.compute(piece: Int(piece))
        }, UnsafeMutableRawPointer(mutating: product))
    }
  }
}

/// A product that threads compute piece by piece.
@safe
private struct Product {
  let a, b: UnsafeMutablePointer<Float>
  let c: UnsafeMutablePointer<Float>
  /// As stored.
  let aShape, bShape, cShape: MatrixShape
  let transposeA, transposeB: Bool
  let k: Int
  let alpha, beta: Float

  func compute(piece: Int) {
    let first = piece * ThreadPool.rowsPerPiece
    let skip = transposeA ? first : first * aShape.stride
    unsafe cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      Int32(min(ThreadPool.rowsPerPiece, cShape.rows - first)), Int32(cShape.columns), Int32(k), alpha,
      a + skip,
      Int32(aShape.stride), b, Int32(bShape.stride), beta, c + first * cShape.stride, Int32(cShape.stride))
  }
}
