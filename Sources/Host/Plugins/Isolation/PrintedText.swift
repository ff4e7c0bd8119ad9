/// What the process of a plugin prints, line by line, in bounds.
struct PrintedText {
  /// Whether nothing more will come.
  var isClosed = false
  private var line: [UInt8] = []
  private var waiting: [String] = []
  private var count = 0
  private var last: [String] = []

  private static let mostLines = 200
  private static let longestLine = 2000
  private static let tailLines = 12

  /// Takes bytes as they come.
  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      if byte == UInt8(ascii: "\n") || line.count == Self.longestLine { endLine() }
      if byte != UInt8(ascii: "\n") { line.append(byte) }
    }
  }

  private mutating func endLine() {
    let text = plainText(line)
    line.removeAll(keepingCapacity: true)
    guard !text.isEmpty else { return }
    last = last.suffix(Self.tailLines - 1) + [text]
    count += 1
    if count <= Self.mostLines { waiting.append(text) }
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
    let lines = line.isEmpty ? last : last.suffix(Self.tailLines - 1) + [plainText(line)]
    return lines.isEmpty ? nil : lines.joined(separator: "\n")
  }
}
