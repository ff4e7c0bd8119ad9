/// A 32-bit cyclic redundancy check, bits reflected, computed a byte at a time.
struct CyclicRedundancyCheck: Sendable {
  /// CRC-32, which zip archives use.
  static let zip = CyclicRedundancyCheck(reversedPolynomial: 0xEDB8_8320)
  /// CRC-32C (Castagnoli), which TensorBoard's event files use.
  static let castagnoli = CyclicRedundancyCheck(reversedPolynomial: 0x82F6_3B78)

  private let table: [UInt32]

  private init(reversedPolynomial: UInt32) {
    table = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { rest, _ in
        rest & 1 == 1 ? rest >> 1 ^ reversedPolynomial : rest >> 1
      }
    }
  }

  /// The check value of `bytes`.
  func value(of bytes: [UInt8]) -> UInt32 {
    var rest = UInt32.max
    for byte in bytes { rest = table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)] ^ rest >> 8 }
    return ~rest
  }
}
