/// How urgent a plugin's log line is; raw values are those of `brhost_plugin.h`.
public enum PluginLogLevel: Int32, Sendable {
  case debug
  case info
  case warning
}

/// The product `c = alpha · op(a) · op(b) + beta · c` of row-major matrices; with `beta` 0, `c` is not read.
///
/// `op(a)` is `[m, k]`, `op(b)` is `[k, n]`, `c` is `[m, n]`; strides are the distances of two rows as stored.
public struct MatrixProduct: Sendable, Equatable {
  /// Whether `a` is stored as `[k, m]`.
  public let transposeA: Bool
  /// Whether `b` is stored as `[n, k]`.
  public let transposeB: Bool
  /// Rows of `c`.
  public let m: Int
  /// Columns of `c`.
  public let n: Int
  /// Length of the sums.
  public let k: Int
  /// Factor of the product.
  public let alpha: Float
  /// Factor of what `c` held.
  public let beta: Float
  /// Distance of two rows of `a` as stored, in elements.
  public let strideA: Int
  /// Distance of two rows of `b` as stored, in elements.
  public let strideB: Int
  /// Distance of two rows of `c`, in elements.
  public let strideC: Int
}

/// What the trainer lends to plugins: its threads, its matrix products, its log.
///
/// All but `isCancelled` are called only on the thread that runs the strategy, during its calls.
public struct StrategyServices {
  /// Calls `body` over disjoint ranges that make up `0..<count`, perhaps on several threads, and waits.
  /// How the work is cut must not depend on the number of threads.
  public var parallelFor: (_ count: Int, _ body: @Sendable (Range<Int>) -> Void) -> Void
  /// A matrix product; the spans hold exactly what the product touches.
  public var multiply: (MatrixProduct, Span<Float>, Span<Float>, inout MutableSpan<Float>) -> Void
  /// Whether the user wants the run to end; called from any thread.
  public var isCancelled: @Sendable () -> Bool
  /// A line for the run's log.
  public var log: (PluginLogLevel, String) -> Void
  /// A finite number for this step's row of the log.
  public var metric: (_ name: String, _ value: Double) -> Void

  /// Services that need nothing: one thread, a plain product, no log.
  public static var serial: StrategyServices {
    StrategyServices(
      parallelFor: { count, body in body(0..<count) },
      multiply: { product, a, b, c in product.plain(a, b, into: &c) },
      isCancelled: { false }, log: { _, _ in }, metric: { _, _ in })
  }

  /// Services of the caller's making.
  public init(
    parallelFor: @escaping (_ count: Int, _ body: @Sendable (Range<Int>) -> Void) -> Void,
    multiply: @escaping (MatrixProduct, Span<Float>, Span<Float>, inout MutableSpan<Float>) -> Void,
    isCancelled: @escaping @Sendable () -> Bool, log: @escaping (PluginLogLevel, String) -> Void,
    metric: @escaping (_ name: String, _ value: Double) -> Void
  ) {
    self.parallelFor = parallelFor
    self.multiply = multiply
    self.isCancelled = isCancelled
    self.log = log
    self.metric = metric
  }
}

extension StrategyServices {
  /// Passes on a number that a plugin gave, if it has a plain name and is finite; says so otherwise.
  func checkedMetric(_ name: String, _ value: Double) {
    let isName =
      (1...64).contains(name.utf8.count)
      && name.utf8.allSatisfy { byte in
        let character = Character(Unicode.Scalar(byte))
        return character.isASCII && (character.isLetter || character.isNumber || "_-./".contains(character))
      }
    guard isName, value.isFinite else {
      log(.warning, "metric '\(name)' with value \(value) left out: a plain name and a finite value, please")
      return
    }
    metric(name, value)
  }
}

extension MatrixProduct {
  /// The product in three plain loops.
  func plain(_ a: Span<Float>, _ b: Span<Float>, into c: inout MutableSpan<Float>) {
    for i in 0..<m {
      for j in 0..<n {
        var sum: Float = 0
        for l in 0..<k {
          let x = transposeA ? a[l * strideA + i] : a[i * strideA + l]
          let y = transposeB ? b[j * strideB + l] : b[l * strideB + j]
          sum += x * y
        }
        let at = i * strideC + j
        c[at] = alpha * sum + (beta == 0 ? 0 : beta * c[at])
      }
    }
  }
}
