/// Reading what a library says about itself without running its code in this process.
enum IsolatedManifest {
  /// The JSON that the library at `path` gives.
  ///
  /// - Throws: `PluginError` for a library that cannot be opened, and `.ended` for one that takes its process along.
  static func bytes(of path: String, _ isolation: Isolation) throws(PluginError) -> [UInt8] {
    let process = try PluginProcess(isolation, label: "reading")
    func ended(_ end: ProcessEnd) -> PluginError {
      .ended(plugin: path, path: path, call: .open, end: end, lastWords: process.lastWords)
    }
    let message: PluginMessage
    let request: JSON = [
      "path": JSON(path), "timeout": JSON(isolation.timeout), "locked_down": JSON(isolation.isLockedDown),
    ]
    do throws(ProcessEnd) { message = try process.ask(PluginMessage(.read, request)) } catch {
      throw ended(error)
    }
    guard message.kind == .manifest else {
      throw PluginError(refusal: message.json, lastWords: process.lastWords) ?? ended(process.giveUp())
    }
    return message.bytes
  }
}
