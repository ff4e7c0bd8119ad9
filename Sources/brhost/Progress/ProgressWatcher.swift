package import Host

/// Decides what of a stream of progress reports is shown, and how: a value without clock or terminal.
package struct ProgressStyle: Sendable {
  /// The kind of place that reports go to.
  package enum Target: Sendable, Equatable {
    /// A terminal: one line, redrawn.
    case terminal(width: Int)
    /// A file or pipe: a line every 30 seconds and at the end of each epoch.
    case log
    /// Nowhere.
    case silent
  }

  package let target: Target
  private var lastShown: Duration?
  private var isLineOpen = false

  package init(_ target: Target) { self.target = target }

  /// The text to write for `progress`; empty where it comes too soon after the last.
  package mutating func text(for progress: Progress) -> String {
    let since = lastShown.map { progress.elapsed - $0 }
    switch target {
    case .silent:
      return ""
    case .terminal(let width):
      if let since, since < .milliseconds(100), !progress.endsEpoch { return "" }
      lastShown = progress.elapsed
      isLineOpen = true
      return "\r" + progress.line(width: width - 1) + "\u{1B}[K"
    case .log:
      if since ?? progress.elapsed < .seconds(30), !progress.endsEpoch { return "" }
      lastShown = progress.elapsed
      return progress.line(width: .max) + "\n"
    }
  }

  /// The text that leaves the terminal clean after the last report, or before a message.
  package mutating func end() -> String {
    defer { isLineOpen = false }
    return isLineOpen ? "\r\u{1B}[K" : ""
  }
}

/// Shows progress on standard error.
struct ProgressWatcher {
  private var style: ProgressStyle

  init(isSilent: Bool) {
    let target: ProgressStyle.Target =
      if isSilent { .silent } else if Terminal.canRedraw { .terminal(width: Terminal.width) } else { .log }
    style = ProgressStyle(target)
  }

  mutating func show(_ progress: Progress) { write(style.text(for: progress)) }

  /// Clears the line, if one is drawn.
  mutating func finish() { write(style.end()) }

  private func write(_ text: String) {
    if !text.isEmpty { Terminal.note(text) }
  }
}
