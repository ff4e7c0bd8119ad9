internal import Glibc

/// Why a file of a run could not be read or written, and what to do about it.
public enum RecordError: Error, Equatable {
  /// The operating system refused; `code` is its `errno`.
  case refused(Operation, path: String, code: Int32)
  case notAFile(path: String)
  case notAFolder(path: String)
  /// The folder that `option` names already holds `run`, such as "a finished run of 'erm' on 'digits-lt'".
  case runExists(folder: String, run: String, option: String = "--run-dir")
  /// A file longer than what its format or this program takes.
  case tooLarge(path: String, bytes: Int, limit: Int)

  /// What was being done.
  public enum Operation: String, Sendable {
    case read
    case create
    case write
    case synchronize
    case rename
  }
}

extension RecordError: Failure {
  /// What happened, where, what was found and what was expected.
  public var problem: String {
    switch self {
    case .refused(let operation, let path, let code):
      "cannot \(operation.rawValue) '\(path)': \(reason(ofError: code))"
    case .notAFile(let path): "'\(path)' is not a regular file"
    case .notAFolder(let path): "'\(path)' is a file where a folder is needed"
    case .runExists(let folder, let run, _): "'\(folder)' already holds \(run)"
    case .tooLarge(let path, let bytes, let limit): "'\(path)' has \(bytes) bytes; at most \(limit) are taken"
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .refused(_, let path, let code): Self.remedy(path: path, code: code)
    case .notAFile: "name a file."
    case .notAFolder: "choose another folder, or move that file away."
    case .runExists(let folder, _, let option):
      "choose another \(option), or remove '\(folder)' if it is not needed."
    case .tooLarge: "name another file, or write less into it."
    }
  }

  /// 65 for input that cannot be used, 1 for output that cannot be written.
  public var status: ExitStatus {
    switch self {
    case .refused(.read, _, _), .notAFile: .badData
    default: .failedRun
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
  to operation: RecordError.Operation, _ path: String, _ body: () throws(SystemError) -> Result
) throws(RecordError) -> Result {
  do { return try body() } catch { throw .refused(operation, path: path, code: error.code) }
}
