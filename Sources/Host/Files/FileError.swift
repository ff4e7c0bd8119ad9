internal import Glibc

/// Why a file or a folder could not be read or written, and what to do about it.
public enum FileError: Error, Equatable {
  case missing(path: String)
  case notAFile(path: String, found: String)
  case notAFolder(path: String)
  /// Something other than a file or a folder, which a file written in its place would destroy.
  case notReplaceable(path: String, found: String)
  /// The operating system refused; `code` is its `errno`.
  case refused(Operation, path: String, code: Int32)
  /// A file that ended earlier than it said.
  case shortened(path: String, bytes: Int, expected: Int)
  /// A file that was removed while it was written.
  case removed(path: String)
  /// A file longer than what this program takes.
  case tooLong(path: String, bytes: Int, limit: Int)
  /// A file that does not fit into memory.
  case outOfMemory(path: String, bytes: Int)
  /// Something larger than what the file's format holds, such as "a picture of 70000 × 70000 pixels".
  case unrepresentable(path: String, content: String)
  /// The folder that `option` names already holds `run`, such as "a finished run of 'erm' on 'digits-lt'".
  case runExists(folder: String, run: String, option: String = "--run-dir")
  /// The folder of a run that another process works on.
  case inUse(folder: String, owner: String)

  /// What was being done.
  public enum Operation: String, Sendable {
    case read
    case create
    case write
    case synchronize
    case rename
    case lock
  }
}

extension FileError: Failure {
  /// What happened, where, what was found and what was expected.
  public var problem: String {
    switch self {
    case .missing(let path): "there is no file '\(path)'"
    case .notAFile(let path, let found): "'\(path)' is \(found), expected a regular file"
    case .notAFolder(let path): "'\(path)' is a file where a folder is needed"
    case .notReplaceable(let path, let found): "'\(path)' is \(found), where a file is to be written"
    case .refused(let operation, let path, let code):
      "cannot \(operation.rawValue) '\(path)': \(reason(ofError: code))"
    case .shortened(let path, let bytes, let expected):
      "'\(path)' ended after \(bytes) of \(expected) bytes while it was read"
    case .removed(let path): "'\(path)' was removed while it was written"
    case .tooLong(let path, let bytes, let limit): "'\(path)' has \(bytes) bytes; at most \(limit) are taken"
    case .outOfMemory(let path, let bytes): "'\(path)' holds \(bytes) bytes, more than fit into memory"
    case .unrepresentable(let path, let content):
      "cannot write '\(path)': its format does not hold \(content)"
    case .runExists(let folder, let run, _): "'\(folder)' already holds \(run)"
    case .inUse(let folder, let owner): "'\(folder)' is in use by \(owner)"
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .missing(let path): path.hasPrefix("/") ? "check the path." : "check the path; it is relative."
    case .notAFile: "name the file itself."
    case .notAFolder: "choose another folder, or move that file away."
    case .notReplaceable: "name a file that may be made or replaced."
    case .refused(_, let path, let code): Self.remedy(path: path, code: code)
    case .shortened: "wait until the file is written, or copy it again."
    case .removed: "leave the files of a run alone until it has ended."
    case .tooLong: "name another file; this one is not of the expected kind."
    case .outOfMemory: "raise the memory limit ('ulimit -v'), or use a smaller file."
    case .unrepresentable: "write less into it."
    case .runExists(let folder, _, let option):
      "choose another \(option), or remove '\(folder)' if it is not needed."
    case .inUse: "wait until it ends, or choose another folder."
    }
  }

  /// 65 for input that cannot be used, 1 for output that cannot be written.
  public var status: ExitStatus {
    switch self {
    case .missing, .notAFile, .refused(.read, _, _), .shortened, .tooLong, .outOfMemory: .badData
    case .notAFolder, .notReplaceable, .refused, .removed, .unrepresentable, .runExists, .inUse: .failedRun
    }
  }

  private static func remedy(path: String, code: Int32) -> String {
    switch code {
    case ENOSPC, EDQUOT: "free some space on the disk of '\(path)' ('df -h' shows it), or write elsewhere."
    case EACCES, EPERM: "change the permissions ('ls -ld' shows them), or choose a folder of your own."
    case EROFS: "choose a folder on a file system that is not read-only."
    case ENOENT: "check the path; a folder in it does not exist."
    case ENOTDIR: "check the path; a part of it is a file, not a folder."
    case EIO: "check the disk ('dmesg' shows its errors), or write elsewhere."
    case EMFILE, ENFILE: "close some files, or raise the limit with 'ulimit -n'."
    case ENAMETOOLONG: "choose a shorter name."
    case EFBIG: "raise the limit with 'ulimit -f', or write elsewhere."
    case ELOOP: "choose a path that is not a symbolic link."
    default: "check the path and its disk, or choose another folder."
    }
  }
}

/// Calls `body`, turning the operating system's refusal into an error that names the file.
func attempt<Result: ~Copyable>(
  to operation: FileError.Operation, _ path: String, _ body: () throws(SystemError) -> Result
) throws(FileError) -> Result {
  do { return try body() } catch { throw .refused(operation, path: path, code: error.code) }
}
