internal import Foundation

/// Where data sets are looked for, and how their files are named: `NAME_train.npz` and `NAME_test.npz`.
///
/// The test set of `NAME-lt` is that of `NAME`, unless there is a `NAME-lt_test.npz`. The embedded set is also
/// found beside the executable: in `data` of a checkout, in `share/brhost/data` of an installation.
public struct DataFolders: Sendable {
  /// The name of the data set that comes with the program.
  public static let embedded = "digits-lt"

  /// The folder that the user named.
  public let folder: String
  private let embeddedFolders: [String]

  /// Looks into `folder` and, for the embedded set, beside `executable` (by default, the running one).
  public init(_ folder: String = "data", executable: String? = nil) {
    self.folder = folder
    var folders: [String] = []
    var ancestor = (executable ?? Bundle.main.executablePath).map {
      URL(fileURLWithPath: $0).resolvingSymlinksInPath()
    }
    // PREFIX/bin/brhost, or CHECKOUT/.build/TRIPLE/release/brhost.
    for _ in 0..<4 {
      guard let parent = ancestor?.deletingLastPathComponent() else { break }
      folders += ["data", "share/brhost/data"].map { parent.appendingPathComponent($0).path }
      ancestor = parent
    }
    embeddedFolders = folders
  }

  /// The names of all training sets found, sorted.
  public var names: [String] {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var names = Set(found.filter { $0.hasSuffix("_train.npz") }.map { String($0.dropLast(10)) })
    if file(Self.embedded, "train") != nil { names.insert(Self.embedded) }
    return names.sorted()
  }

  /// The path of the training set of `name`.
  public func trainingFile(of name: String) throws(DataError) -> String {
    guard let path = file(name, "train") else {
      throw missing(name, "training", [path(folder, name, "train")])
    }
    return path
  }

  /// The path of the test set of `name`.
  public func testFile(of name: String) throws(DataError) -> String {
    let names = name.hasSuffix("-lt") ? [name, String(name.dropLast(3))] : [name]
    for name in names {
      if let path = file(name, "test") { return path }
    }
    throw missing(name, "test", names.map { path(folder, $0, "test") })
  }

  private func file(_ name: String, _ part: String) -> String? {
    let isEmbedded = [Self.embedded, String(Self.embedded.dropLast(3))].contains(name)
    let folders = [folder] + (isEmbedded ? embeddedFolders : [])
    return folders.map { path($0, name, part) }.first { FileManager.default.fileExists(atPath: $0) }
  }

  private func path(_ folder: String, _ name: String, _ part: String) -> String {
    let separator = folder.hasSuffix("/") ? "" : "/"
    return "\(folder)\(separator)\(name)_\(part).npz"
  }

  private func missing(_ name: String, _ part: String, _ lookedFor: [String]) -> DataError {
    .noDataSet(name: name, part: part, lookedFor: lookedFor, available: names)
  }
}
