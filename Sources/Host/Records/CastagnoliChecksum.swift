/// The CRC-32C of `bytes` (Castagnoli's polynomial, bits reflected), which TensorBoard's event files use.
func castagnoliChecksum(_ bytes: [UInt8]) -> UInt32 {
  var rest = UInt32.max
  for byte in bytes { rest = table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)] ^ rest >> 8 }
  return ~rest
}

/// What each byte leaves behind.
private let table: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0x82F6_3B78 : rest >> 1 }
}
