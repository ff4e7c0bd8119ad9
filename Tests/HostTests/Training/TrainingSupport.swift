import Foundation
import Host
import Synchronization
import TestSupport
import Testing

/// Short runs on the embedded data set.
enum ShortRun {
  static var data: String { Repository.root.appendingPathComponent("data").path }

  static func options(_ folder: URL, steps: Int = 6) -> TrainingOptions {
    var options = TrainingOptions(dataset: "digits-lt")
    options.dataDirectory = data
    options.steps = steps
    options.batchSize = 40
    options.runDirectory = folder.path
    options.threads = 2
    options.strategy = plugin("erm")
    return options
  }

  /// The path of a shipped strategy's library.
  static func plugin(_ name: String) -> String {
    Repository.products.appendingPathComponent("lib\(name).so").path
  }

  /// Trains and returns the result; the options' run folder then holds the records.
  @discardableResult
  static func train(
    _ options: TrainingOptions,
    warn: @escaping @Sendable (String) -> Void = { Issue.record("a warning: \($0)") }
  ) throws -> TrainingResult {
    var trainer = try Trainer(options, commandLine: ["brhost"], warn: warn)
    return try trainer.run { _ in }
  }

  static func checkpoints(_ options: TrainingOptions) -> CheckpointFolder {
    CheckpointFolder((options.runDirectory ?? "") + "/checkpoints")
  }

  static func weights(_ folder: URL) throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent("weights.safetensors"))
  }

  static func step(_ index: Int, in folder: URL) throws -> NPZ {
    try NPZ(path: folder.appendingPathComponent("step-00000\(index).npz").path)
  }

  /// The probe's library, compiled into `folder`.
  static func compileProbe(into folder: URL) throws -> String { try compile("probe.c", into: folder) }

  /// A library, compiled into `folder` from a source beside this file.
  static func compile(_ name: String, into folder: URL) throws -> String {
    let source = Repository.root.appendingPathComponent("Tests/HostTests/Training/\(name)")
    return try CompiledPlugin.build(source, in: folder, name: "\(name).so")
  }

  /// Plugins run in processes of the program that was built.
  static var isolated: IsolationOptions {
    var options = IsolationOptions()
    options.choice = .all
    options.process.program = Repository.products.appendingPathComponent("brhost").path
    return options
  }

  /// Trains until the user is asked for the `count`-th time, after the first, whether to go on; false where the run
  /// ended before.
  static func stop(_ options: TrainingOptions, after count: Int) throws -> Bool {
    let asked = Countdown(count)
    var trainer = try Trainer(
      options, commandLine: ["brhost"], isInterrupted: { asked.isOver() }, warn: { _ in })
    do {
      _ = try trainer.run { _ in }
      return false
    } catch let error as TrainingError where error.status == .interrupted {
      return true
    }
  }
}

/// Says that it is over from the `count`-th question after the first on.
final class Countdown: Sendable {
  private let left: Mutex<Int>
  init(_ count: Int) { left = Mutex(count) }
  func isOver() -> Bool {
    left.withLock { left in
      left -= 1
      return left < 0
    }
  }
}
