internal import Host

/// A reader of bytes from outside, with what it promises of whatever it accepts.
package struct FuzzTarget: Sendable, CustomStringConvertible {
  /// The name of the target and of its folder in the corpus.
  package let name: String
  /// The longest input that is tried, in bytes.
  package let longest: Int
  /// Whether checksums guard the content, so that hardly a changed input is accepted.
  package let isSealed: Bool
  private let read: @Sendable ([UInt8]) throws -> Void

  /// A target.
  ///
  /// - Parameter read: reads bytes, and throws `BrokenPromise` where what it got is not what the reader promises; any
  ///   other error is the reader's refusal, whose message is checked.
  package init(
    _ name: String, longest: Int = 4096, isSealed: Bool = false,
    _ read: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    self.name = name
    self.longest = longest
    self.isSealed = isSealed
    self.read = read
  }

  /// Whether the reader accepts `bytes`.
  ///
  /// - Throws: `BrokenPromise` where it does so wrongly, or refuses them with a message that helps nobody.
  package func accepts(_ bytes: [UInt8]) throws(BrokenPromise) -> Bool {
    do { try read(bytes) } catch let error as BrokenPromise { throw error } catch {
      try checkMessage(error)
      return false
    }
    return true
  }

  package var description: String { name }
}

/// What a reader promises and did not keep.
package struct BrokenPromise: Error, CustomStringConvertible {
  /// What was found.
  package let description: String

  /// A promise that was broken.
  package init(_ description: String) { self.description = description }
}

/// Checks one promise of a reader.
func promise(_ isKept: Bool, _ text: @autoclosure () -> String) throws(BrokenPromise) {
  guard isKept else { throw BrokenPromise(text()) }
}

/// Tries to read a part of an input: nil where it is refused, with a message as it should be.
func attempt<Value>(_ body: () throws -> Value) throws(BrokenPromise) -> Value? {
  do { return try body() } catch let error as BrokenPromise { throw error } catch {
    try checkMessage(error)
    return nil
  }
}

/// The longest message that anybody would read, in bytes.
private let longestMessage = 2500

/// A refusal is a problem on one line of bounded length, without control characters, and a remedy.
private func checkMessage(_ error: any Error) throws(BrokenPromise) {
  let failure = error as? any Failure
  let problem = failure?.problem ?? "\(error)"
  let remedy = failure?.remedy ?? "none needed"
  try promise(!problem.isEmpty && !remedy.isEmpty, "a refusal without a problem or a remedy: \(error)")
  for text in [problem, remedy] {
    try promise(
      text.utf8.count <= longestMessage, "a message of \(text.utf8.count) bytes: \(text.prefix(200))")
    let isPlain = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    try promise(isPlain, "a control character in a message: \(text.debugDescription.prefix(400))")
  }
  try promise(failure.map { $0.status == .badData } ?? true, "another status than for bad data: \(error)")
}
