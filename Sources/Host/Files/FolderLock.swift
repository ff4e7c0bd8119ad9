// A class because several values share one lock, which the last of them gives back.

/// The right to write into a folder, which one process at a time has: a lock of the system's on the file `lock` in it.
///
/// The system takes the lock away from a process that ends, however it ends; the file, which says who has it, may stay.
/// A file system without locks gives it to everyone.
final class FolderLock: Sendable {
  /// The file's name.
  static let name = "lock"
  private let path: String
  private let file: Descriptor

  /// Takes the lock of `folder`, which exists.
  ///
  /// - Throws: `FileError.inUse` where another process has it.
  init(_ folder: String) throws(FileError) {
    path = "\(folder)/\(Self.name)"
    var attempts = 0
    while true {
      attempts += 1
      let path = path
      let file = try attempt(to: .create, path) { () throws(SystemError) in
        try Descriptor(opening: path, .update)
      }
      let isTaken = try attempt(to: .lock, path) { () throws(SystemError) in try file.lock() }
      guard isTaken else {
        // Somebody may just be looking whether it is free.
        if attempts < 5, waitAMoment() { continue }
        throw .inUse(folder: folder, owner: Self.owner(path))
      }
      // Whoever had it may have removed the file meanwhile: then this is a lock on nothing.
      if file.isStill(at: path) || attempts > 20 {
        self.file = file
        break
      }
    }
    try? file.truncate(to: 0)
    try? file.write(Array("\(processNumber()) \(Machine.hostName)\n".utf8))
  }

  deinit { if file.isStill(at: path) { try? removeFile(path) } }

  /// Says who works in `folder`, where somebody does; leaves no trace.
  static func check(_ folder: String) throws(FileError) {
    let path = "\(folder)/\(name)"
    guard let file = try? Descriptor(opening: path, .read), (try? file.lock()) == false else { return }
    throw .inUse(folder: folder, owner: owner(path))
  }

  /// Who has the lock, as its file tells.
  private static func owner(_ path: String) -> String {
    let text = (try? readFile(at: path, limit: 4096)).map { plainText($0) } ?? ""
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let process = Int32(words[0]) else { return "another process" }
    return "process \(process) on '\(words[1])'"
  }
}
