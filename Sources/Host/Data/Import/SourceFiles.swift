internal import Foundation

/// The files of a source: those in a folder, or those in a tar archive, plain or gzipped.
struct SourceFiles {
  /// The folder or the archive.
  let path: String
  /// The names of files, sorted; in an archive without their folders.
  let names: [String]
  /// The names of sub-folders, sorted; none in an archive.
  let folders: [String]
  private let archive: TarArchive?

  /// Looks at what `path` leads to.
  init(at path: String) throws(ImportError) {
    self.path = path
    var isFolder = false
    do {
      isFolder = try attempt(to: .read, path) { () throws(SystemError) in try kind(of: path) } == .folder
    } catch {
      throw .file(error)
    }
    if isFolder {
      archive = nil
      var names: [String] = []
      var folders: [String] = []
      for name in try visibleNames(in: path) {
        let entry = "\(path)/\(name)"
        let found = (try? kind(of: entry)) ?? .nothing
        if found == .folder { folders.append(name) } else if found != .nothing { names.append(name) }
      }
      (self.names, self.folders) = (names, folders)
      return
    }
    let tar = try Self.archive(at: path)
    // macOS puts a "._NAME" beside each file.
    let found = tar.members.map(\.lastName).filter { !$0.hasPrefix(".") }.sorted()
    if let twice = zip(found, found.dropFirst()).first(where: { $0 == $1 }) {
      throw .repeatedFile(path: path, name: twice.0)
    }
    (names, folders, archive) = (found, [], tar)
  }

  /// The content of the file `name`, which is one of `names`.
  func content(of name: String) throws(ImportError) -> [UInt8] {
    guard let archive else { return try importedFile(at: path(of: name)) }
    guard let member = archive.members.first(where: { $0.lastName == name }) else {
      throw .missingFiles(path: path, format: "an archive", missing: [name])
    }
    return Array(archive.bytes[member.data])
  }

  /// Where the file `name` is, for messages.
  func path(of name: String) -> String { "\(path)\(path.hasSuffix("/") ? "" : "/")\(name)" }

  private static func archive(at path: String) throws(ImportError) -> TarArchive {
    let file = try importedFile(at: path)
    guard Gzip.begins(file) else {
      guard TarArchive.begins(file) else { throw .unknownSource(path: path) }
      return try TarArchive(parsing: file, path: path)
    }
    let gzip = try Gzip(parsing: file, path: path)
    guard try TarArchive.begins(gzip.start(512)) else { throw .unknownSource(path: path) }
    return try TarArchive(parsing: gzip.content(limit: ImportLimit.file), path: path)
  }
}

/// The names in a folder, sorted, without the hidden ones.
func visibleNames(in folder: String) throws(ImportError) -> [String] {
  do { return try fileNames(in: folder).filter { !$0.hasPrefix(".") } } catch { throw .file(error) }
}
