/// What the process of a plugin prints: its first lines as they come, and its last words. However much it is, little of
/// it is kept.
struct PrintedText {
  /// Whether nothing more will come.
  var isClosed = false
  private var line: [UInt8] = []
  private var waiting: [String] = []
  private var count = 0
  private var last: [UInt8] = []

  private static let mostLines = 200
  private static let longestLine = 2000
  private static let longestTail = 8192
  private static let tailLines = 12

  /// Takes bytes as they come.
  mutating func add(_ bytes: [UInt8]) {
    last += bytes.suffix(Self.longestTail)
    if last.count > 2 * Self.longestTail { last.removeFirst(last.count - Self.longestTail) }
    for byte in bytes where count < Self.mostLines {
      if byte == UInt8(ascii: "\n") || line.count == Self.longestLine { endLine() }
      if byte != UInt8(ascii: "\n") { line.append(byte) }
    }
  }

  private mutating func endLine() {
    let text = plainText(line)
    line.removeAll(keepingCapacity: true)
    guard !text.isEmpty else { return }
    count += 1
    waiting.append(text)
    if count == Self.mostLines { waiting.append("(what more it prints is left out)") }
  }

  /// The lines that have come since this was last asked.
  mutating func takeLines() -> [String] {
    if isClosed, !line.isEmpty { endLine() }
    defer { waiting.removeAll(keepingCapacity: true) }
    return waiting
  }

  /// The last lines; nil where there are none.
  var tail: String? {
    let lines = plainText(last.suffix(Self.longestTail)).split(separator: "\n").suffix(Self.tailLines)
    return lines.isEmpty ? nil : lines.map { $0.prefix(Self.longestLine) }.joined(separator: "\n")
  }
}
