extension StrategyBenchmark {
  /// The figures for people.
  public var text: String {
    let settings = zip(strategy.parameters, values).map { " \($0.name)=\($1)" }.joined()
    var lines = [
      "\(strategy.id) \(strategy.version)\(settings)",
      "  \(calls) calls after \(warmup) on the same batch, in microseconds; \(Self.features) features, "
        + "\(threads) thread\(threads == 1 ? "" : "s")",
    ]
    if ways.count > 1 { lines.append(padded("", 15) + ways.map { padded($0.name, 37) }.joined()) }
    lines.append("  batch  classes" + ways.map { _ in "       median         p99  allocations" }.joined())
    lines += rows.map { row in
      padded("\(row.batch)", 7) + padded("\(row.classes)", 9)
        + row.measurements.map { measurement in
          padded(microseconds(measurement.spread.median), 13)
            + padded(microseconds(measurement.spread.quantile(0.99)), 12)
            + padded(count(measurement.allocationsPerCall), 13)
        }.joined()
    }
    if !countsAllocations {
      lines.append(
        "  –: not counted, for liballocation-counter.so is neither beside the program nor in ../lib/brhost")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func microseconds(_ milliseconds: Double) -> String { decimal(milliseconds * 1000, places: 1) }

  /// A mean of whole numbers, which mostly is one.
  private func count(_ mean: Double?) -> String {
    decimal(mean, places: mean.map { $0 == $0.rounded() } ?? true ? 0 : 2)
  }

  /// The figures for programs; times in microseconds.
  public var json: String {
    let value: JSON = [
      "strategy": TraceHeader.Plugin(strategy, values).json, "version": JSON(brhostVersion),
      "calls": JSON(calls), "warmup": JSON(warmup), "features": JSON(Self.features), "threads": JSON(threads),
      "counts_allocations": JSON(countsAllocations), "rows": .array(rows.map { json(of: $0) }),
    ]
    return value.pretty
  }

  private func json(of row: Row) -> JSON {
    .object(
      [.init("batch", JSON(row.batch)), .init("classes", JSON(row.classes))]
        + zip(ways, row.measurements).map { way, measurement in
          .init(
            way.key,
            [
              "median_us": JSON(measurement.spread.median * 1000),
              "p99_us": JSON(measurement.spread.quantile(0.99) * 1000),
              "min_us": JSON(measurement.spread.least * 1000),
              "allocations_per_call": JSON(measurement.allocationsPerCall),
            ])
        })
  }
}
