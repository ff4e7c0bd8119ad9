/// Bytes that become lines as they come; of a line that is longer than anyone reads, the rest is a line of its own.
struct LineBuffer {
  private var line: [UInt8] = []
  private var lines: [[UInt8]] = []
  private var isNew = false
  private static let longestLine = 1 << 16

  /// Takes bytes.
  mutating func add(_ bytes: [UInt8]) {
    isNew = isNew || !bytes.isEmpty
    for byte in bytes {
      if byte == UInt8(ascii: "\n") || line.count == Self.longestLine { endLine() }
      if byte != UInt8(ascii: "\n") { line.append(byte) }
    }
  }

  /// Whether bytes have come since this was last asked.
  mutating func hasGrown() -> Bool {
    defer { isNew = false }
    return isNew
  }

  /// The lines that have come since this was last asked; with `all` also one that has not ended.
  mutating func takeLines(all: Bool) -> [[UInt8]] {
    if all { endLine() }
    defer { lines.removeAll(keepingCapacity: true) }
    return lines
  }

  private mutating func endLine() {
    if !line.isEmpty { lines.append(line) }
    line.removeAll(keepingCapacity: true)
  }
}
