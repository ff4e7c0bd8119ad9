/// Writes all files into the folder at `path`, which is new or empty, or none: they are made in a folder beside or
/// inside it and get their names when all are there.
func writeProject(_ files: [ProjectFile], to path: String) throws(AuthoringError) {
  let isThere = try isEmptyFolder(path)
  let staging = "\(isThere ? path : folder(of: path))/.brhost-new.\(processNumber())"
  do throws(FileError) {
    var made = try createFolders(to: staging)
    do throws(FileError) {
      for file in files {
        let target = "\(staging)/\(file.path)"
        made += try createFolders(to: folder(of: target))
        try AtomicFile.write(Array(file.text.utf8), to: target, durable: false)
      }
      if isThere {
        try moveEntries(of: staging, to: path)
        removeFolders([staging])
      } else {
        try attempt(to: .create, path) { () throws(SystemError) in try rename(staging, to: path) }
      }
    } catch {
      for file in files { try? removeFile("\(staging)/\(file.path)") }
      removeFolders(made)
      throw error
    }
  } catch { throw .file(error) }
}

/// Whether there is an empty folder at `path`; false where there is nothing.
private func isEmptyFolder(_ path: String) throws(AuthoringError) -> Bool {
  let names: [String]
  do throws(FileError) {
    let found = try attempt(to: .create, path) { () throws(SystemError) in try kind(of: path) }
    guard found != .nothing else { return false }
    guard found == .folder else { throw .notAFolder(path: path) }
    names = try fileNames(in: path)
  } catch { throw .file(error) }
  guard names.isEmpty else { throw .folderNotEmpty(path: path) }
  return true
}

/// Moves everything in one folder to another, or nothing.
private func moveEntries(of source: String, to target: String) throws(FileError) {
  var moved: [String] = []
  do throws(FileError) {
    for name in try fileNames(in: source) {
      try attempt(to: .create, "\(target)/\(name)") { () throws(SystemError) in
        try rename("\(source)/\(name)", to: "\(target)/\(name)")
      }
      moved.append(name)
    }
  } catch {
    for name in moved { try? rename("\(target)/\(name)", to: "\(source)/\(name)") }
    throw error
  }
}
