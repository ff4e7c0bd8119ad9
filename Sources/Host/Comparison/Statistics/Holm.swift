/// The p values of a family of tests, adjusted so that the chance of any false finding among them stays under the level
/// that each is compared with (Holm: "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6,
/// 1979): the i-th smallest of m times m − i + 1, never less than one before it, at most 1.
package func holmAdjusted(_ p: [Double]) -> [Double] {
  var adjusted = p
  var largest = 0.0
  for (rank, index) in p.indices.sorted(by: { (p[$0], $0) < (p[$1], $1) }).enumerated() {
    largest = max(largest, min(1, p[index] * Double(p.count - rank)))
    adjusted[index] = largest
  }
  return adjusted
}
