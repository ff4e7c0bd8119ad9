internal import Foundation
internal import Glibc
internal import Host

/// What is wrong with how a command ended; nothing, where it kept what RELIABILITY.md promises.
struct Verdict {
  let work: Work
  let outcome: Work.Outcome
  /// What the command leaves where nothing disturbs it.
  private let whole: [String: Data]
  private let fault: Fault?

  init(_ work: Work, _ outcome: Work.Outcome, under fault: Fault? = nil) throws {
    self.work = work
    self.outcome = outcome
    self.fault = outcome.isStruck ? fault : nil
    whole = try Work.undisturbed.get()[work.words] ?? [:]
  }

  /// Whether nobody can hear what the program says.
  var isMute = false

  /// The signal that may have ended it, which then said nothing.
  private var death: Int32? {
    switch fault?.act {
    case .signal(SIGKILL): SIGKILL
    // Whoever started this process may have it blocked.
    case .signal(let signal) where outcome.status == 128 + signal && !work.heedsSignals: signal
    default: nil
    }
  }

  /// The statuses that are documented for a command that is understood.
  private static let statuses: Set<Int32> = [0, 1, 65, 75]
  /// What a program says that has crashed.
  private static let cries = [
    "Fatal error", "Illegal instruction", "Crash", "stack dump", "Stack dump", "Segmentation",
    "terminate called",
    "core dumped", "*** ",
  ]

  var complaints: [String] { ending + message + remains }

  // MARK: - The end

  private var ending: [String] {
    if let death {
      return outcome.status == 128 + death ? [] : ["status \(outcome.status) after signal \(death)"]
    }
    if [124, 137].contains(outcome.status) { return ["it hangs"] }
    return Self.statuses.contains(outcome.status) ? [] : ["status \(outcome.status)"]
  }

  private var message: [String] {
    var wrong = Self.cries.filter(outcome.errors.contains).map { "it cries '\($0)'" }
    if outcome.status != 0 && death == nil && !isMute {
      let lines = outcome.errors.split(separator: "\n")
      if !lines.contains(where: { $0.hasPrefix("brhost: ") }) { wrong.append("no message") }
      if !lines.contains(where: { $0.hasPrefix("  Try: ") }) { wrong.append("no remedy") }
      if fault?.isOnFiles == true && outcome.status != 75
        && !outcome.errors.contains(fault?.isOnInput == true ? "/" : "/work")
      {
        wrong.append("no file is named")
      }
    }
    return wrong
  }

  // MARK: - The files

  private var remains: [String] {
    var wrong: [String] = []
    for (path, content) in outcome.files.sorted(by: { $0.key < $1.key }) {
      if path.hasSuffix(".tmp") || path.contains(".brhost-new.") {
        if death == nil && fault?.also?.call != "unlink" { wrong.append("'\(path)' is left behind") }
        continue
      }
      if path.contains("/checkpoints/") || path.hasSuffix("/lock") && death != nil {
        if let flaw = Self.flaw(of: content, path) { wrong.append("'\(path)' \(flaw)") }
        continue
      }
      guard let expected = whole[path] else {
        wrong.append("'\(path)' is unexpected")
        continue
      }
      if let flaw = Self.flaw(of: content, path) {
        // What could not be cut off stays, at the end only, and is told.
        if fault?.also?.call == "ftruncate", flaw.hasPrefix("breaks off") { continue }
        wrong.append("'\(path)' \(flaw)")
      } else if isDetermined(path), outcome.status != 75, content != expected {
        wrong.append("'\(path)' has another content")
      }
    }
    return wrong + missing
  }

  /// With status 0 nothing is missing; with another, run.json names what is.
  private var missing: [String] {
    // A checkpoint that could not be written is told, and the one before it stays.
    let missing = whole.keys.filter { outcome.files[$0] == nil && !$0.contains("/checkpoints/") }.sorted()
    guard outcome.status == 0 else { return [] }
    let rows = whole["run/metrics.jsonl"].map(Self.rows)
    let found = outcome.files["run/metrics.jsonl"].map(Self.rows)
    var wrong = rows == found ? [] : ["status 0 with \(found ?? 0) of \(rows ?? 0) rows of metrics.jsonl"]
    if outcome.files["run/run.json"].map({ Self.text($0).contains(#""status": "done""#) }) == false {
      wrong.append("status 0 with a run.json that does not say 'done'")
    }
    if outcome.files.keys.count(where: { $0.contains("/checkpoints/") }) == 0,
      whole.keys.contains(where: { $0.contains("/checkpoints/") }), !outcome.errors.contains("NO CHECKPOINT")
    {
      wrong.append("status 0 without a checkpoint or a word on it")
    }
    return wrong + missing.map { "status 0 without '\($0)'" }
  }

  /// Whether every run writes the same bytes; a run whose status is not 0 may have lost rows, and says so.
  private func isDetermined(_ path: String) -> Bool {
    if path.hasSuffix("metrics.jsonl") { return outcome.status == 0 }
    return !["run.json", "log.jsonl", "events"].contains { path.hasSuffix($0) }
  }

  private static func rows(_ content: Data) -> Int { content.count { $0 == UInt8(ascii: "\n") } }
  private static func text(_ content: Data) -> String { String(decoding: content, as: UTF8.self) }
}

// MARK: - Whole files

extension Verdict {
  /// What is wrong with a file that a program may read, by the reader of its kind.
  static func flaw(of content: Data, _ path: String) -> String? {
    let bytes = Array(content)
    do {
      switch path.split(separator: "/").last.map(String.init) ?? "" {
      case "events": return isWholeEvents(bytes) ? nil : "breaks off within an event"
      case let name where name.hasSuffix(".jsonl"):
        guard bytes.isEmpty || bytes.last == UInt8(ascii: "\n") else { return "breaks off within a line" }
        for line in bytes.split(separator: UInt8(ascii: "\n")) { _ = try JSON(parsing: Array(line)) }
      case let name where name.hasSuffix(".json"): _ = try JSON(parsing: bytes)
      case let name where name.hasSuffix(".safetensors") && path.contains("/checkpoints/"):
        _ = try Checkpoint(parsing: bytes, path: path)
      case let name where name.hasSuffix(".safetensors"): _ = try SafeTensors(parsing: bytes, path: path)
      case let name where name.hasSuffix(".npy"):
        _ = try NPYArray(content: bytes, place: DataPlace(file: path))
      case let name where name.hasSuffix(".npz"):
        let archive = try NPZ(bytes: bytes, path: path)
        for name in archive.names { _ = try archive.array(name) }
      default: return nil  // compared with what it should be, byte by byte
      }
    } catch { return "is not whole: \(error)" }
    return nil
  }

  /// Whether the bytes are whole TFRecords: a length and its check value, so many bytes and theirs.
  private static func isWholeEvents(_ bytes: [UInt8]) -> Bool {
    var offset = 0
    while offset < bytes.count {
      guard offset + 16 <= bytes.count else { return false }
      let length = (0..<8).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * min($1, 6)) }
      offset += 16 + length
    }
    return offset == bytes.count
  }
}
