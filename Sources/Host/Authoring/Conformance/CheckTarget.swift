internal import Foundation

/// What `brhost plugin check` is to look at.
enum CheckTarget: Equatable {
  /// A library, and the id behind a colon, if there was one.
  case library(path: String, id: String?)
  /// A strategy that the catalog finds.
  case id(String)

  /// The target that `name` means, after a look at the file; none of its code runs.
  init(_ name: String) throws(PluginError) {
    guard name.contains("/") else {
      self = .id(name)
      return
    }
    var (path, id): (String, String?) = (name, nil)
    if !FileManager.default.fileExists(atPath: name), let colon = name.lastIndex(of: ":") {
      (path, id) = (String(name[..<colon]), String(name[name.index(after: colon)...]))
    }
    path = URL(fileURLWithPath: path).standardizedFileURL.path
    if !path.hasSuffix(".json") { _ = try ELFFile(path: path) }
    self = .library(path: path, id: id)
  }
}
