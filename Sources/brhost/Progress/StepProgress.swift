internal import Host

/// A counter on standard error, where that is a terminal: "step 12/200", gone at the end.
struct StepProgress {
  private let isShown: Bool

  init(isSilent: Bool) { isShown = !isSilent && Terminal.canRedraw }

  /// Shows how many steps of how many are done, about two hundred times in all.
  func show(_ done: Int, _ total: Int) {
    guard isShown else { return }
    if done >= total {
      Terminal.note("\r\u{1B}[K")
    } else if done.isMultiple(of: max(1, total / 200)) {
      Terminal.note("\rstep \(done)/\(total)")
    }
  }
}
