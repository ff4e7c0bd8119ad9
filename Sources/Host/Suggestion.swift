/// The one of `candidates` that `name` was probably meant to be, if any is close.
///
/// Close is a distance of at most a third of the longer word, hyphens and underscores being equal.
public func nearest(to name: String, in candidates: some Sequence<String>) -> String? {
  let wanted = folded(name)
  let scored = candidates.compactMap { candidate -> (candidate: String, distance: Int)? in
    // A word of another length is never close, and a library may have a million of them.
    let longer = max(wanted.count, candidate.count)
    guard abs(wanted.count - candidate.count) <= max(1, longer / 3) else { return nil }
    return (candidate, distance(wanted, folded(candidate)))
  }
  guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
  let longer = max(wanted.count, best.candidate.count)
  return best.distance <= max(1, longer / 3) ? best.candidate : nil
}

private func folded(_ name: String) -> [Character] { name.lowercased().map { $0 == "_" ? "-" : $0 } }

/// Optimal string alignment: the fewest insertions, deletions, replacements and swaps of neighbours that turn `a`
/// into `b`, with no letter edited twice.
private func distance(_ a: [Character], _ b: [Character]) -> Int {
  var earlier: [Int] = []
  var above = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var row = [i + 1]
    for (j, y) in b.enumerated() {
      var best = min(above[j] + (x == y ? 0 : 1), above[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, x == b[j - 1], y == a[i - 1] { best = min(best, earlier[j - 1] + 1) }
      row.append(best)
    }
    (earlier, above) = (above, row)
  }
  return above[b.count]
}
