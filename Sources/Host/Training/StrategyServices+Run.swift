internal import Models

/// What plugins said since it was last taken.
final class PluginMessages {
  /// A line of a plugin's log.
  struct Line {
    let plugin: String
    let level: PluginLogLevel
    let text: String
  }

  /// The most metrics of a step.
  static let limit = 256
  /// The most lines of a step.
  static let lineLimit = 1000
  private var metrics: [StepRecord.Metric] = []
  private var isOverfull = false
  private var lines: [Line] = []

  /// Takes a number, of which the last of a name counts; false for the step's first name beyond the limit, which
  /// is left out as are those after it.
  func add(_ name: String, _ value: Double) -> Bool {
    if let index = metrics.firstIndex(where: { $0.name == name }) {
      metrics[index].value = value
    } else if metrics.count < Self.limit {
      metrics.append(.init(name: name, value: value))
    } else if !isOverfull {
      isOverfull = true
      return false
    }
    return true
  }

  /// Takes a line; those beyond a step's limit are left out, of which one line tells.
  func add(_ line: Line) {
    if lines.count < Self.lineLimit { return lines.append(line) }
    if lines.count == Self.lineLimit {
      lines.append(
        Line(plugin: line.plugin, level: .warning, text: "further lines of this step are left out"))
    }
  }

  /// Forgets all.
  func clear() {
    _ = takeMetrics()
    _ = takeLines()
  }

  func takeMetrics() -> [StepRecord.Metric] {
    defer {
      metrics.removeAll(keepingCapacity: true)
      isOverfull = false
    }
    return metrics
  }

  func takeLines() -> [Line] {
    defer { lines.removeAll(keepingCapacity: true) }
    return lines
  }
}

extension StrategyServices {
  /// The run's threads and matrix products; what `plugin` says is kept in `messages`.
  static func run(
    for plugin: String, pool: ThreadPool, messages: PluginMessages,
    isCancelled: @escaping @Sendable () -> Bool
  ) -> StrategyServices {
    StrategyServices(
      parallelFor: { count, body in pool.parallelRanges(count, body) }, multiply: multiplyByBLAS,
      isCancelled: isCancelled,
      log: { level, text in messages.add(.init(plugin: plugin, level: level, text: text)) },
      metric: { name, value in
        if messages.add(name, value) { return }
        let text = "metric '\(name)' and others are left out: a step has at most \(PluginMessages.limit)"
        messages.add(.init(plugin: plugin, level: .warning, text: text))
      })
  }
  /// The matrix product of a run.
  static func multiplyByBLAS(
    _ product: MatrixProduct, _ a: Span<Float>, _ b: Span<Float>, _ c: inout MutableSpan<Float>
  ) {
    BLAS.multiply(
      a, (product.strideA, product.transposeA), b, (product.strideB, product.transposeB), into: &c,
      stride: product.strideC, m: product.m, n: product.n, k: product.k, alpha: product.alpha,
      beta: product.beta)
  }
}

extension ThreadPool {
  /// Calls `body` over disjoint ranges that make up `0..<count`: sixteen, whatever the number of threads.
  func parallelRanges(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
    guard count > 0 else { return }
    let size = count / 16 + (count.isMultiple(of: 16) ? 0 : 1)
    parallel(count / size + (count.isMultiple(of: size) ? 0 : 1)) { piece in
      let start = piece * size
      body(start..<start + min(size, count - start))
    }
  }
}
