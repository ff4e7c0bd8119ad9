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
  ///
  /// - Throws: where the folder cannot be looked into: it may hold some all the same.
  public func files() throws(FileError) -> [String] {
    guard try isThere() else { return [] }
    let names = try fileNames(in: path)
    let numbered = names.compactMap { name -> (step: UInt64, name: String)? in
      guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.suffix) else { return nil }
      let digits = name.dropFirst(Self.prefix.count).dropLast(Self.suffix.count)
      return UInt64(digits).map { ($0, name) }
    }
    return numbered.sorted { $0.step > $1.step }.map { "\(path)/\($0.name)" }
  }

  private func isThere() throws(FileError) -> Bool {
    try attempt(to: .read, path) { () throws(SystemError) in try kind(of: path) == .folder }
  }

  // MARK: - Writing

  /// Writes a checkpoint, whole or not at all, and then removes those that it makes needless.
  func write(_ checkpoint: Checkpoint) throws(FileError) {
    let name = "\(Self.prefix)\(zeroPadded(checkpoint.position.step, 8))\(Self.suffix)"
    try write(checkpoint, to: "\(path)/\(name)")
    for file in try files().dropFirst(Self.kept) { try? removeFile(file) }
  }

  /// Writes the best checkpoint so far in the place of the one before.
  func writeBest(_ checkpoint: Checkpoint) throws(FileError) { try write(checkpoint, to: best) }

  private func write(_ checkpoint: Checkpoint, to file: String) throws(FileError) {
    // Not the folders above: where the run's is gone, or was moved, a new one would be no run's.
    if try !isThere() {
      try attempt(to: .create, path) { () throws(SystemError) in try createFolder(path) }
      try synchronizeNames(in: folder(of: path))
    }
    try AtomicFile.write(checkpoint.encoded, to: file)
  }

  // MARK: - Reading

  /// The checkpoint that is furthest on, of those that are whole; nil where there are none.
  ///
  /// - Parameters:
  ///   - putsAside: whether a damaged one is put aside under another name.
  ///   - warn: is told of each that is damaged.
  /// - Throws: `CheckpointError.noneLeft` where there are some and none is whole; `.unreadable` where one may be whole
  ///   and cannot be read now.
  func newest(putsAside: Bool = true, warn: (String) -> Void) throws(CheckpointError) -> (
    checkpoint: Checkpoint, path: String
  )? {
    var found: (checkpoint: Checkpoint, path: String)?
    var damaged: [String] = []
    let files: [String]
    do throws(FileError) { files = try self.files() } catch { throw .unreadable(.unreadable(error)) }
    let hasBest = (try? kind(of: best)) == .file
    for file in (hasBest ? [best] : []) + files {
      do throws(CheckpointError) {
        let checkpoint = try Checkpoint(readingFrom: file)
        if checkpoint.position.step >= found?.checkpoint.position.step ?? 0 { found = (checkpoint, file) }
        if file != best { break }
      } catch {
        if case .unreadable(.unreadable) = error { throw error }
        warn("\(error.problem); taking the one before it")
        damaged.append(file)
      }
    }
    if found == nil, !damaged.isEmpty { throw .noneLeft(folder: path, count: damaged.count) }
    if putsAside { for file in damaged { try? rename(file, to: file + ".damaged") } }
    return found
  }
}
