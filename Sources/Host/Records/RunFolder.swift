internal import Glibc

/// The folder of one run's files, which this process alone writes to as long as this value lives.
public struct RunFolder: Sendable {
  /// Where the folder is.
  public let path: String
  /// The folder of the checkpoints.
  public var checkpoints: CheckpointFolder { CheckpointFolder(file(Self.checkpoints)) }
  private let created: [String]
  private let lock: FolderLock

  /// Creates the folder at `path` and those above it where they are missing, and takes its lock.
  public init(opening path: String) throws(FileError) {
    try Self.check(path)
    let created = try createFolders(to: path)
    do { lock = try FolderLock(path) } catch {
      removeFolders(created)
      throw error
    }
    self.created = created
    self.path = path
    for temporary in temporaryFiles(in: path) + temporaryFiles(in: checkpoints.path) {
      try? removeFile(temporary)  // left by a process that was killed while it wrote
    }
  }

  /// Checks, before any work is done, that a run can be recorded at `path` and that nobody does so now; leaves no
  /// trace.
  public static func check(_ path: String) throws(FileError) {
    try checkCreatable(path)
    try FolderLock.check(path)
  }

  /// The path of the file `name` in this folder.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  // MARK: - What it holds

  /// What `run.json` says; nil where there is none, or a damaged one.
  ///
  /// - Throws: where it may be whole and cannot be read now.
  func readDescription() throws(FileError) -> JSON? {
    do throws(FileError) {
      let bytes = try readFile(at: file(Self.description), limit: Self.descriptionLimit)
      return try? JSON(parsing: bytes)
    } catch {
      switch error {
      case .missing, .tooLong, .notAFile: return nil
      default: throw error
      }
    }
  }

  /// Whether the folder holds files of a run.
  func holdsRun() throws(FileError) -> Bool { try !runFiles().isEmpty }

  /// Removes the files of a run, all but the checkpoints.
  func removeRecords() { for name in (try? runFiles()) ?? [] { try? removeFile(file(name)) } }

  /// Removes the files of a run that never began, and the folders that were created for it.
  func removeTraces() {
    removeRecords()
    giveBack()
  }

  /// Removes the folders that were created, if they are empty.
  private func giveBack() {
    try? removeFile(file(FolderLock.name))
    removeFolders(created)
  }

  /// Calls `body`, which writes nothing; if it throws, the folder is as it was before.
  func givingBackOnError<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch {
      giveBack()
      throw error
    }
  }

  /// Calls `body`; if it throws, removes the traces of a run that never began here.
  func removingTracesOnError<Result: ~Copyable>(
    _ body: () throws(FileError) -> Result
  ) throws(FileError) -> Result {
    do { return try body() } catch {
      removeTraces()
      throw error
    }
  }

  private func runFiles() throws(FileError) -> [String] {
    try fileNames(in: path).filter(Self.isRecord)
  }
}

// MARK: - Names

extension RunFolder {
  static let description = "run.json"
  static let metrics = "metrics.jsonl"
  static let log = "log.jsonl"
  static let score = "score.npy"
  static let samples = "samples.npz"
  static let predictions = "predictions.npz"
  static let weights = "weights.safetensors"
  static let strategyState = "strategy-state.safetensors"
  static let checkpoints = "checkpoints"
  /// The folder of batches whose numbers were not finite.
  static let nonFinite = "nonfinite"
  static let eventsPrefix = "events.out.tfevents."

  /// Every name that a run's folder may hold, but for event files, checkpoints and the lock.
  private static let names: Set<String> = [
    description, metrics, log, score, samples, predictions, weights, strategyState,
  ]

  /// Whether a file of a run may have this name.
  static func isRecord(_ name: String) -> Bool { names.contains(name) || name.hasPrefix(eventsPrefix) }

  /// The longest run.json that is read, in bytes.
  static let descriptionLimit = 1 << 26

  /// What the run.json in the folder at `path` says; nil where there is none that can be read.
  static func description(in path: String) -> JSON? {
    guard let bytes = try? readFile(at: "\(path)/\(description)", limit: descriptionLimit) else { return nil }
    return try? JSON(parsing: bytes)
  }

  /// Whether the run that a run.json describes has nothing left to do. One whose records are incomplete goes on from its
  /// last checkpoint, and writes its results again.
  static func isDone(_ run: JSON) -> Bool {
    run["status"] == "done" && run["incomplete"]?.array?.isEmpty == true
  }
}
