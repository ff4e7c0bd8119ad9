package import Foundation
internal import Host
internal import Synchronization

/// The same bytes for brhost and for numpy: both read the same arrays, or both refuse them, or the difference is of a
/// known kind.
package final class NumPyComparison: Sendable {
  private let numpy: NumPyProcess
  private let counts = Mutex<[NumPyDifference: Int]>([:])

  /// A comparison with the numpy of `interpreter`.
  package init(_ interpreter: URL) throws { numpy = try NumPyProcess(interpreter) }

  /// The comparison as a target; accepts what both read.
  package var target: FuzzTarget { FuzzTarget("numpy", longest: 8192) { bytes in try self.compare(bytes) } }

  /// How often each kind of difference was met.
  package var differences: [NumPyDifference: Int] { counts.withLock { $0 } }

  private func compare(_ bytes: [UInt8]) throws {
    let ours = read(bytes)
    switch (ours, try numpy.read(bytes)) {
    case (.failure(let error), .failure): throw error
    case (.failure(let error), .success(let answers)):
      if answers.contains(where: { $0.content != nil }) { try note(error.problem, refusedBy: .brhost) }
      throw error
    case (.success(let arrays), .failure(let refusal)):
      if arrays.contains(where: { $0.isRead }) { try note(refusal.reason, refusedBy: .numpy) }
    case (.success(let arrays), .success(let answers)):
      try promise(arrays.map(\.name) == answers.map(\.name), "numpy lists \(answers.map(\.name))")
      for (array, answer) in zip(arrays, answers) { try compare(array, answer) }
    }
  }

  private func compare(_ array: Ours, _ answer: NumPyProcess.Answer) throws(BrokenPromise) {
    switch (array.content, answer.content) {
    case (.success(let content), let other?):
      try promise(content == other, "'\(array.name)' is \(content), to numpy \(other)")
    case (.success, nil): try note(answer.reason, refusedBy: .numpy)
    case (.failure(let error), _?): try note(error.problem, refusedBy: .brhost)
    case (.failure, nil): break
    }
  }

  /// Counts a difference, whose kind must be known.
  private func note(_ message: String, refusedBy side: NumPyDifference.Side) throws(BrokenPromise) {
    guard let kind = NumPyDifference.kind(of: message, refusedBy: side) else {
      throw BrokenPromise("only \(side) refuses: \(message)")
    }
    counts.withLock { $0[kind, default: 0] += 1 }
  }

  // MARK: - Reading

  /// An array as brhost reads it.
  private struct Ours {
    let name: String
    let content: Result<ArrayContent, DataError>

    var isRead: Bool { if case .success = content { true } else { false } }

    init(_ name: String, _ read: () throws(DataError) -> NPYArray) {
      self.name = name
      content = Result { () throws(DataError) in ArrayContent(try read()) }
    }
  }

  private func read(_ bytes: [UInt8]) -> Result<[Ours], DataError> {
    if bytes.first == 0x93 {
      let array = Ours("") { () throws(DataError) in
        try NPYArray(content: bytes, place: DataPlace(file: inputName))
      }
      return array.content.map { _ in [array] }
    }
    return Result { () throws(DataError) in
      let archive = try NPZ(bytes: bytes, path: inputName)
      return archive.names.map { name in Ours(name) { () throws(DataError) in try archive.array(name) } }
    }
  }
}
