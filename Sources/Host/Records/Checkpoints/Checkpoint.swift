/// All that a run needs to go on as if it had never stopped, in one safetensors file.
///
/// | tensors | what |
/// |---|---|
/// | `model.*` | parameters and BatchNorm statistics, under PyTorch's names |
/// | `momentum.*` | the optimizer's velocities, under the same names |
/// | `strategy.*`, `objective.*` | what the plugins put |
/// | `epoch.*` | what the epoch so far adds up to |
/// | `record.*` | what every sample came to, statistics of the epoch so far, its history, how long the records are |
/// | `position` | epoch, batch in the epoch, step: all that order, augmentation and schedule depend on |
/// | `machine` | the instruction set and the matrix library, which last digits depend on, JSON |
/// | `settings` | what the run's result depends on, JSON |
///
/// The file's metadata holds the SHA-256 of every tensor with its name, type and shape.
public struct Checkpoint: Sendable, Equatable {
  /// Where a run stands between two steps, all counted from 0.
  public struct Position: Sendable, Equatable {
    /// The current epoch.
    public var epoch = 0
    /// The next batch of the epoch; the number of batches where the epoch's evaluation is still to come.
    public var batch = 0
    /// The next step.
    public var step = 0

    /// The beginning.
    public init() {}
  }

  /// What the run's result depends on.
  public var identity: RunIdentity
  /// Where the run stands.
  public var position: Position
  /// The state of everything that learns and records.
  public var state: Snapshot

  /// A checkpoint; every argument is the property of its name.
  public init(identity: RunIdentity, position: Position, state: Snapshot) {
    self.identity = identity
    self.position = position
    self.state = state
  }

  /// The version of the format.
  static let format = "1"
  /// The part that holds the network.
  static let model = "model"
  private static let formatKey = "brhost_checkpoint"
  private static let checksumsKey = "sha256"
}

// MARK: - Writing

extension Checkpoint {
  /// The bytes of the file.
  public var encoded: [UInt8] {
    var all = state
    all.add("position", integers: [position.epoch, position.batch, position.step])
    all.add("settings", bytes: Array(identity.text.utf8))
    return Self.sealed(all.tensors).encoded
  }

  /// A file of these tensors with their checksums.
  package static func sealed(_ tensors: [NamedTensor]) -> SafeTensors {
    let checksums = JSON.object(tensors.map { JSON.Member($0.name, JSON($0.checksum)) })
    return SafeTensors(tensors: tensors, metadata: [formatKey: format, checksumsKey: checksums.line])
  }
}

// MARK: - Reading

extension Checkpoint {
  /// Reads the file at `path`.
  public init(readingFrom path: String) throws(CheckpointError) {
    let file: SafeTensors
    do { file = try SafeTensors(readingFrom: path) } catch { throw .unreadable(error) }
    try self.init(file, path: path)
  }

  /// Reads the bytes of a file; `path` is for messages.
  public init(parsing bytes: [UInt8], path: String) throws(CheckpointError) {
    let file: SafeTensors
    do { file = try SafeTensors(parsing: bytes, path: path) } catch { throw .unreadable(error) }
    try self.init(file, path: path)
  }

  /// Takes a file's tensors apart, once every one is what was written.
  package init(_ file: SafeTensors, path: String) throws(CheckpointError) {
    try Self.verify(file, path: path)
    let all = Snapshot(file.tensors)
    do throws(SnapshotError) {
      let position = try all.counts("position", count: 3)
      self.position = Position()
      (self.position.epoch, self.position.batch, self.position.step) = (position[0], position[1], position[2])
      identity = RunIdentity(members: try all.json("settings").members ?? [])
    } catch { throw .unfit(path: path, error) }
    state = Snapshot(file.tensors.filter { $0.name != "position" && $0.name != "settings" })
  }

  /// Whether a file says that it is a checkpoint.
  static func isOne(_ file: SafeTensors) -> Bool { file.metadata[formatKey] != nil }

  private static func verify(_ file: SafeTensors, path: String) throws(CheckpointError) {
    guard let format = file.metadata[formatKey] else { throw .notOne(path: path) }
    guard format == Self.format else { throw .otherFormat(path: path, found: format) }
    let listed = file.metadata[checksumsKey].flatMap { try? JSON(parsing: $0) }?.members ?? []
    let checksums = Dictionary(listed.map { ($0.key, $0.value.string) }) { first, _ in first }
    for tensor in file.tensors where checksums[tensor.name] != tensor.checksum {
      throw .damaged(path: path, tensor: tensor.name)
    }
    let names = Set(file.tensors.map(\.name))
    if let lost = listed.first(where: { !names.contains($0.key) }) {
      throw .damaged(path: path, tensor: lost.key)
    }
  }
}

extension NamedTensor {
  /// The SHA-256 of name, type, shape and elements.
  fileprivate var checksum: String {
    var digest = SHA256()
    digest.update(Array("\(name)\n\(dtype.rawValue)\n\(shape)\n".utf8))
    digest.update(bytes)
    return digest.finish()
  }
}
