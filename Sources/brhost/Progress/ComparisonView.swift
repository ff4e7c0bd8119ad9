package import Host

/// What a terminal shows of a comparison at work: a value without clock or terminal.
package enum ComparisonView {
  /// At most `height` lines of at most `width` characters: a table of methods and seeds for each data set while there is
  /// room, else the rows at work; the counts below.
  ///
  /// - Parameter left: how long the rest takes; nil where that is not known.
  package static func lines(
    of status: ComparisonStatus, left: Duration?, width: Int, height: Int
  ) -> [String] {
    let summary = status.summary + (left.map { ", \(clock($0)) left" } ?? "")
    let tables = tables(of: status, height: height - 1)
    let fits = !tables.isEmpty && tables.allSatisfy { $0.count <= width }
    let lines = fits ? tables : Array(working(status).prefix(max(0, height - 1)))
    return (lines + [summary]).map { String($0.prefix(width)) }
  }

  /// The lines of the tables; none where they are more than `height`, for large plans have tables that take a while.
  private static func tables(of status: ComparisonStatus, height: Int) -> [String] {
    let datasets = status.plan.datasets
    guard datasets.count * (status.plan.methods.count + 2) <= height else { return [] }
    return datasets.flatMap { status.table(of: $0).split(separator: "\n").map(String.init) }
  }

  private static func working(_ status: ComparisonStatus) -> [String] {
    status.plan.runs.filter { status.state(of: $0) == .running }.map { row in
      let share = status.progress[row.id].map { "\(decimal($0.share * 100, places: 0)) %" } ?? "starting"
      return "\(share)  \(row.method) on \(row.dataset), seed \(row.seed)"
    }
  }

  /// A line for a row that has begun or ended, for a file or a pipe; nil where nothing has happened to tell of.
  package static func line(of status: ComparisonStatus, _ event: ComparisonRun.Event) -> String? {
    switch event {
    case .none: nil
    case .began(let row): "\(name(of: row)): training"
    case .ended(let row): "\(name(of: row)): \(outcome(status.state(of: row))); \(status.summary)"
    }
  }

  private static func name(of row: ComparisonPlan.Row) -> String {
    "\(row.id) \(row.method) on \(row.dataset), seed \(row.seed)"
  }

  private static func outcome(_ state: RowState) -> String {
    switch state {
    case .done(let result):
      "done, balanced accuracy \(decimal(result.balancedAccuracy.map { $0 * 100 }, places: 1)) %, "
        + "\(decimal(result.seconds, places: 1)) s"
    case .failed(let failure): "failed: \(failure.reason)"
    case .interrupted(let step): "interrupted after \(step) steps"
    case .running: "another process is at work on it"
    case .planned: "interrupted before its first step"
    }
  }
}

/// Shows a comparison at work on standard error.
struct ComparisonWatcher {
  private enum Target { case terminal, log, silent }

  private let target: Target
  private let begin = ContinuousClock().now
  private let firstShare: Double
  private var drawn = 0
  private var lastDrawn: ContinuousClock.Instant?

  init(_ status: ComparisonStatus, isSilent: Bool) {
    target = isSilent ? .silent : Terminal.canRedraw ? .terminal : .log
    firstShare = status.share
  }

  mutating func show(_ status: ComparisonStatus, _ event: ComparisonRun.Event) {
    switch target {
    case .silent: break
    case .log: if let line = ComparisonView.line(of: status, event) { Terminal.say(line) }
    case .terminal:
      let now = ContinuousClock().now
      if let lastDrawn, now - lastDrawn < .milliseconds(100), case .none = event { return }
      lastDrawn = now
      let lines = ComparisonView.lines(
        of: status, left: timeLeft(status, now), width: Terminal.width - 1, height: Terminal.height - 1)
      Terminal.note(erasure + lines.map { harmless($0.unicodeScalars) + "\n" }.joined())
      drawn = lines.count
    }
  }

  /// Clears what is drawn.
  mutating func finish() {
    if drawn > 0 { Terminal.note(erasure) }
    drawn = 0
  }

  private var erasure: String { drawn > 0 ? "\u{1B}[\(drawn)A\r\u{1B}[J" : "" }

  private func timeLeft(_ status: ComparisonStatus, _ now: ContinuousClock.Instant) -> Duration? {
    let done = status.share - firstShare
    return done > 0.001 ? (now - begin) * ((1 - status.share) / done) : nil
  }
}

extension ComparisonStatus {
  /// The share of the rows' work that is done, as if all took as long, 0…1; failed rows count as done.
  fileprivate var share: Double {
    let parts = plan.rows.map { row -> Double in
      switch state(of: row) {
      case .done, .failed: 1
      case .running: progress[row.id]?.share ?? 0
      case .planned, .interrupted: 0
      }
    }
    return parts.reduce(0, +) / Double(max(1, plan.rows.count))
  }
}
