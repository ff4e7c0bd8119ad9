internal import Glibc

/// The whole content of the regular file at `path`, if it has at most `limit` bytes.
///
/// Waits for nothing but the disk: a pipe or a device is refused, not waited for.
public func readFile(at path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
  let file = try open(path)
  let (kind, size) = try attempt(to: .read, path) { () throws(SystemError) in try file.status() }
  guard kind == .file else { throw .notAFile(path: path, found: kind.description) }
  guard size <= limit else { throw .tooLong(path: path, bytes: size, limit: limit) }
  guard canAllocate(byteCount: size) else { throw .outOfMemory(path: path, bytes: size) }
  let bytes = try attempt(to: .read, path) { () throws(SystemError) in try file.read(upTo: size) }
  guard bytes.count == size else { throw .shortened(path: path, bytes: bytes.count, expected: size) }
  return bytes
}

private func open(_ path: String) throws(FileError) -> Descriptor {
  do { return try Descriptor(opening: path, .read) } catch {
    switch error.code {
    case ENOENT, ENOTDIR: throw .missing(path: path)
    default: throw .refused(.read, path: path, code: error.code)
    }
  }
}

/// Calls `body` with one piece of the regular file at `path` after the other, however long it is.
func forEachChunk(
  ofFile path: String, size: Int = 1 << 20, _ body: ([UInt8]) -> Void
) throws(FileError) {
  let file = try open(path)
  let (kind, _) = try attempt(to: .read, path) { () throws(SystemError) in try file.status() }
  guard kind == .file else { throw .notAFile(path: path, found: kind.description) }
  while true {
    let bytes = try attempt(to: .read, path) { () throws(SystemError) in try file.read(upTo: size) }
    if bytes.isEmpty { return }
    body(bytes)
  }
}
