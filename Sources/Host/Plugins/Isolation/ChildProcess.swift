internal import CIsolation
internal import Foundation
internal import Glibc

/// A process that this one has started, in a session of its own: awaited, killed with all that it has started, reaped.
@safe
final class ChildProcess {
  /// Our end of a stream to the child's descriptor 3; whoever takes it closes it.
  let channel: Int32
  /// Whether it has printed something that was not read yet, as the last wait found.
  private(set) var hasPrinted = false
  private var isSilent = false
  private let number: Int32
  /// Readable once the process has ended; -1 where the kernel has no such thing.
  private let ending: Int32
  private let output: Int32
  private var status: Int32?

  /// Starts `program` with these arguments.
  ///
  /// - Parameters:
  ///   - settings: variables of the environment besides this process's.
  ///   - inputs, outputs: descriptors of shared memory for it, or -1.
  /// - Throws: the error of the system call that failed.
  init(
    _ program: String, _ arguments: [String], settings: [String: String], inputs: Int32 = -1,
    outputs: Int32 = -1
  ) throws(SystemError) {
    var child = ci_child()
    let words = CTextArray(["brhost"] + arguments)
    var environment = ProcessInfo.processInfo.environment.merging(settings) { $1 }
    environment["SWIFT_BACKTRACE"] = "enable=no"  // a crash is told in a sentence
    signal(SIGCHLD, SIG_DFL)  // whoever ignores it cannot learn how children end
    let variables = CTextArray(environment.map { "\($0.key)=\($0.value)" })
    let error = unsafe ci_start(program, words.start, variables.start, inputs, outputs, &child)
    guard error == 0 else { throw SystemError(error) }
    channel = child.channel
    number = child.process
    ending = child.descriptor
    output = child.output
  }

  deinit {
    end()
    for descriptor in [ending, output] where descriptor >= 0 { close(descriptor) }
  }

  // MARK: - Waiting

  /// Waits up to a tenth of a second for the channel, the end of the process or something that it prints; false
  /// when the deadline has passed.
  func wait(for event: Int32 = POLLIN, until deadline: ContinuousClock.Instant) -> Bool {
    let left = (deadline - ContinuousClock().now).seconds
    guard left > 0 else { return false }
    var events = (
      pollfd(fd: channel, events: Int16(event), revents: 0),
      pollfd(fd: ending, events: Int16(POLLIN), revents: 0),
      pollfd(fd: isSilent ? -1 : output, events: Int16(POLLIN), revents: 0)
    )
    let milliseconds = Int32(min(100, (left * 1000).rounded(.up)))
    _ = unsafe withUnsafeMutableBytes(of: &events) {
      unsafe poll($0.baseAddress?.assumingMemoryBound(to: pollfd.self), 3, milliseconds)
    }
    hasPrinted = events.2.revents != 0
    return true
  }

  /// Waits up to `milliseconds` until one of `children` ends or prints something.
  static func waitForAny(of children: [ChildProcess], milliseconds: Int32) {
    var events = children.flatMap { child in
      [
        pollfd(fd: child.ending, events: Int16(POLLIN), revents: 0),
        pollfd(fd: child.isSilent ? -1 : child.output, events: Int16(POLLIN), revents: 0),
      ]
    }
    _ = unsafe events.withUnsafeMutableBufferPointer {
      unsafe poll($0.baseAddress, nfds_t($0.count), milliseconds)
    }
  }

  /// Waits for the end of the process.
  func waitForEnd(until deadline: ContinuousClock.Instant) {
    while !hasEnded, ContinuousClock().now < deadline {
      var event = pollfd(fd: ending, events: Int16(POLLIN), revents: 0)
      _ = unsafe poll(&event, 1, 20)
    }
  }

  /// Whether the process has ended by itself. It stays to be reaped, so that its number stays its own.
  var hasEnded: Bool {
    if status != nil { return true }
    var info = unsafe siginfo_t()
    guard unsafe waitid(P_PID, id_t(number), &info, WEXITED | WNOHANG | WNOWAIT) == 0 else { return true }
    return unsafe info.si_signo == SIGCHLD
  }

  // MARK: - What it prints

  /// Reads what the process has printed until now, at most as much as a pipe holds; false where nothing more will come.
  func readPrinted(_ receive: ([UInt8]) -> Void) -> Bool {
    unsafe withUnsafeTemporaryAllocation(byteCount: 1 << 14, alignment: 1) { chunk in
      for _ in 0..<4 where !isSilent {
        let count = unsafe read(output, chunk.baseAddress, chunk.count)
        if count > 0 {
          unsafe receive(Array(chunk[..<count]))
        } else {
          isSilent = count == 0
          break
        }
      }
    }
    return !isSilent
  }

  // MARK: - The end

  /// Asks the process to end soon.
  func interrupt() { if !hasEnded { _ = kill(number, SIGINT) } }

  /// Kills whatever is left of the process and of those that it has started, and reaps it; returns its status.
  @discardableResult
  func end() -> Int32 {
    if let status { return status }
    _ = kill(-number, SIGKILL)
    _ = kill(number, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(number, &status, 0) < 0, errno == EINTR {}
    self.status = status
    return status
  }
}

/// Texts as C reads them in an array that ends with NULL.
@safe
private final class CTextArray {
  let start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let texts: [CText]

  init(_ texts: [String]) {
    self.texts = texts.map { CText($0) }
    unsafe start = .allocate(capacity: texts.count + 1)
    for (index, text) in self.texts.enumerated() { unsafe (start + index).initialize(to: text.start) }
    unsafe (start + texts.count).initialize(to: nil)
  }

  deinit { unsafe start.deallocate() }
}
