// What a reader is told first: who wins, and whether that is to be believed.

extension Chapter {
  /// A method's place among the others by the headline metric.
  private struct Standing {
    let index: Int
    let row: MetricComparison.Row
    let mean: Double
  }

  private var headline: MetricComparison? { comparison.differences.first { $0.metric == Self.headline } }

  private var standings: [Standing] {
    let rows = headline?.rows ?? []
    return rows.enumerated().compactMap { index, row in
      row.spread.mean.map { Standing(index: index, row: row, mean: $0) }
    }.sorted { (-$0.mean, $0.index) < (-$1.mean, $1.index) }
  }

  /// The sentence that says who wins.
  var claim: HTML {
    let metric = Self.headline.name
    guard let best = standings.first else { return "No run is finished: there is nothing to compare yet." }
    let value = "\(metric) of \(text(best.row.spread))"
    guard methods.count > 1 else {
      return
        "<strong>\(label(of: best.index))</strong> reaches a \(value). There is nothing to compare it with."
    }
    let reference = comparison.references[best.index] ?? best.index
    guard let baseline = standings.first(where: { $0.index == reference }) else {
      return """
        <strong>\(label(of: best.index))</strong> has the highest \(metric), \(text(best.row.spread)), but the \
        baseline \(label(of: reference)) has no finished run to compare it with.
        """
    }
    if best.mean <= baseline.mean {
      return """
        No method has a higher mean \(metric) than the baseline <strong>\(label(of: reference))</strong>, \
        \(text(baseline.row.spread)).
        """
    }
    let verb: HTML = best.row.conclusion?.basis == .test ? "beats" : "is ahead of"
    return """
      <strong>\(label(of: best.index))</strong> \(verb) the baseline <strong>\(label(of: reference))</strong>: \(metric) \
      \(text(best.row.spread)) against \(text(baseline.row.spread)).
      """
  }

  /// The claim, whether it is to be believed, and how far the runs have come.
  var summary: HTML {
    var lines = paragraph(claim, style: "claim")
    let best = standings.first
    if let best, let verdict = best.row.conclusion {
      lines += paragraph("\(tag(of: verdict)) \(sentence(verdict)).")
    }
    let others = standings.filter { $0.row.conclusion != nil && $0.index != best?.index }
    if !others.isEmpty { lines += paragraph(tally(of: others)) }
    lines += paragraph(progress, style: "soft")
    let style: HTML =
      switch best?.row.conclusion?.isBetter {
      case true?: " good"
      default: ""
      }
    return "<div class=\"verdict\(style)\">\n\(lines)</div>\n"
  }

  /// How the methods compare that do not lead.
  private func tally(of others: [Standing]) -> HTML {
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
    return figures(mean, places: 3) + (spread.deviation.map { " ± \(figures($0, places: 3))" } ?? "")
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
