// The calls of the operating system that files need, each in a line or two of Swift: the only `unsafe` code of
// this folder. Failures are `errno` values, which `FileError` turns into sentences.
internal import Glibc

/// The `errno` of a call that failed.
struct SystemError: Error, Equatable {
  let code: Int32

  init(_ code: Int32) { self.code = code }
  static var last: SystemError { SystemError(errno) }
}

/// What the operating system says about an error number, such as "No space left on device".
func reason(ofError code: Int32) -> String { unsafe String(cString: strerror(code)) }

/// An open file, closed with this value.
struct Descriptor: ~Copyable {
  enum Mode { case replace, append, update, read, folder }

  private let number: Int32

  init(opening path: String, _ mode: Mode) throws(SystemError) {
    let flags =
      switch mode {
      case .replace: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW
      case .append: O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK
      case .update: O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK
      case .read: O_RDONLY | O_NONBLOCK
      case .folder: O_RDONLY | O_DIRECTORY
      }
    guard !path.utf8.contains(0) else { throw SystemError(ENOENT) }  // C would read another path
    number = try retrying { unsafe open(path, flags | O_CLOEXEC, 0o666) }
  }

  deinit { _ = Glibc.close(number) }

  /// Closes the file, which is where some file systems first report a failed write.
  consuming func close() throws(SystemError) {
    let result = Glibc.close(number)
    discard self
    if result < 0 && errno != EINTR { throw .last }
  }

  /// Writes all of `bytes`, in as many calls as it takes.
  func write(_ bytes: [UInt8]) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      let start = done
      done += try retrying {
        unsafe bytes.withUnsafeBytes {
          let rest = unsafe UnsafeRawBufferPointer(rebasing: $0[start...])
          return unsafe Glibc.write(number, rest.baseAddress, rest.count)
        }
      }
    }
  }

  /// Reads up to `limit` bytes from where the file stands.
  func read(upTo limit: Int) throws(SystemError) -> [UInt8] {
    var failure: SystemError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      do throws(SystemError) {
        while count < limit {
          let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[count...])
          let read = try retrying { unsafe Glibc.read(number, rest.baseAddress, rest.count) }
          if read == 0 { break }
          count += read
        }
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// What was opened, and how many bytes it has.
  func status() throws(SystemError) -> (kind: PathKind, size: Int) {
    var status = stat()
    _ = try retrying { unsafe fstat(number, &status) }
    return (PathKind(mode: status.st_mode), Int(status.st_size))
  }

  /// Cuts the file to `size` bytes.
  func truncate(to size: Int) throws(SystemError) { _ = try retrying { ftruncate(number, size) } }

  /// Takes the file's lock until this descriptor is closed; false where another process has it. Where the file
  /// system has no locks, everyone gets it.
  func lock() throws(SystemError) -> Bool {
    do { _ = try retrying { flock(number, LOCK_EX | LOCK_NB) } } catch {
      switch error.code {
      case EWOULDBLOCK: return false
      case ENOLCK, ENOSYS, EOPNOTSUPP: return true  // this file system has no locks
      default: throw error
      }
    }
    return true
  }

  /// Whether `path` leads to this file.
  func isStill(at path: String) -> Bool {
    var own = stat()
    var there = stat()
    guard unsafe fstat(number, &own) == 0, unsafe stat(path, &there) == 0 else { return false }
    return own.st_dev == there.st_dev && own.st_ino == there.st_ino
  }

  /// Waits until what was written has reached the disk.
  func synchronize() throws(SystemError) { _ = try retrying { fsync(number) } }
}

/// What a path leads to.
enum PathKind: String, CustomStringConvertible {
  case nothing
  case file = "a file"
  case folder = "a folder"
  case pipe = "a pipe"
  case socket = "a socket"
  case device = "a device"

  fileprivate init(mode: mode_t) {
    self =
      switch mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFIFO: .pipe
      case S_IFSOCK: .socket
      default: .device
      }
  }

  var description: String { rawValue }
}

func kind(of path: String) throws(SystemError) -> PathKind {
  var status = stat()
  do { _ = try retrying { unsafe stat(path, &status) } } catch {
    if error.code == ENOENT { return .nothing }
    throw error
  }
  return PathKind(mode: status.st_mode)
}

/// Whether two paths lead to one file.
func isSameFile(_ first: String, _ second: String) -> Bool {
  var one = stat()
  var other = stat()
  guard unsafe stat(first, &one) == 0, unsafe stat(second, &other) == 0 else { return false }
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino
}

func rename(_ old: String, to new: String) throws(SystemError) {
  _ = try retrying { unsafe Glibc.rename(old, new) }
}

func removeFile(_ path: String) throws(SystemError) { _ = try retrying { unsafe unlink(path) } }

func createFolder(_ path: String) throws(SystemError) { _ = try retrying { unsafe mkdir(path, 0o777) } }

/// Removes a folder, if it is empty.
func removeFolder(_ path: String) throws(SystemError) { _ = try retrying { unsafe rmdir(path) } }

/// Whether files may be created in the folder at `path`; throws why not.
func checkWritable(_ path: String) throws(SystemError) {
  _ = try retrying { unsafe access(path, W_OK | X_OK) }
}

/// The names in the folder at `path`, without "." and "..".
func names(inFolder path: String) throws(SystemError) -> [String] {
  guard let stream = unsafe opendir(path) else { throw .last }
  defer { _ = unsafe closedir(stream) }
  var names: [String] = []
  while true {
    errno = 0
    guard let entry = unsafe readdir(stream) else {
      if errno != 0 { throw .last }
      break
    }
    let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names
}

/// Waits for a hundredth of a second; true.
func waitAMoment() -> Bool {
  usleep(10_000)
  return true
}

func processNumber() -> Int32 { getpid() }

/// Whether the address space has room for `byteCount` more bytes: asked before an allocation whose size comes
/// from a file, because the standard library ends the process where one fails.
package func canAllocate(byteCount: Int) -> Bool {
  guard byteCount > 1 << 20 else { return byteCount >= 0 }
  // Not malloc and free: the compiler takes such a pair away, and the answer for yes.
  let flags = MAP_PRIVATE | MAP_ANONYMOUS
  guard let probe = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0),
    unsafe probe != MAP_FAILED
  else { return false }
  return unsafe munmap(probe, byteCount) == 0
}

/// Calls `body` again while a signal interrupts it.
private func retrying<Result: SignedInteger>(_ body: () -> Result) throws(SystemError) -> Result {
  while true {
    let result = body()
    if result >= 0 { return result }
    if errno != EINTR { throw .last }
  }
}
