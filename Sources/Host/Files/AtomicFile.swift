/// Files that are there whole or not at all.
public enum AtomicFile {
  /// Replaces the file at `path` by `bytes`: written to a temporary file in the same folder, then renamed.
  ///
  /// Whatever fails, the old file stays as it was and the temporary one is removed. A device, a pipe or a socket is
  /// refused: the renaming would put a file in its place.
  ///
  /// - Parameter durable: whether to wait until file and folder have reached the disk, so that the file also
  ///   outlives a power failure.
  public static func write(_ bytes: [UInt8], to path: String, durable: Bool = true) throws(FileError) {
    if let found = try? kind(of: path), [.device, .pipe, .socket].contains(found) {
      throw .notReplaceable(path: path, found: found.description)
    }
    let folder = folder(of: path)
    let name = path.split(separator: "/").last ?? ""
    let temporary = "\(folder)/.\(name).\(processNumber()).tmp"
    do {
      try attempt(to: .write, path) { () throws(SystemError) in
        let file = try Descriptor(opening: temporary, .replace)
        try file.write(bytes)
        if durable { try file.synchronize() }
        try file.close()
      }
      try attempt(to: .rename, path) { () throws(SystemError) in try rename(temporary, to: path) }
    } catch {
      try? removeFile(temporary)
      throw error
    }
    if durable { try synchronizeNames(in: folder) }
  }

  /// Whether `name` is that of a temporary file: `.NAME.PROCESS.tmp`.
  static func isTemporary(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count >= 4 && parts[0].isEmpty && parts.last == "tmp" && Int32(parts[parts.count - 2]) != nil
  }
}
