internal import Glibc

/// Creates the folder at `path` and those above it that do not exist; returns what it created, the outermost
/// first. Whatever fails, nothing that was created stays.
func createFolders(to path: String) throws(FileError) -> [String] {
  let (missing, _) = try missingFolders(of: path)
  var created: [String] = []
  for folder in missing.reversed() {
    do {
      try attempt(to: .create, folder) { () throws(SystemError) in try createFolder(folder) }
      created.append(folder)
      try synchronizeNames(in: Host.folder(of: folder))
    } catch .refused(_, _, EEXIST) {
      continue  // another process was faster
    } catch {
      removeFolders(created)
      throw error
    }
  }
  return created
}

/// Waits until the names in the folder at `path` have reached the disk, where its file system can be asked to.
func synchronizeNames(in path: String) throws(FileError) {
  do {
    try attempt(to: .synchronize, path) { () throws(SystemError) in
      try Descriptor(opening: path, .folder).synchronize()
    }
  } catch .refused(_, _, let code) where code == EINVAL || code == EACCES {
    return  // file systems of networks may know of no such thing; a folder may be written to and not read
  }
}

/// Checks, without a trace, that files can be created in the folder at `path` or that it can be created.
func checkCreatable(_ path: String) throws(FileError) {
  let (_, existing) = try missingFolders(of: path)
  try attempt(to: .write, existing) { () throws(SystemError) in try checkWritable(existing) }
}

/// The folders on the way to `path` that do not exist, the innermost first, and the one above them that does.
private func missingFolders(of path: String) throws(FileError) -> (missing: [String], existing: String) {
  var missing: [String] = []
  var current = path
  while try kindNaming(current) == .nothing {
    missing.append(current)
    let parent = folder(of: current)
    if parent == current { break }
    current = parent
  }
  guard try kindNaming(current) == .folder else { throw .notAFolder(path: current) }
  return (missing, current)
}

/// Removes those of `folders` that are empty, the last first.
func removeFolders(_ folders: [String]) {
  for folder in folders.reversed() { try? removeFolder(folder) }
}

/// The names in the folder at `path`, sorted.
func fileNames(in path: String) throws(FileError) -> [String] {
  try attempt(to: .read, path) { () throws(SystemError) in try names(inFolder: path) }.sorted()
}

/// The folder that `path` is in: "." for a bare name, "/" at the root.
func folder(of path: String) -> String {
  let trimmed = path.reversed().drop { $0 == "/" }.reversed()
  guard let slash = trimmed.lastIndex(of: "/") else { return trimmed.isEmpty ? "/" : "." }
  let folder = trimmed[..<slash].reversed().drop { $0 == "/" }.reversed()
  return folder.isEmpty ? "/" : String(folder)
}

/// The name at the end of `path`.
func lastPart(of path: String) -> String { path.split(separator: "/").last.map { String($0) } ?? path }

/// What `path` leads to; nothing where a part of it is a file, which the folders above then tell.
private func kindNaming(_ path: String) throws(FileError) -> PathKind {
  do { return try kind(of: path) } catch {
    if error.code == ENOTDIR { return .nothing }
    throw .refused(.read, path: path, code: error.code)
  }
}

/// The files in the folder at `path` that `AtomicFile` began and whose process did not live to rename them.
func temporaryFiles(in path: String) -> [String] {
  ((try? fileNames(in: path)) ?? []).filter(AtomicFile.isTemporary).map { "\(path)/\($0)" }
}
