/// What `brhost plugin new` prints: what was made, and what to type next.
extension PluginProject {
  /// The report for people.
  public var text: String {
    let width = files.map(\.path.count).max() ?? 0
    let rows = files.map { file in
      file.path == source
        ? "  \(padded(file.path, width, left: true))  <- the method: edit this" : "  \(file.path)"
    }
    let lines =
      ["made '\(folder)', a strategy in \(language.title):"] + rows + [
        "next:", "  cd \(quoted(folder))", "  make", "  make check",
        "  brhost train --dataset digits-lt --strategy \(plugin)",
      ]
    return lines.map { $0 + "\n" }.joined()
  }

  /// The report as JSON.
  public var json: String {
    let report: JSON = [
      "name": JSON(name), "language": JSON(language.rawValue), "folder": JSON(folder),
      "plugin": JSON(plugin), "source": JSON(source), "files": .array(files.map { JSON($0.path) }),
    ]
    return report.pretty
  }

  /// `path` as one word of a shell.
  private func quoted(_ path: String) -> String {
    let isPlain = path.allSatisfy { $0.isLetter || $0.isNumber || "/._-+,@".contains($0) }
    return isPlain ? path : "'\(path.replacing("'", with: "'\\''"))'"
  }
}
