/// Why a checkpoint cannot be used, and what to do about it.
public enum CheckpointError: Error, Equatable {
  case unreadable(SafeTensorsError)
  /// A safetensors file of something else.
  case notOne(path: String)
  case otherFormat(path: String, found: String)
  /// A tensor that is not what was written.
  case damaged(path: String, tensor: String)
  /// A state that does not fit this run, although its settings do.
  case unfit(path: String, SnapshotError)
  case misfit(path: String, reason: String)
  /// Checkpoints that are there, none of which can be read.
  case noneLeft(folder: String, count: Int)
}

extension CheckpointError: Failure {
  /// What is wrong with which file.
  public var problem: String {
    switch self {
    case .unreadable(let error): error.problem
    case .notOne(let path): "'\(path)' is no checkpoint of brhost"
    case .otherFormat(let path, let found):
      "'\(path)' is a checkpoint of format \(found), expected \(Checkpoint.format)"
    case .damaged(let path, let tensor): "'\(path)' is damaged: tensor '\(tensor)' is not what was written"
    case .unfit(let path, let error): "'\(path)' does not fit this run: \(error)"
    case .misfit(let path, let reason): "'\(path)' does not fit this run: \(reason)"
    case .noneLeft(let folder, let count):
      count == 1
        ? "the only checkpoint in '\(folder)' cannot be read"
        : "none of the \(count) checkpoints in '\(folder)' can be read"
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .unreadable(let error): error.remedy
    case .notOne: "name a file in the folder 'checkpoints' of a run."
    case .otherFormat: "the version of brhost that wrote it."
    case .damaged: "another checkpoint of the same folder."
    case .unfit, .misfit: "remove that file, to continue from the one before it."
    case .noneLeft(let folder, _):
      "a copy of them; or remove '\(folder)', and the run starts again from its beginning."
    }
  }

  /// Bad data.
  public var status: ExitStatus { .badData }
}
