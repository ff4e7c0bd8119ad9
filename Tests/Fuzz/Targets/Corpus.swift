internal import Foundation

/// The kept inputs of a target: files of the real writers, what fuzzing found to matter, and whatever once broke it.
package enum Corpus {
  /// The folder that holds a folder for each target.
  package static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("corpus").path

  /// An input with the name of its file.
  package struct Input: Sendable {
    /// The name of the file.
    package let name: String
    /// What it holds.
    package let bytes: [UInt8]
  }

  /// The inputs of `target`, in the order of their files' names.
  package static func inputs(of target: FuzzTarget) throws -> [Input] {
    let folder = URL(fileURLWithPath: folder).appendingPathComponent(target.name)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return try names.filter { !$0.hasPrefix(".") }.sorted().map { name in
      Input(name: name, bytes: [UInt8](try Data(contentsOf: folder.appendingPathComponent(name))))
    }
  }

  /// What to change for tests: the inputs, those that the reader accepts so often that they are about a half, since
  /// changes of the others rarely get far.
  package static func origins(for target: FuzzTarget) throws -> [[UInt8]] {
    let all = try inputs(of: target).map(\.bytes)
    let accepted = all.filter { (try? target.accepts($0)) == true }
    let times = all.count / max(1, accepted.count)
    return all + Array(repeating: accepted, count: times).flatMap { $0 }
  }
}
