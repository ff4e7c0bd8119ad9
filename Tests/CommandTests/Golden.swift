internal import Foundation
internal import TestSupport
internal import Testing

/// Expects `text` to be what the file `name` of `Tests/Golden` holds.
///
/// With `BRHOST_RECORD` set the file is written instead, and the test fails: a recording is looked at first.
func expectGolden(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let file = Repository.root.appendingPathComponent("Tests/Golden/\(name)")
  if ProcessInfo.processInfo.environment["BRHOST_RECORD"] != nil {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    Issue.record("recorded \(name); look at the difference", sourceLocation: sourceLocation)
    return
  }
  let golden = try String(contentsOf: file, encoding: .utf8)
  #expect(text == golden, "record with BRHOST_RECORD=1", sourceLocation: sourceLocation)
}
