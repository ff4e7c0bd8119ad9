internal import Models

/// How unusual the mean of paired differences would be if either sign of each were as likely as the other: the share of
/// all flips of signs under which the mean is at least as far from 0 (Fisher: "The design of experiments", 1935, 21).
///
/// Two-sided. Of more than 20 differences a million random flips stand for all of them, and the flip that was observed
/// is counted as one of these (Phipson and Smyth: "Permutation p-values should never be zero", 2010).
public struct SignFlipTest: Sendable, Equatable {
  /// The share of flips.
  public let p: Double
  /// How many flips were looked at.
  public let flips: Int
  /// Whether these are all that there are.
  public let isExact: Bool
  /// The smallest p that so many differences can give.
  public let smallest: Double

  /// The most differences of which all flips are looked at.
  static let exactLimit = 20
  private static let randomFlips = 1 << 20

  /// The test of `differences`, at least one, each finite.
  public init(_ differences: [Double]) {
    precondition(!differences.isEmpty, "no differences")
    let count = differences.count
    // Sums that are equal but for rounding are ties.
    let size = differences.reduce(0.0) { $0 + abs($1) }
    let threshold = abs(differences.reduce(0, +)) - 1e-11 * size
    isExact = count <= Self.exactLimit
    if isExact {
      // A flip and its opposite are equally far from 0: half of the flips are enough, those that keep the last sign.
      let sums = FlippedSums(differences.dropLast())
      let last = differences[count - 1]
      flips = 1 << count
      var extreme = 0
      for flip in 0..<UInt32(flips / 2) where abs(sums.sum(flip) + last) >= threshold { extreme += 1 }
      p = Double(extreme) / Double(flips / 2)
      smallest = 2 / Double(flips)
    } else {
      let sums = FlippedSums(differences[...])
      flips = Self.randomFlips
      var random = RandomStream(seed: 1, name: "sign flips")
      let words = (count + 31) / 32
      var extreme = 0
      for _ in 0..<flips {
        var sum = 0.0
        for word in 0..<words { sum += sums.sum(random.next32(), word: word) }
        if abs(sum) >= threshold { extreme += 1 }
      }
      p = Double(extreme + 1) / Double(flips + 1)
      smallest = 1 / Double(flips + 1)
    }
  }
}

/// Sums of numbers under any flips of their signs, eight numbers at a time.
private struct FlippedSums {
  /// The sums of each eight numbers by the flips' bits, 256 of each.
  private var tables: [Double] = []

  init(_ numbers: ArraySlice<Double>) {
    var rest = numbers
    while !rest.isEmpty {
      let eight = Array(rest.prefix(8))
      rest = rest.dropFirst(8)
      for flips in 0..<256 {
        tables.append(
          eight.indices.reduce(0.0) { $0 + (flips >> $1 & 1 == 0 ? eight[$1] : -eight[$1]) })
      }
    }
  }

  /// The sum of the 32 numbers of a word, where those whose bits are set have the other sign.
  func sum(_ flips: UInt32, word: Int = 0) -> Double {
    var bits = flips
    var sum = 0.0
    for table in 4 * word..<min(tables.count / 256, 4 * word + 4) {
      sum += tables[256 * table + Int(bits & 255)]
      bits >>= 8
    }
    return sum
  }
}
