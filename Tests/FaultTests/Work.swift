internal import Foundation
internal import TestSupport
internal import Testing

/// A command that writes files, in a folder of its own.
struct Work: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// What follows `brhost`; FOLDER stands for the folder, MADE for one with an undisturbed run and its steps.
  let words: String
  /// Whether the TERM signal is a wish that it ends, and not its end.
  var heedsSignals = false

  static let training =
    "train --dataset digits-lt --model mlp --epochs 2 --batch-size 256 --threads 1 --num-workers 1"
    + " --strategy gamma-threshold --set temp=12.8 --set history=mean"

  static let train = Work(
    testDescription: "train", words: training + " --run-dir FOLDER/run", heedsSignals: true)
  static let record = Work(
    testDescription: "train --record", words: training + " --run-dir FOLDER/run --record FOLDER/trace",
    heedsSignals: true)
  static let checkpoints = Work(
    testDescription: "train --checkpoint-every steps:1",
    words: training + " --validation 0.1 --checkpoint-every steps:1 --run-dir FOLDER/run", heedsSignals: true)
  static let twoThreads = Work(
    testDescription: "train --threads 2",
    words: training.replacing("--threads 1", with: "--threads 2") + " --run-dir FOLDER/run",
    heedsSignals: true)
  static let isolate = Work(
    testDescription: "train --isolate", words: training + " --isolate --run-dir FOLDER/run",
    heedsSignals: true)
  static let evaluate = Work(
    testDescription: "eval --predictions",
    words: "eval --weights MADE/run/weights.safetensors --threads 1 --predictions FOLDER/predictions.npz")
  static let report = Work(
    testDescription: "report --svg", words: "report MADE/run --svg FOLDER/report.svg")
  static let picture = Work(
    testDescription: "data info --picture", words: "data info digits-lt --picture FOLDER/samples.png")
  static let project = Work(
    testDescription: "plugin new", words: "plugin new my-method --lang c --dir FOLDER/my-method")
  static let replay = Work(
    testDescription: "plugin replay --picture",
    words: "plugin replay --trace MADE/trace --strategy gamma-threshold --isolate --picture FOLDER/trace.svg",
    heedsSignals: true)

  static let all = [
    train, twoThreads, checkpoints, record, isolate, evaluate, report, picture, project, replay,
  ]

  /// Every file below a folder by its path there; of event files, which are named after the time, a plain name.
  static func files(below folder: URL) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for case let path as String in FileManager.default.enumerator(atPath: folder.path) ?? .init() {
      let file = folder.appendingPathComponent(path)
      if (try? file.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true { continue }
      files[path.replacing(/events\.out\.tfevents\.[^\/]*$/, with: "events")] = try Data(contentsOf: file)
    }
    return files
  }

  // MARK: - Running

  /// How it ended.
  struct Outcome: Sendable {
    let status: Int32
    let output, errors: String
    /// Whether the fault struck.
    let isStruck: Bool
    let files: [String: Data]
  }

  /// Runs the command in a new folder under a fault, for half a minute at most.
  ///
  /// - Parameters:
  ///   - shell: what a shell does before it becomes the program, such as `ulimit -n 8;`.
  ///   - prepare, cleanUp: are called with the folder before and after.
  func run(
    _ fault: Fault? = nil, shell: String = "", environment: [String: String] = [:],
    prepare: (URL) throws -> Void = { _ in }, cleanUp: (URL) -> Void = { _ in }
  ) throws -> Outcome {
    try Repository.withTemporaryFolder { temporary in
      let folder = temporary.resolvingSymlinksInPath().appendingPathComponent("work")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { cleanUp(folder) }
      try prepare(folder)
      return try run(fault, in: folder, shell: shell, environment: environment)
    }
  }

  /// Runs the command in `folder` under a fault, for half a minute at most; what struck is told beside it.
  func run(
    _ fault: Fault? = nil, in folder: URL, shell: String = "", environment: [String: String] = [:]
  ) throws -> Outcome {
    let report = folder.deletingLastPathComponent().appendingPathComponent("struck")
    var environment = environment
    environment["SWIFT_BACKTRACE"] = "enable=no"
    if let fault {
      environment["PRELOADED"] = try Fault.library.get()
      let place = fault.isOnInput ? try input : folder
      environment.merge(fault.environment(below: place, report: report)) { $1 }
    }
    let result = try TestSupport.run(
      URL(fileURLWithPath: "/usr/bin/timeout"),
      ["-k", "3", "30", "/bin/sh", "-c", shell + " LD_PRELOAD=\"${PRELOADED-}\" exec \"$@\"", "sh"]
        + [program.path] + (try words(in: folder)), in: Repository.root, environment: environment)
    return Outcome(
      status: result.status, output: result.output, errors: result.errors,
      isStruck: FileManager.default.fileExists(atPath: report.path),
      files: try Self.files(below: folder))
  }

  /// The folder that it reads.
  private var input: URL {
    get throws {
      words.contains("MADE") ? try Self.made.get() : Repository.root.appendingPathComponent("data")
    }
  }

  private func words(in folder: URL) throws -> [String] {
    let made = words.contains("MADE") ? try Self.made.get().path : ""
    return words.split(separator: " ").map {
      String($0).replacing("FOLDER", with: folder.path).replacing("MADE", with: made)
    }
  }

  /// A folder with a run and its recorded steps.
  private static let made = Result {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().appendingPathComponent(
      "brhost-made-\(ProcessInfo.processInfo.processIdentifier)")
    try? FileManager.default.removeItem(at: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let words = record.words.replacing("FOLDER", with: folder.path).split(separator: " ").map(String.init)
    let result = try TestSupport.run(program, words, in: Repository.root)
    guard result.status == 0 else { throw CompiledPlugin.Refused(description: result.errors) }
    return folder
  }

  /// What each command leaves where nothing disturbs it, by its words.
  static let undisturbed = Result {
    var files: [String: [String: Data]] = [:]
    for work in all {
      let outcome = try work.run()
      guard outcome.status == 0 else { throw CompiledPlugin.Refused(description: outcome.errors) }
      files[work.words] = outcome.files
    }
    return files
  }
}

/// The program under test.
let program = Repository.products.appendingPathComponent("brhost")
