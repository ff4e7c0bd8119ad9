extension Chapter {
  /// The metrics whose differences are drawn.
  private static let drawn: [Metric] = [.accuracy, .balancedAccuracy, .fewAccuracy, .negativeLogLikelihood]

  /// Paired differences: pictures of some metrics, the table of the headline metric, and those of all others.
  var differences: HTML {
    guard methods.count > 1 else { return "" }
    let known = comparison.differences.filter { comparison in
      comparison.rows.contains { $0.difference?.values.isEmpty == false }
    }
    guard !known.isEmpty else { return paragraph("No differences can be given.") + refusals }
    var html = paragraph(
      """
      A method's value minus that of <strong>\(referenceName)</strong>, seed by seed: runs of one seed begin with the \
      same weights and see the same samples in the same order. p is that of the two-sided sign-flip test over the \
      seeds, adjusted by Holm's method for all methods compared with one baseline in a table. \(smallest(known))
      """)
    html += panels(known.filter { Self.drawn.contains($0.metric) && !isRepeated($0.metric) }.map(forest))
    let main = known.first { $0.metric == Self.headline } ?? known[0]
    html += table(main)
    let others = known.filter { $0.metric != main.metric }
    html += hidden("The same for \(counted(others.count, "other metric"))", others.map(table).joined())
    return html + refusals
  }

  /// Whether another picture shows the same.
  private func isRepeated(_ metric: Metric) -> Bool { metric == .accuracy && comparison.isTestBalanced }

  private func smallest(_ known: [MetricComparison]) -> HTML {
    let tests = known.flatMap { $0.rows.compactMap { $0.difference?.test } }
    guard let least = tests.map(\.smallest).min() else { return "One seed alone has no test." }
    return "The smallest p that these seeds can give is \(probability(least))."
  }

  private func forest(_ comparison: MetricComparison) -> HTML {
    let places = comparison.metric == .negativeLogLikelihood ? 3 : 4
    let rows = comparison.rows.enumerated().compactMap { index, row -> IntervalRow? in
      guard let difference = row.difference else { return nil }
      let mean = difference.spread.mean
      return IntervalRow(
        label: label(of: index), color: color(of: index), mean: mean,
        interval: difference.spread.interval.map { $0.low...$0.high }, singles: difference.values,
        text: mean.map { figures($0, places: places, sign: true) } ?? "not paired")
    }
    let name = comparison.metric.name
    let better = comparison.metric.isLowerBetter ? "← better" : "better →"
    let picture = Picture.intervals(
      rows, "difference in \(name) of each method to \(referenceName): mean, 95 % interval and single seeds",
      reference: 0, below: "difference in \(name) · \(better)")
    return figure(
      picture, "\(capitalized(name)) <span class=\"soft\">mean difference, 95 % interval, single seeds</span>"
    )
  }

  private func table(_ comparison: MetricComparison) -> HTML {
    let rows = comparison.rows.enumerated().compactMap { index, row -> Table.Row? in
      guard let difference = row.difference, let verdict = row.conclusion else { return nil }
      let spread = difference.spread
      let reference: HTML =
        self.comparison.hasSeveralBaselines
        ? referenceLabel(of: index).map { " <span class=\"soft\">minus \($0)</span>" } ?? "" : ""
      return Table.Row(
        head: name(of: index) + reference,
        cells: [
          .number(spread.mean, places: 4, sign: true),
          Table.Cell("\(spread.interval.map { figures($0, places: 4, sign: true) } ?? "–")"),
          "\(difference.values.count)",
          Table.Cell(
            "\(difference.test.map { probability($0.p) + ($0.isExact ? "" : ", random flips") } ?? "–")"),
          Table.Cell("\(difference.adjustedP.map { probability($0) } ?? "–")"),
          Table.Cell("\(difference.test.map { probability($0.smallest) } ?? "–")"),
          Table.Cell("\(tag(of: verdict)) \(sentence(verdict))."),
        ])
    }
    let metric = comparison.metric.name
    return Table(
      caption:
        "Differences in \(metric) to \(referenceName)\(comparison.metric.isLowerBetter ? "; lower is better" : "").",
      corner: "method",
      columns: [
        .number("difference"), .number("95 % interval"), .number("pairs"), .number("p"), .number("p, Holm"),
        .number("smallest p"), .long("what this allows to say"),
      ], rows: rows
    ).html(named: "Differences in \(metric)")
  }

  /// Seeds whose runs are not equal in all but the method, and why.
  private var refusals: HTML {
    let lines = comparison.pairings.enumerated().flatMap { index, pairing -> [HTML] in
      guard let pairing else { return [] }
      var lines = pairing.refusals.prefix(5).map { refusal -> HTML in
        let why = refusal.differences.map { "\($0.name): \($0.here), not \($0.there)" }.joined(
          separator: "; ")
        return
          "<li>\(label(of: index)), seed \("\(refusal.seed)"): not paired, for it differs in \(why)</li>\n"
      }
      if !pairing.unmatched.isEmpty {
        let seeds = pairing.unmatched.prefix(20).map { "\($0)" }.joined(separator: ", ")
        let rest = pairing.unmatched.count > 20 ? " and \(pairing.unmatched.count - 20) more" : ""
        lines.append("<li>\(label(of: index)): no pair for seed \(seeds)\(rest)</li>\n")
      }
      if pairing.refusals.count > 5 {
        lines.append("<li>\(label(of: index)): and \(pairing.refusals.count - 5) more are not paired</li>\n")
      }
      return lines
    }
    return lines.isEmpty ? "" : "<ul class=\"notes\">\n\(lines)</ul>\n"
  }
}
