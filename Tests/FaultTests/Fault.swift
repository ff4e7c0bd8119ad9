internal import Foundation
internal import Glibc
internal import TestSupport

/// What the preloaded library of `Tests/Faults/faults.c` does to a program.
struct Fault: Sendable, CustomStringConvertible {
  /// What happens to the call.
  enum Act: Sendable, Equatable {
    case fail(Int32)
    /// At most so many bytes are written by a call.
    case short(Int)
    /// So many bytes are written, and the disk is full from then on.
    case full(Int)
    /// The call is interrupted so often before it is done.
    case interrupt(Int)
    /// The process gets this signal just before the call.
    case signal(Int32)
    /// The call takes so many milliseconds.
    case slow(Int)
    /// What the path below the folder leads to is removed just before the call.
    case remove(String)
  }

  /// The function.
  var call: String
  var act: Act
  /// Which of its calls, counted from 1; 0 for every one.
  var turn = 0
  /// A second function, of which every call fails with this error.
  var also: (call: String, error: Int32)?
  /// Allocations of at least so many bytes count.
  var above = 0
  /// Whether what the command reads is struck, and not what it writes.
  var isOnInput = false

  var description: String {
    let place = turn == 0 ? "every \(call)" : "\(call) \(turn)"
    return "\(place): \(act)\(also.map { ", every \($0.call) fails, too" } ?? "")"
  }

  /// Whether it is about files.
  var isOnFiles: Bool {
    ["open", "write", "fsync", "close", "rename", "mkdir", "read", "ftruncate", "unlink"].contains(call)
  }

  /// The environment of a program that this fault strikes in the files below `folder`.
  func environment(below folder: URL, report: URL) -> [String: String] {
    var variables = [
      "FAULT_CALL": call, "FAULT_AT": "\(turn)", "FAULT_ACT": words, "FAULT_BELOW": folder.path,
      "FAULT_ABOVE": "\(above)", "FAULT_REPORT": report.path,
    ]
    if let also { variables["FAULT_ALSO"] = "\(also.call):\(also.error)" }
    return variables
  }

  private var words: String {
    switch act {
    case .fail(let error): "fail:\(error)"
    case .short(let bytes): "short:\(bytes)"
    case .full(let bytes): "full:\(bytes)"
    case .interrupt(let times): "interrupt:\(times)"
    case .signal(let number): "kill:\(number)"
    case .slow(let milliseconds): "slow:\(milliseconds)"
    case .remove(let path): "remove:\(path)"
    }
  }

  // MARK: - The library

  /// Where the compiled library is, or why there is none.
  static let library = Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "brhost-faults-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let sources = ["faults.c", "calls.c"].map { Repository.root.appendingPathComponent("Tests/Faults/\($0)") }
    return try CompiledPlugin.build(sources[0], [sources[1].path], in: folder, name: "faults.so")
  }
}

/// Whether the whole matrix is asked for (`make faults`) or a part that takes seconds.
let isThorough = ProcessInfo.processInfo.environment["BRHOST_FAULTS"] == "all"
