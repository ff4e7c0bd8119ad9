internal import Foundation

/// A file of a project: its path below the project's folder, and its text.
package struct ProjectFile: Sendable, Equatable {
  package let path: String
  package let text: String
}

/// What a new strategy in one language is made of. Texts and paths hold placeholders such as `@NAME@`.
struct PluginTemplate: Sendable {
  /// What is built: the library.
  let library: String
  /// What the host is given: the library, or the manifest beside it.
  let plugin: String
  /// The file with the method.
  let source: String
  /// What has to be there to build it, to complete "needs …".
  let needs: String
  /// What the README says about this language alone.
  let notes: String
  /// What git is to leave alone beside the library.
  let ignored: [String]
  /// The files but for those that all languages share.
  let files: [ProjectFile]

  /// Every file, its placeholders replaced.
  func files(_ values: [String: String]) -> [ProjectFile] {
    var values = values
    for (key, text) in [
      "LIBRARY": library, "PLUGIN": plugin, "SOURCE": source, "NEEDS": needs, "NOTES": notes,
      "IGNORED": ([library] + ignored).joined(separator: "\n"),
    ] {
      values[key] = Self.filled(text, values)
    }
    return (files + Self.shared).map {
      ProjectFile(path: Self.filled($0.path, values), text: Self.filled($0.text, values))
    }
  }

  /// `text` with each placeholder that has a value replaced by it; what is put in is not looked at again.
  static func filled(_ text: String, _ values: [String: String]) -> String {
    text.replacing(/@([A-Z]+)@/) { values[String($0.1)] ?? String($0.0) }
  }
}
