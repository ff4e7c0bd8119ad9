internal import Models

/// The numbers that plugins gave in a step.
final class MetricCollector {
  private(set) var metrics: [StepRecord.Metric] = []

  /// The last value of a name counts.
  func add(_ name: String, _ value: Double) {
    if let index = metrics.firstIndex(where: { $0.name == name }) {
      metrics[index].value = value
    } else {
      metrics.append(.init(name: name, value: value))
    }
  }

  func take() -> [StepRecord.Metric] {
    defer { metrics.removeAll(keepingCapacity: true) }
    return metrics
  }
}

extension StrategyServices {
  /// The run's threads and matrix products; `warn` gets the plugin's log from `info` up.
  static func run(
    pool: ThreadPool, metrics: MetricCollector, warn: @escaping (String) -> Void
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
      isCancelled: { false },
      log: { level, text in if level != .debug { warn(text) } },
      metric: { name, value in metrics.add(name, value) })
  }
}
