internal import Glibc

/// The folder of one run's files.
public struct RunFolder: Sendable {
  /// Where the folder is.
  public let path: String
  private let created: [String]

  /// Creates the folder at `path` and those above it; refuses one that holds another run.
  public init(creating path: String) throws(FileError) {
    try Self.check(path)
    created = try createFolders(to: path)
    self.path = path
  }

  /// Checks, before any work is done, that a run can be recorded at `path`; leaves no trace.
  public static func check(_ path: String) throws(FileError) {
    try checkCreatable(path)
    let found: [String]
    do { found = try fileNames(in: path) } catch {
      if case .refused(_, _, ENOENT) = error { return }
      throw error
    }
    let isRun = found.contains { names.contains($0) || $0.hasPrefix(eventsPrefix) }
    guard !isRun else { throw .runExists(folder: path, run: describeRun(in: path)) }
  }

  /// The path of the file `name` in this folder.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Removes the files of a run that never began, and the folders that were created for it.
  func removeTraces() {
    for name in (try? fileNames(in: path)) ?? []
    where Self.names.contains(name) || name.hasPrefix(Self.eventsPrefix) {
      try? removeFile(file(name))
    }
    removeFolders(created)
  }

  /// Calls `body`; if it throws, removes the traces of the run.
  func removingTracesOnError<Result: ~Copyable>(
    _ body: () throws(FileError) -> Result
  ) throws(FileError) -> Result {
    do { return try body() } catch {
      removeTraces()
      throw error
    }
  }
}

// MARK: - Names

extension RunFolder {
  static let description = "run.json"
  static let metrics = "metrics.jsonl"
  static let score = "score.npy"
  static let predictions = "predictions.npz"
  static let weights = "weights.safetensors"
  static let strategyState = "strategy-state.safetensors"
  static let eventsPrefix = "events.out.tfevents."

  /// Every name that a run's folder may hold, but for event files.
  private static let names: Set<String> = [
    description, metrics, score, predictions, weights, strategyState, "checkpoints",
  ]

  /// The longest run.json that is read, in bytes.
  static let descriptionLimit = 1 << 26

  /// The run in the folder at `path` in a few words.
  private static func describeRun(in path: String) -> String {
    guard let bytes = try? readFile(at: "\(path)/\(description)", limit: descriptionLimit),
      let run = try? JSON(parsing: bytes), let strategy = run["strategy"]?["id"]?.string,
      let data = run["data"]?["name"]?.string
    else { return "files of another run" }
    let state =
      switch run["status"]?.string {
      case "done": "a finished"
      case "failed": "a failed"
      case "interrupted": "an interrupted"
      default: "an unfinished"
      }
    let start = run["started"]?.string.map { ", started \($0)" } ?? ""
    return "\(state) run of '\(strategy)' on '\(data)'\(start)"
  }
}
