import Foundation
import Host
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

  static func weights(_ folder: URL) throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent("weights.safetensors"))
  }

  static func step(_ index: Int, in folder: URL) throws -> NPZ {
    try NPZ(path: folder.appendingPathComponent("step-00000\(index).npz").path)
  }

  /// The probe's library, compiled into `folder`.
  static func compileProbe(into folder: URL) throws -> String {
    let source = Repository.root.appendingPathComponent("Tests/HostTests/Training/probe.c")
    return try CompiledPlugin.build(source, in: folder, name: "probe.so")
  }
}
