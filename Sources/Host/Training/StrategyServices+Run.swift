internal import Models

/// The numbers that plugins gave in a step.
final class MetricCollector {
  /// The most names of a step.
  static let limit = 256
  private var metrics: [StepRecord.Metric] = []
  private var isOverfull = false

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

  func take() -> [StepRecord.Metric] {
    defer {
      metrics.removeAll(keepingCapacity: true)
      isOverfull = false
    }
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
        let size = count / 16 + (count.isMultiple(of: 16) ? 0 : 1)
        pool.parallel(count / size + (count.isMultiple(of: size) ? 0 : 1)) { piece in
          let start = piece * size
          body(start..<start + min(size, count - start))
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
      metric: { name, value in
        if !metrics.add(name, value) {
          warn("metric '\(name)' and others are left out: a step has at most \(MetricCollector.limit)")
        }
      })
  }
}
