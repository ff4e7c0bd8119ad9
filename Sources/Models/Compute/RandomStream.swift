internal import Foundation

/// A named, counter-based stream of random numbers: the value at a position does not depend on what was drawn
/// before, by whom, or on which thread, so runs of one seed share initialisation, order and augmentation.
///
/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011). The key
/// is the seed; the counter is (position, substream, name), the name by its 32-bit FNV-1a hash.
public struct RandomStream: Sendable {
  private let key: SIMD2<UInt32>
  private let name: UInt32
  private let substream: UInt32
  private var position: UInt64 = 0
  private var block = SIMD4<UInt32>()
  private var used = 4

  /// The stream `name` of `seed`; `substream` tells apart, for example, epochs or samples.
  public init(seed: UInt64, name: String, substream: UInt32 = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.name = name.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    self.substream = substream
  }

  /// Moves to block `index` of four 32-bit values, wherever the stream stood.
  public mutating func seek(toBlock index: UInt64) {
    position = index
    used = 4
  }

  /// The ten rounds of Philox4x32 over one counter.
  public static func philox(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var x = counter
    var k = key
    for _ in 0..<10 {
      let p0 = x[0].multipliedFullWidth(by: 0xD251_1F53)
      let p1 = x[2].multipliedFullWidth(by: 0xCD9E_8D57)
      x = SIMD4(p1.high ^ x[1] ^ k[0], p1.low, p0.high ^ x[3] ^ k[1], p0.low)
      k = k &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return x
  }

  /// The next 32 random bits.
  public mutating func next32() -> UInt32 {
    if used == 4 {
      let low = UInt32(truncatingIfNeeded: position)
      let high = UInt32(truncatingIfNeeded: position >> 32)
      block = Self.philox(counter: SIMD4(low, high, substream, name), key: key)
      position += 1
      used = 0
    }
    defer { used += 1 }
    return block[used]
  }

  /// A number in [0, 1) on the grid of 2⁻²⁴.
  public mutating func uniform() -> Float { Float(next32() >> 8) * 0x1p-24 }

  /// A draw from the standard normal distribution (Box and Muller 1958; the cosine half).
  public mutating func normal() -> Double {
    let radius = (-2 * log((Double(next32()) + 0.5) * 0x1p-32)).squareRoot()
    return radius * cos(2 * Double.pi * (Double(next32()) * 0x1p-32))
  }

  /// A whole number in `0..<bound`, without bias.
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0 && bound <= Int(UInt32.max), "a bound of \(bound)")
    let limit = UInt32.max - UInt32.max % UInt32(bound)
    while true {
      let value = next32()
      if value < limit { return Int(value % UInt32(bound)) }
    }
  }

  /// `0..<count` in random order (Fisher and Yates).
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, below(i + 1)) }
    return order
  }
}
