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
          padded(decimal(inMicroseconds(measurement.spread.median), places: 2), 13)
            + padded(decimal(inMicroseconds(measurement.spread.quantile(0.99)), places: 2), 12)
            + padded(count(measurement.allocationsPerCall), 13)
        }.joined()
    }
    if !countsAllocations {
      lines.append(
        "  –: not counted, for liballocation-counter.so is neither beside the program nor in ../lib/brhost")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// To the nanosecond, which the clock counts in.
  private func inMicroseconds(_ milliseconds: Double) -> Double { (milliseconds * 1e6).rounded() / 1000 }

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
              "median_us": JSON(inMicroseconds(measurement.spread.median)),
              "p99_us": JSON(inMicroseconds(measurement.spread.quantile(0.99))),
              "min_us": JSON(inMicroseconds(measurement.spread.least)),
              "allocations_per_call": JSON(measurement.allocationsPerCall),
            ])
        })
  }
}
