extension Chapter {
  /// What the methods cost beside the baseline.
  var cost: HTML {
    let costs = methods.map { method in
      (
        epoch: method.cost(\.secondsPerEpoch), step: method.cost(\.stepMilliseconds),
        run: method.cost(\.seconds),
        memory: method.cost { $0.peakMemory.map { Double($0) } }
      )
    }
    guard costs.contains(where: { $0.epoch != nil || $0.run != nil || $0.memory != nil }) else { return "" }
    let rows = methods.indices.map { index in
      let cost = costs[index]
      let overhead = comparison.overhead(of: index).map { "\(figures($0 * 100, places: 0, sign: true)) %" }
      return Table.Row(
        head: name(of: index),
        cells: [
          .number(cost.epoch, places: places(cost.epoch)), Table.Cell("\(overhead ?? "–")"),
          .number(cost.step, places: places(cost.step)),
          .number(cost.run, places: places(cost.run)), .number(cost.memory.map { $0 / 1_048_576 }, places: 0),
        ])
    }
    return Table(
      caption: """
        Means over the finished runs. Times are medians of a run's epochs and steps, without evaluation; they depend \
        on what else the machine had to do. Overhead is in training time, over \(referenceName).
        """,
      corner: "method",
      columns: [
        .number("seconds an epoch"), .number("overhead"), .number("milliseconds a step"),
        .number("seconds a run"), .number("peak memory, MiB"),
      ], rows: rows
    ).html(named: "Cost")
  }

  /// Digits after the point that leave about three digits in all.
  private func places(_ value: Double?) -> Int {
    guard let value else { return 0 }
    return value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0
  }
}
