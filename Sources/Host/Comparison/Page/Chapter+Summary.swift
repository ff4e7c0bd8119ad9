// What a reader is told first: who wins, and whether that is to be believed.

extension Chapter {
  /// A method's place among the others by the headline metric.
  private struct Standing {
    let index: Int
    let row: MetricComparison.Row
    let mean: Double
  }

  private var headline: MetricComparison? { comparison.differences.first { $0.metric == Self.headline } }

  /// The methods that are compared with a baseline, and it itself, the best first.
  private func standings(_ baseline: Int) -> [Standing] {
    let rows = headline?.rows ?? []
    return rows.enumerated().compactMap { index, row in
      guard index == baseline || comparison.references[index] == baseline else { return nil }
      return row.spread.mean.map { Standing(index: index, row: row, mean: $0) }
    }.sorted { (-$0.mean, $0.index) < (-$1.mean, $1.index) }
  }

  /// The places of the baselines.
  private var baselines: [Int] { comparison.baselines.sorted() }

  /// The sentences that say who wins.
  var claim: HTML { baselines.prefix(Self.mostBaselines).map { claim(beside: $0) }.joined(" ") }

  /// The most baselines that the page's beginning speaks of.
  private static let mostBaselines = 6

  /// The sentence that says who wins among a baseline and what is compared with it.
  private func claim(beside baseline: Int) -> HTML {
    let standings = standings(baseline)
    let metric = Self.headline.name
    let isOnly = !comparison.hasSeveralBaselines
    let rival: HTML = "the baseline <strong>\(label(of: baseline))</strong>"
    guard let best = standings.first else {
      return isOnly
        ? "No run is finished: there is nothing to compare yet."
        : "Of \(rival) and what is compared with it no run is finished."
    }
    let name: HTML = "<strong>\(label(of: best.index))</strong>"
    let value = text(best.row.spread)
    guard comparison.references.contains(baseline) else {
      return "\(name) reaches a \(metric) of \(value). There is nothing to compare it with."
    }
    guard let base = standings.first(where: { $0.index == baseline }) else {
      return
        "\(name) has the highest \(metric), \(value), but \(rival) has no finished run to compare it with."
    }
    if best.mean <= base.mean {
      let others: HTML = isOnly ? "No method has" : "No method that is compared with it has"
      return "\(others) a higher mean \(metric) than \(rival), \(text(base.row.spread))."
    }
    guard let basis = best.row.conclusion?.basis else {
      let place: HTML = isOnly ? "" : " of what is compared with it"
      return """
        \(name) has the highest mean \(metric)\(place), \(value), but is not told apart from \(rival), \
        \(text(base.row.spread)).
        """
    }
    let verb: HTML = basis == .test ? "beats" : "is ahead of"
    return "\(name) \(verb) \(rival): \(metric) \(value) against \(text(base.row.spread))."
  }

  /// The claims, whether they are to be believed, and how far the runs have come.
  var summary: HTML {
    var lines: HTML = ""
    var isGood = false
    for baseline in baselines.prefix(Self.mostBaselines) {
      lines += paragraph(claim(beside: baseline), style: "claim")
      let standings = standings(baseline)
      if let best = standings.first, best.index != baseline, let verdict = best.row.conclusion {
        lines += paragraph("\(tag(of: verdict)) \(sentence(verdict)).")
        isGood = isGood || verdict.isBetter == true
      }
      let others = standings.dropFirst().filter { $0.row.conclusion != nil && $0.index != baseline }
      if !others.isEmpty { lines += paragraph(tally(of: others)) }
    }
    let rest = baselines.count - Self.mostBaselines
    if rest > 0 { lines += paragraph("And \(counted(rest, "baseline")) more.") }
    lines += paragraph(progress, style: "soft")
    return "<div class=\"verdict\(isGood ? " good" : "" as HTML)\">\n\(lines)</div>\n"
  }

  /// How the methods compare that do not lead.
  private func tally(of others: some Collection<Standing>) -> HTML {
    func names(_ matches: (Conclusion) -> Bool) -> [HTML] {
      others.filter { $0.row.conclusion.map(matches) == true }.map { "\(label(of: $0.index))" }
    }
    let groups: [(String, [HTML])] = [
      ("above the baseline", names { $0.isBetter == true }),
      ("below the baseline", names { $0.isBetter == false }),
      ("not told apart from the baseline", names { $0.isBetter == nil && $0.finding != .unpaired }),
      ("not paired with the baseline", names { $0.finding == .unpaired }),
    ]
    let parts = groups.filter { !$0.1.isEmpty }.map { group -> HTML in
      let shown = Array(group.1.prefix(8)).joined(", ")
      let rest: HTML = group.1.count > 8 ? " and \(group.1.count - 8) more" : ""
      return "\(group.0): \(shown)\(rest)"
    }
    return "By the same measure \(parts.joined("; "))."
  }

  private var progress: HTML {
    let counts = comparison.counts
    let parts = ["\(counts.done) of \(counted(counts.planned, "run")) finished", counts.remainder]
    let why: HTML =
      comparison.losses.isEmpty
      ? "" : "; <a href=\"#\(number.map { "provenance-\($0)" } ?? "provenance")\">why</a>"
    return
      "\(parts.filter { !$0.isEmpty }.joined(separator: ", "))\(why). Numbers are those of the last epoch on the test set."
  }
}

// MARK: - Words

extension Chapter {
  /// "0.884 ± 0.004 (3 seeds)".
  func text(_ spread: SampleSpread) -> String {
    let seeds = counted(spread.count, "seed")
    return "\(meanAndDeviation(spread)) (\(seeds))"
  }

  func meanAndDeviation(_ spread: SampleSpread) -> String {
    guard let mean = spread.mean else { return "–" }
    return figures(mean, places: 3)
      + (spread.deviation.map { "\u{A0}±\u{A0}\(figures($0, places: 3))" } ?? "")
  }

  /// Whether a verdict is to be believed, in a few words and a colour.
  func tag(of verdict: Conclusion) -> HTML {
    let (text, style): (String, HTML) =
      switch (verdict.basis, verdict.isBetter) {
      case (.test?, true?): ("Better, by the test", "good")
      case (.test?, _): ("Worse, by the test", "bad")
      case (.interval?, true?): ("Better, by the interval alone", "good")
      case (.interval?, _): ("Worse, by the interval alone", "bad")
      case (nil, _):
        switch verdict.finding {
        case .equal: ("Equal", "open")
        case .unpaired: ("Not paired", "open")
        case .tooFewSeeds: ("Not settled", "open")
        default: ("Not told apart", "open")
        }
      }
    return "<span class=\"tag \(style)\">\(text)</span>"
  }

  /// A verdict's words as a sentence, without its full stop.
  func sentence(_ verdict: Conclusion) -> String {
    capitalized(verdict.text).replacing(#/([ (])-(?=[0-9])/#) { "\($0.1)−" }
  }
}
