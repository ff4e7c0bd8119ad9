package import Host

/// Decides what of a stream of progress reports is shown, and how: a value without clock or terminal.
package struct ProgressStyle: Sendable {
  /// The kind of place that reports go to.
  package enum Target: Sendable, Equatable {
    /// A terminal: one line, redrawn.
    case terminal(width: Int)
    /// A file or pipe: a line every 30 seconds and at the end of each epoch.
    case log
    /// A program: a line of JSON every quarter of a second, at the end of each epoch, and at the end.
    case json
    /// Nowhere.
    case silent
  }

  package let target: Target
  private var lastShown: Duration?
  private var isLineOpen = false
  /// The last report, where a program has not seen it.
  private var withheld: Progress?

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
    case .json:
      if let since, since < .milliseconds(250), !progress.endsEpoch {
        withheld = progress
        return ""
      }
      lastShown = progress.elapsed
      withheld = nil
      return progress.json.line + "\n"
    }
  }

  /// The text after the last report: what leaves the terminal clean, or the report that a program has not seen.
  package mutating func end() -> String {
    defer {
      isLineOpen = false
      withheld = nil
    }
    if let withheld { return withheld.json.line + "\n" }
    return isLineOpen ? "\r\u{1B}[K" : ""
  }
}

/// Shows progress on standard error.
struct ProgressWatcher {
  private var style: ProgressStyle

  /// - Parameters:
  ///   - isJSON: whether a program reads the reports.
  ///   - isSilent: whether nobody else wants them.
  init(isJSON: Bool, isSilent: Bool) {
    let target: ProgressStyle.Target =
      if isJSON { .json } else if isSilent { .silent } else if Terminal.canRedraw {
        .terminal(width: Terminal.width)
      } else { .log }
    style = ProgressStyle(target)
  }

  mutating func show(_ progress: Progress) { write(style.text(for: progress)) }

  /// Clears the line, if one is drawn.
  mutating func finish() { write(style.end()) }

  private func write(_ text: String) {
    if !text.isEmpty { Terminal.note(text) }
  }
}
