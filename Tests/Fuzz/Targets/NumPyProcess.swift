internal import Foundation
internal import Glibc
internal import Host
internal import Synchronization

/// A Python process that reads one file after the other as numpy does.
final class NumPyProcess: Sendable {
  /// What numpy says of an array.
  struct Answer: Equatable {
    let name: String
    /// The type, shape and checksum; nil where the array is refused.
    let content: ArrayContent?
    /// Why it is refused.
    let reason: String
  }

  private let pipes: Mutex<(input: FileHandle, output: FileHandle)>

  /// Starts `interpreter`, which has numpy.
  init(_ interpreter: URL) throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("read_arrays.py")
    let (input, output) = (Pipe(), Pipe())
    let process = Process()
    process.executableURL = interpreter
    process.arguments = [script.path]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    pipes = Mutex((input.fileHandleForWriting, output.fileHandleForReading))
  }

  /// What numpy reads from a file of `bytes`: its arrays, or why it refuses the file.
  func read(_ bytes: [UInt8]) throws -> Result<[Answer], Refusal> {
    let answer = try pipes.withLock { pipes in
      try Self.send(Self.length(bytes.count) + bytes, to: pipes.input.fileDescriptor)
      let length = try Self.receive(4, from: pipes.output.fileDescriptor)
      let count = length.reversed().reduce(0) { $0 << 8 | Int($1) }
      return try Self.receive(count, from: pipes.output.fileDescriptor)
    }
    let json = try? JSON(parsing: answer)
    if let reason = json?["refused"]?.string { return .failure(Refusal(reason: reason)) }
    guard let arrays = json?["arrays"]?.array else { throw BrokenPromise("numpy's process gives no answer") }
    return .success(arrays.map { Answer($0.array ?? []) })
  }

  /// Why numpy refuses a file.
  struct Refusal: Error { let reason: String }

  // MARK: - Pipes, which a timer of the fuzzer may interrupt

  private static func send(_ bytes: [UInt8], to descriptor: Int32) throws(BrokenPromise) {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes[sent...].withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 || errno == EINTR else { throw BrokenPromise("numpy's process takes no more") }
      sent += max(0, count)
    }
  }

  private static func receive(_ count: Int, from descriptor: Int32) throws(BrokenPromise) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < count {
      let wanted = min(chunk.count, count - bytes.count)
      let received = unsafe chunk.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress, wanted)
      }
      guard received > 0 || (received < 0 && errno == EINTR) else {
        throw BrokenPromise("numpy's process has ended")
      }
      bytes += chunk[..<max(0, received)]
    }
    return bytes
  }

  private static func length(_ count: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
  }
}

/// What an array holds, for comparison.
struct ArrayContent: Equatable {
  let type: String
  let shape: [Int]
  let checksum: UInt32
}

extension ArrayContent {
  /// The content of an array that brhost has read.
  init(_ array: NPYArray) {
    self.init(type: array.dtype.rawValue, shape: array.shape, checksum: Zlib.checksum(array.bytes.span))
  }
}

extension NumPyProcess.Answer {
  fileprivate init(_ fields: [JSON]) {
    name = fields.first?.string ?? ""
    if fields.count == 4, let type = fields[1].string, let shape = fields[2].array?.compactMap(\.int),
      let checksum = fields[3].int
    {
      content = ArrayContent(type: type, shape: shape, checksum: UInt32(truncatingIfNeeded: checksum))
      reason = ""
    } else {
      content = nil
      reason = fields.count == 2 ? fields[1].string ?? "" : "an answer of \(fields.count) fields"
    }
  }
}
