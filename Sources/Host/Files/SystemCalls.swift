// The calls of the operating system that records need, each in a line or two of Swift. The only `unsafe` code
// of this folder's writers; failures are `errno` values, which `RecordError` turns into sentences.
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
  enum Mode { case replace, append, read, folder }

  private let number: Int32

  init(opening path: String, _ mode: Mode) throws(SystemError) {
    let flags =
      switch mode {
      case .replace: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW
      case .append: O_WRONLY | O_CREAT | O_APPEND
      case .read: O_RDONLY | O_NONBLOCK
      case .folder: O_RDONLY | O_DIRECTORY
      }
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
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(limit, 1 << 20))
    while bytes.count < limit {
      let wanted = min(chunk.count, limit - bytes.count)
      let count = try retrying {
        unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(number, $0.baseAddress, wanted) }
      }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return bytes
  }

  /// The size in bytes; nil for what is no regular file.
  func regularSize() throws(SystemError) -> Int? {
    var status = stat()
    _ = try retrying { unsafe fstat(number, &status) }
    return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
  }

  /// Cuts the file to `size` bytes.
  func truncate(to size: Int) throws(SystemError) { _ = try retrying { ftruncate(number, size) } }

  /// Waits until what was written has reached the disk.
  func synchronize() throws(SystemError) { _ = try retrying { fsync(number) } }
}

/// What a path leads to.
enum PathKind { case nothing, folder, file }

func kind(of path: String) throws(SystemError) -> PathKind {
  var status = stat()
  do { _ = try retrying { unsafe stat(path, &status) } } catch {
    if error.code == ENOENT { return .nothing }
    throw error
  }
  return status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
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
  while let entry = unsafe readdir(stream) {
    let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names
}

func processNumber() -> Int32 { getpid() }

/// Calls `body` again while a signal interrupts it.
private func retrying<Result: SignedInteger>(_ body: () -> Result) throws(SystemError) -> Result {
  while true {
    let result = body()
    if result >= 0 { return result }
    if errno != EINTR { throw .last }
  }
}
