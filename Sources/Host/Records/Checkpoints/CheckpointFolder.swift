/// The checkpoints of a run: its last two, and the best where there is a validation split.
public struct CheckpointFolder: Sendable, Equatable {
  /// Where the folder is.
  public let path: String
  /// The file of the best one.
  public var best: String { "\(path)/best.safetensors" }
  /// How many of the last ones are kept.
  private static let kept = 2
  private static let prefix = "step-"
  private static let suffix = ".safetensors"

  /// The folder at `path`, which need not exist.
  public init(_ path: String) { self.path = path }

  /// The files of the last ones, the newest first.
  public var files: [String] { numbered.map(\.file) }

  private var numbered: [(step: UInt64, file: String)] {
    let names = (try? fileNames(in: path)) ?? []
    return names.compactMap { name -> (step: UInt64, name: String)? in
      guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.suffix) else { return nil }
      let digits = name.dropFirst(Self.prefix.count).dropLast(Self.suffix.count)
      return UInt64(digits).map { ($0, name) }
    }
    .sorted { $0.step > $1.step }.map { ($0.step, "\(path)/\($0.name)") }
  }

  // MARK: - Writing

  /// Writes a checkpoint, whole or not at all, and then removes those that it makes needless.
  func write(_ checkpoint: Checkpoint, isBest: Bool = false) throws(FileError) {
    _ = try createFolders(to: path)
    let name = "\(path)/\(Self.prefix)\(zeroPadded(checkpoint.position.step, 8))\(Self.suffix)"
    try AtomicFile.write(checkpoint.encoded, to: isBest ? best : name)
    if isBest { return }
    let now = UInt64(checkpoint.position.step)
    // Later ones could not be read, or the run would have gone on from them.
    let needless = numbered.filter { $0.step > now } + numbered.filter { $0.step <= now }.dropFirst(Self.kept)
    for (_, file) in needless { try? removeFile(file) }
  }

  // MARK: - Reading

  /// The newest checkpoint that can be read; nil where there are none.
  ///
  /// - Parameter warn: is told of each that can't.
  /// - Throws: `CheckpointError.noneLeft` where there are some, and none can be read.
  func newest(warn: (String) -> Void) throws(CheckpointError) -> (checkpoint: Checkpoint, path: String)? {
    let files = files
    for file in files {
      do throws(CheckpointError) { return (try Checkpoint(readingFrom: file), file) } catch {
        warn("\(error.problem); taking the one before it")
      }
    }
    if files.isEmpty { return nil }
    throw .noneLeft(folder: path, count: files.count)
  }
}
