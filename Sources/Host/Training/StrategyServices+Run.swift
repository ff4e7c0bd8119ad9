internal import Models

/// What plugins said since it was last taken.
final class PluginMessages {
  /// A line of a plugin's log.
  struct Line {
    let plugin: String
    let level: PluginLogLevel
    let text: String
  }

  private var metrics: [StepRecord.Metric] = []
  private var lines: [Line] = []

  /// The last value of a name counts.
  func add(_ name: String, _ value: Double) {
    if let index = metrics.firstIndex(where: { $0.name == name }) {
      metrics[index].value = value
    } else {
      metrics.append(.init(name: name, value: value))
    }
  }

  func add(_ line: Line) { lines.append(line) }

  func takeMetrics() -> [StepRecord.Metric] {
    defer { metrics.removeAll(keepingCapacity: true) }
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
      parallelFor: { count, body in
        // Sixteen pieces, whatever the number of threads.
        let size = max(1, (count + 15) / 16)
        pool.parallel((count + size - 1) / size) { piece in
          body(piece * size..<min(count, (piece + 1) * size))
        }
      },
      multiply: { product, a, b, c in
        BLAS.multiply(
          a, (product.strideA, product.transposeA), b, (product.strideB, product.transposeB), into: &c,
          stride: product.strideC, m: product.m, n: product.n, k: product.k, alpha: product.alpha,
          beta: product.beta)
      },
      isCancelled: isCancelled,
      log: { level, text in messages.add(.init(plugin: plugin, level: level, text: text)) },
      metric: { name, value in messages.add(name, value) })
  }
}
