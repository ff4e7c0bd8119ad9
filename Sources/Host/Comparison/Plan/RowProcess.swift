/// The process that trains a row, seen by the comparison: what it says goes into the row's log, how far it has come is
/// kept.
final class RowProcess {
  /// The row.
  let row: ComparisonPlan.Row
  /// What it reported last.
  private(set) var progress: RowProgress?
  /// The last line that it said, to tell why it ended.
  private(set) var lastWords = ""
  let child: ChildProcess
  private var printed = LineBuffer()
  private var log: AppendFile?

  /// Starts `program` to train `row` of the comparison in `folder`, on so many threads.
  init(
    _ row: ComparisonPlan.Row, in folder: ComparisonFolder, program: String, threads: Int
  ) throws(ComparisonError) {
    let arguments = [
      "compare", "run", folder.path, "--row", row.id, "--threads", "\(threads)", "--progress", "json",
      "--ends-with", "\(processNumber())",
    ]
    do { child = try ChildProcess(program, arguments, settings: [:]) } catch {
      throw .cannotStart(reason: reason(ofError: error.code))
    }
    self.row = row
    log = try? AppendFile(openingLinesAt: folder.log(of: row))
  }

  /// Takes what it has printed; whether it has ended.
  func hasEnded() -> Bool {
    let hasEnded = child.hasEnded
    while child.readPrinted({ printed.add($0) }), hasEnded, printed.hasGrown() {}
    for line in printed.takeLines(all: hasEnded) { take(line) }
    return hasEnded
  }

  private func take(_ bytes: [UInt8]) {
    if bytes.first == UInt8(ascii: "{"), let json = try? JSON(parsing: bytes),
      let progress = RowProgress(json)
    {
      self.progress = progress
      return
    }
    let line = plainText(bytes)
    if line.hasPrefix("brhost: ") { lastWords = String(line.dropFirst(8)) }
    try? log?.append(Array((line + "\n").utf8))
  }

  /// How it ended; it must have.
  func end() -> ProcessEnd { ProcessEnd(status: child.end()) }
}
