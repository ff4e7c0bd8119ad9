/// The two files of a data set that is to be made: both are written, or neither.
struct NewDataset {
  let name, folder: String

  /// Checks that `name` is one and that `folder` has no data set of it yet.
  init(name: String, folder: String) throws(NewDatasetError) {
    guard Self.isName(name) else { throw .badName(name) }
    (self.name, self.folder) = (name, folder)
    for path in [trainingFile, testFile] {
      var found = PathKind.nothing
      do { found = try attempt(to: .read, path) { () throws(SystemError) in try kind(of: path) } } catch {
        throw .file(error)
      }
      guard found == .nothing else { throw .exists(path: path) }
    }
  }

  /// The path of the training set.
  var trainingFile: String { path("train") }
  /// The path of the test set.
  var testFile: String { path("test") }

  private func path(_ part: String) -> String {
    "\(folder)\(folder.hasSuffix("/") ? "" : "/")\(name)_\(part).npz"
  }

  /// Whether a file name can begin with `name`: letters, digits, hyphens, underscores and points.
  static func isName(_ name: String) -> Bool {
    (1...100).contains(name.utf8.count) && name.first != "." && name.first != "-"
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
  }

  /// The file that holds `tensors`.
  static func file(of tensors: [NamedTensor], for path: String) throws(FileError) -> [UInt8] {
    let size = tensors.reduce(0) { $0 + $1.bytes.count + 4096 }
    // The directory of an archive without ZIP64 counts in 32 bits.
    guard size < Int(UInt32.max) - 1 << 16 else {
      throw .unrepresentable(path: path, content: "an archive of \(size) bytes")
    }
    // An array with its header, and the archive.
    guard canAllocate(byteCount: 2 * size) else { throw .outOfMemory(path: path, bytes: size) }
    return NumPyWriter.npz(tensors)
  }

  /// Writes the training set and, where it gets one of its own, the test set; creates the folder where it is missing.
  ///
  /// The training set comes last: by it a data set is found. Whatever fails, nothing that was written stays.
  func write(training: [UInt8], test: [UInt8]?) throws(FileError) {
    let folders = try createFolders(to: folder)
    do throws(FileError) {
      if let test { try AtomicFile.write(test, to: testFile) }
      try AtomicFile.write(training, to: trainingFile)
    } catch {
      if test != nil { try? removeFile(testFile) }
      removeFolders(folders)
      throw error
    }
  }
}

/// Why a data set can't be made under a name, and what to do about it.
public enum NewDatasetError: Failure, Equatable {
  case badName(String)
  case exists(path: String)
  case file(FileError)

  /// What happened, where, what was found and what was expected; one line.
  public var problem: String {
    switch self {
    case .badName(let name):
      "'\(name)' is no name for a data set: expected up to 100 letters, digits, hyphens, underscores and points"
    case .exists(let path): "there is a file '\(path)' already"
    case .file(let error): error.problem
    }
  }

  /// What to do about it; one line that completes "Try: ".
  public var remedy: String {
    switch self {
    case .badName: "a name such as 'fashion-mnist'; the folder is named with --out."
    case .exists(let path): "choose another --name or --out, or remove '\(path)' if it is not needed."
    case .file(let error): error.remedy
    }
  }

  /// A mistake in the command line, or output that can't be written.
  public var status: ExitStatus {
    switch self {
    case .badName: .usage
    case .exists: .failedRun
    case .file(let error): error.status
    }
  }
}
