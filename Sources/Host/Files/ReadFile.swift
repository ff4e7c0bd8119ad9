internal import Glibc

/// Why a file could not be read or written.
public enum FileError: Failure, Equatable {
  case missing(path: String)
  case notAFile(path: String, found: String)
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case tooLarge(path: String, bytes: Int)

  /// What happened, on one line.
  public var problem: String {
    switch self {
    case .missing(let path): "there is no file '\(path)'"
    case .notAFile(let path, let found): "'\(path)' is \(found), expected a regular file"
    case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
    case .unwritable(let path, let reason): "cannot write '\(path)': \(reason)"
    case .tooLarge(let path, let bytes): "'\(path)' holds \(bytes) bytes, more than fit into memory"
    }
  }

  /// What to do about it, on one line.
  public var remedy: String {
    switch self {
    case .missing(let path): path.hasPrefix("/") ? "check the path." : "check the path; it is relative."
    case .notAFile: "name the file itself."
    case .unreadable: "check the file's permissions and the disk, for example with 'ls -l'."
    case .unwritable: "check the folder's permissions and the room on the disk."
    case .tooLarge: "raise the memory limit ('ulimit -v'), or use a smaller file."
    }
  }

  /// The status that a command ending with this error exits with.
  public var status: ExitStatus {
    if case .unwritable = self { .failedRun } else { .badData }
  }
}

/// The whole content of the regular file at `path`.
///
/// Waits for nothing but the disk: a pipe or a device is refused, not opened for reading.
public func readFile(at path: String) throws(FileError) -> [UInt8] {
  guard !path.utf8.contains(0) else { throw .missing(path: path) }
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else {
    let code = errno
    throw code == ENOENT || code == ENOTDIR
      ? .missing(path: path) : .unreadable(path: path, reason: reason(of: code))
  }
  defer { close(descriptor) }
  var facts = stat()
  guard unsafe fstat(descriptor, &facts) == 0 else {
    throw .unreadable(path: path, reason: reason(of: errno))
  }
  guard facts.st_mode & S_IFMT == S_IFREG else {
    throw .notAFile(path: path, found: kind(ofMode: facts.st_mode))
  }
  let size = Int(facts.st_size)
  guard canAllocate(byteCount: size) else { throw .tooLarge(path: path, bytes: size) }
  var failure: Int32 = 0
  let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
    while count < size {
      let got = unsafe read(descriptor, buffer.baseAddress?.advanced(by: count), size - count)
      if got < 0 && errno == EINTR { continue }
      if got < 0 { failure = errno }
      if got <= 0 { break }
      count += got
    }
  }
  guard failure == 0 else { throw .unreadable(path: path, reason: reason(of: failure)) }
  guard bytes.count == size else {
    throw .unreadable(path: path, reason: "it ended after \(bytes.count) of \(size) bytes")
  }
  return bytes
}

/// Whether the address space has room for `byteCount` more bytes: asked before an allocation whose size comes
/// from a file, because the standard library ends the process where one fails.
package func canAllocate(byteCount: Int) -> Bool {
  guard byteCount > 1 << 20 else { return byteCount >= 0 }
  guard let probe = unsafe malloc(byteCount) else { return false }
  unsafe free(probe)
  return true
}

private func reason(of code: Int32) -> String {
  guard let text = unsafe strerror(code) else { return "error \(code)" }
  return unsafe String(cString: text)
}

private func kind(ofMode mode: mode_t) -> String {
  switch mode & S_IFMT {
  case S_IFDIR: "a folder"
  case S_IFIFO: "a pipe"
  case S_IFSOCK: "a socket"
  default: "a device"
  }
}
