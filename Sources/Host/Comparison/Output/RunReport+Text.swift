extension RunReport {
  /// The report as tables for a terminal, under a title for each data set where there are several.
  public var text: String {
    var parts: [String] = []
    for comparison in comparisons {
      if comparisons.count > 1 { parts.append("\(comparison.title)\n") }
      parts += comparison.parts
    }
    let all = notes + comparisons.flatMap(\.notes)
    if !all.isEmpty { parts.append(all.map { "note: \($0)\n" }.joined()) }
    return parts.joined(separator: "\n")
  }
}

extension Comparison {
  fileprivate var parts: [String] {
    var tables = isOfSingleRuns ? [overview] : [leaderboard, furtherTable]
    tables += [bestTable, classTable, differenceTable(of: leading + [.fewAccuracy]), lossTable].compactMap {
      $0
    }
    return tables.map(\.text) + [progress, closing].filter { !$0.isEmpty }
  }

  /// What a terminal shows the differences in; files have them all. Of test classes of one size, accuracy and balanced
  /// accuracy are the same.
  private var leading: [Metric] {
    isTestBalanced ? [.accuracy] : [.accuracy, .balancedAccuracy]
  }

  /// What can be said, in sentences.
  private var closing: String {
    guard methods.count > 1 else { return "" }
    guard !isOfSingleRuns else {
      return pairings.contains { $0?.pairs.isEmpty == false }
        ? "one seed: differences have no deviation, no interval and no p\n" : ""
    }
    return sentences(on: leading + [.fewAccuracy]).map { $0 + "\n" }.joined()
  }
}
