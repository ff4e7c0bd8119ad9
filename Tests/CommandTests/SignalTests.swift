internal import Foundation
internal import TestSupport
internal import Testing

/// A signal ends a run after its batch, a second one at once; the same command goes on from there.
@Suite struct SignalTests {
  private func arguments(_ folder: URL, _ run: String) -> [String] {
    [
      "train", "--dataset", "digits-lt", "--epochs", "12", "--run-dir",
      folder.appendingPathComponent(run).path,
    ]
  }

  private func results(_ folder: URL, _ run: String) throws -> [Data] {
    try ["weights.safetensors", "metrics.jsonl", "predictions.npz", "samples.npz"].map {
      try Data(contentsOf: folder.appendingPathComponent("\(run)/\($0)"))
    }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGUSR1]) func aStoppedRunGoesOnToTheSameBytes(signal: Int32) throws {
    try Repository.withTemporaryFolder { folder in
      let whole = try TestSupport.run(program, arguments(folder, "whole"), in: Repository.root)
      #expect(whole.status == 0)
      let stopped = try RunningProgram(arguments(folder, "run"), in: folder)
      try stopped.wait(for: #""epoch":1,"#, in: folder.appendingPathComponent("run/metrics.jsonl"))
      stopped.send(signal)
      // As 'timeout' does, which tells the process and then its group.
      stopped.send(signal)
      #expect(try stopped.status() == 75)
      #expect(stopped.errors.contains("brhost: interrupted after "), "\(stopped.errors)")
      #expect(stopped.errors.contains("it goes on from there"), "\(stopped.errors)")
      let resumed = try TestSupport.run(program, arguments(folder, "run"), in: Repository.root)
      #expect(
        resumed.status == 0 && resumed.errors.contains("brhost: going on from step "), "\(resumed.errors)")
      #expect(try results(folder, "run") == results(folder, "whole"))
    }
  }

  // MARK: - Plugins that do not return

  private func hanging(_ folder: URL, at step: Int, more: [String] = []) throws -> RunningProgram {
    let library = try CompiledPlugin.build(
      Repository.root.appendingPathComponent("Tests/HostTests/Training/memory.c"), in: folder)
    let program = try RunningProgram(
      arguments(folder, "run") + ["--strategy", "\(library):memory", "--model", "mlp"] + more, in: folder,
      environment: ["MEMORY_HANGS_AT": "\(step)"])
    // What an isolated plugin prints is passed on after its step.
    more.isEmpty
      ? try program.wait(for: "hanging", in: program.errorFile)
      : try program.wait(for: "\"step\":\(step - 1),", in: folder.appendingPathComponent("run/metrics.jsonl"))
    return program
  }

  @Test(.enabled(if: CompiledPlugin.compiler != nil, "no C compiler"))
  func aSecondSignalEndsARunAtOnceWhateverItDoes() throws {
    try Repository.withTemporaryFolder { folder in
      let program = try hanging(folder, at: 3)
      program.send(SIGTERM)
      Thread.sleep(forTimeInterval: 0.3)
      #expect(program.isRunning)
      program.send(SIGINT)
      #expect(try program.status() == 75)
      #expect(program.errors.hasSuffix("brhost: ended at once\n"))
    }
  }

  /// Its process is ended; the work since the last checkpoint is lost, for the plugin's state is.
  @Test(.enabled(if: CompiledPlugin.compiler != nil, "no C compiler"))
  func oneSignalEndsARunWhosePluginHangsInItsProcess() throws {
    try Repository.withTemporaryFolder { folder in
      let more = ["--isolate", "--plugin-timeout", "600", "--checkpoint-every", "steps:2"]
      let program = try hanging(folder, at: 3, more: more)
      program.send(SIGTERM)
      #expect(try program.status() == 75)
      #expect(program.errors.contains("it goes on from step 2."), "\(program.errors)")
    }
  }

  @Test(.enabled(if: CompiledPlugin.compiler != nil, "no C compiler"))
  func aSignalBeforeTheFirstStepEndsTheRunAtOnce() throws {
    try Repository.withTemporaryFolder { folder in
      let program = try hanging(folder, at: -1)
      program.send(SIGUSR1)
      #expect(try program.status() == 75)
      #expect(program.errors.hasSuffix("brhost: interrupted before the first step; nothing has changed\n"))
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("run").path))
    }
  }

  // MARK: - Two at a time

  @Test func theSecondRunInAFolderIsRefused() throws {
    try Repository.withTemporaryFolder { folder in
      let run = folder.appendingPathComponent("run").path
      let first = try RunningProgram(
        ["train", "--dataset", "digits-lt", "--epochs", "100000", "--run-dir", run], in: folder)
      try first.wait(for: #""epoch":1,"#, in: folder.appendingPathComponent("run/metrics.jsonl"))
      let second = try TestSupport.run(program, arguments(folder, "run"), in: Repository.root)
      #expect(second.status == 1)
      #expect(second.errors.contains("/run' is in use by process \(first.process) on '"), "\(second.errors)")
      first.send(SIGKILL)
      #expect(try first.status() == 128 + SIGKILL)
      let doctor = try TestSupport.run(program, ["doctor", run])
      #expect(
        doctor.output.contains("free; its file was left by a process that was killed"), "\(doctor.output)")
    }
  }
}

/// The program at work.
final class RunningProgram {
  /// Where it writes what it says.
  let errorFile: URL
  private let running: Process

  init(_ arguments: [String], in folder: URL, environment: [String: String] = [:]) throws {
    errorFile = folder.appendingPathComponent("errors.txt")
    try Data().write(to: errorFile)
    running = Process()
    running.executableURL = program
    running.arguments = arguments
    running.currentDirectoryURL = Repository.root
    running.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    running.standardInput = FileHandle.nullDevice
    running.standardOutput = FileHandle.nullDevice
    running.standardError = try FileHandle(forWritingTo: errorFile)
    try running.run()
  }

  deinit { if running.isRunning { send(SIGKILL) } }

  var process: Int32 { running.processIdentifier }
  var isRunning: Bool { running.isRunning }
  var errors: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }
  func send(_ signal: Int32) { kill(process, signal) }

  /// Waits until `text` stands in `file`.
  func wait(for text: String, in file: URL) throws {
    try wait { (try? String(contentsOf: file, encoding: .utf8))?.contains(text) == true }
  }

  /// Waits for the program's end; 128 + signal where a signal brought it.
  func status() throws -> Int32 {
    try wait { !running.isRunning }
    running.waitUntilExit()
    return running.terminationStatus + (running.terminationReason == .exit ? 0 : 128)
  }

  private struct TooLate: Error {}
  private func wait(until isTrue: () -> Bool) throws {
    for _ in 0..<6000 {
      if isTrue() { return }
      Thread.sleep(forTimeInterval: 0.01)
    }
    throw TooLate()
  }
}
