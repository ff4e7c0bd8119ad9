extension Chapter {
  /// Means of all metrics, the best method first, and a picture of the headline metric.
  var leaderboard: HTML {
    let known = comparison.differences.filter { comparison in comparison.rows.contains { $0.spread.count > 0 }
    }
    guard !known.isEmpty else { return paragraph("No run is finished yet.") }
    let order = ranking(by: known.first { $0.metric == Self.headline } ?? known[0])
    let best = known.map(bestOf)
    let rows = order.map { index in
      Table.Row(
        head: name(of: index),
        cells: ["\(methods[index].finished.count)"]
          + zip(known, best).map { cell($0, index, isBest: $1 == index) })
    }
    let table = Table(
      caption: """
        Mean ± standard deviation over the seeds, below it the 95 % interval of the mean (Student's t); n is the \
        number of finished runs. Sorted by \(Self.headline.name). Bold: the best mean of a column, where its \
        difference to the baseline can be believed.\(shotRule)\(lowerIsBetter(known))
        """,
      corner: "method", columns: [.number("n")] + known.map { .number($0.metric.title) }, rows: rows)
    return table.html(named: "Leaderboard") + pictures(of: known, order) + bestEpochs
  }

  private var shotRule: HTML {
    comparison.shotRule.map { " Many, medium and few: \($0)." } ?? ""
  }

  private func lowerIsBetter(_ known: [MetricComparison]) -> HTML {
    let names = known.map(\.metric).filter(\.isLowerBetter).map(\.name)
    return names.isEmpty ? "" : " Lower is better for \(names.joined(separator: " and "))."
  }

  /// The methods from the best mean to the worst, those without one last.
  private func ranking(by comparison: MetricComparison) -> [Int] {
    comparison.rows.indices.sorted { left, right in
      let means = [left, right].map { comparison.rows[$0].spread.mean ?? -.infinity }
      return (-means[0], left) < (-means[1], right)
    }
  }

  private func cell(_ comparison: MetricComparison, _ index: Int, isBest: Bool) -> Table.Cell {
    let spread = comparison.rows[index].spread
    guard let mean = spread.mean else { return "–" }
    let deviation: HTML =
      spread.deviation.map { " <span class=\"sd\">± \(figures($0, places: 3))</span>" } ?? ""
    let interval: HTML = spread.interval.map { "<small>\(figures($0, places: 3))</small>" } ?? ""
    return Table.Cell(
      "\(figures(mean, places: 3))\(deviation)\(interval)", isBest: isBest)
  }

  /// The method with the best mean, where that it is better than the baseline can be believed.
  private func bestOf(_ comparison: MetricComparison) -> Int? {
    let sign = comparison.metric.isLowerBetter ? -1.0 : 1
    let best = comparison.rows.indices.max { left, right in
      let means = [left, right].map { comparison.rows[$0].spread.mean.map { $0 * sign } ?? -.infinity }
      return means[0] < means[1]
    }
    return best.flatMap { comparison.rows[$0].conclusion?.isBetter == true ? $0 : nil }
  }

  private func pictures(of known: [MetricComparison], _ order: [Int]) -> HTML {
    let shown: [Metric] = [.balancedAccuracy, .fewAccuracy]
    let isOfOneBaseline = !comparison.hasSeveralBaselines
    let dashed = isOfOneBaseline ? "; dashed: the mean of \(label(of: 0))" : ""
    return panels(
      known.filter { shown.contains($0.metric) }.map { comparison in
        let rows = order.map { index in
          let spread = comparison.rows[index].spread
          return IntervalRow(
            label: label(of: index), color: color(of: index), mean: spread.mean,
            interval: spread.interval.map { $0.low...$0.high },
            singles: methods[index].values(of: comparison.metric), text: meanAndDeviation(spread))
        }
        let picture = Picture.intervals(
          rows, "\(comparison.metric.name) of each method: mean, 95 % interval and single seeds",
          reference: isOfOneBaseline ? comparison.rows[0].spread.mean : nil, below: comparison.metric.name)
        return figure(
          picture,
          """
          \(capitalized(comparison.metric.name)) <span class="soft">mean, 95 % interval, single seeds\(dashed)</span>
          """)
      })
  }

  /// The epochs that a validation split chose, where there was one.
  private var bestEpochs: HTML {
    let rows = methods.indices.flatMap { index in
      methods[index].finished.compactMap { run -> Table.Row? in
        guard let best = run.best else { return nil }
        return Table.Row(
          head: name(of: index),
          cells: [
            "\(run.seed.map { "\($0)" } ?? "–")", "\(best.epoch + 1)",
            .number(best.validationBalancedAccuracy), .number(best.value(of: .accuracy)),
            .number(best.value(of: .balancedAccuracy)), .number(run.value(of: .balancedAccuracy)),
          ])
      }
    }
    guard !rows.isEmpty else { return "" }
    let table = Table(
      caption: """
        The epoch of the highest balanced accuracy on the held-out validation split, and its results on the test set, \
        which had no part in the choice. All other numbers of this page are those of the last epoch.
        """,
      corner: "method",
      columns: [
        .number("seed"), .number("epoch"), .number("validation"), .number("accuracy"), .number("balanced"),
        .number("balanced, last epoch"),
      ], rows: rows)
    return heading("Best epochs by validation") + table.html(named: "Best epochs by validation")
  }
}

/// The text with its first letter in upper case.
func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
