/// The one of `candidates` that `name` was probably meant to be, if any is close.
///
/// Close is a Levenshtein distance of at most a third of the longer word, hyphens and underscores being equal.
public func nearest(to name: String, in candidates: some Sequence<String>) -> String? {
  let wanted = folded(name)
  let scored = candidates.map { (candidate: $0, distance: distance(wanted, folded($0))) }
  guard let best = scored.min(by: { $0.distance < $1.distance }) else { return nil }
  let longer = max(wanted.count, best.candidate.count)
  return best.distance <= max(1, longer / 3) ? best.candidate : nil
}

private func folded(_ name: String) -> [Character] { name.lowercased().map { $0 == "_" ? "-" : $0 } }

/// Levenshtein distance: the fewest insertions, deletions and replacements that turn `a` into `b`.
private func distance(_ a: [Character], _ b: [Character]) -> Int {
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let replaced = diagonal + (x == y ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
    }
  }
  return row[b.count]
}
