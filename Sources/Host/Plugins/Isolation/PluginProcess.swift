internal import CIsolation
internal import Foundation
internal import Glibc

/// The process of a plugin, from its parent's side: asked one thing at a time, killed and reaped where it does not
/// answer in time.
@safe
final class PluginProcess {
  private let timeout: Double
  private let number: Int32
  private let channel: MessageChannel
  /// Readable once the process has ended; -1 where the kernel has no such thing.
  private let ending: Int32
  private let output: Int32
  private var printed = PrintedText()
  private var hasPrinted = false
  private var end: ProcessEnd?

  /// Starts a process that can map these descriptors of shared memory.
  init(_ isolation: Isolation, label: String, inputs: Int32 = -1, outputs: Int32 = -1) throws(PluginError) {
    var child = ci_child()
    let arguments = CTextArray(["brhost", Isolation.argument, label])
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_BACKTRACE"] = "enable=no"  // a crash is told in a sentence
    environment["OPENBLAS_NUM_THREADS"] = "1"
    let variables = CTextArray(environment.map { "\($0.key)=\($0.value)" })
    let error = unsafe ci_start(
      isolation.program, arguments.start, variables.start, inputs, outputs, &child)
    guard error == 0 else {
      throw .cannotIsolate(step: "starting '\(isolation.program)'", reason: reason(ofError: error))
    }
    timeout = isolation.timeout
    number = child.process
    channel = MessageChannel(child.channel)
    channel.neverWait()
    ending = child.descriptor
    output = child.output
  }

  deinit {
    channel.hangUp()
    if end == nil {
      waitForEnd(until: ContinuousClock().now + .seconds(timeout))
      kill()
    }
    for descriptor in [ending, output] where descriptor >= 0 { close(descriptor) }
  }

  // MARK: - Asking

  /// Sends a request and waits for the answer.
  ///
  /// - Parameters:
  ///   - first: looks whether the answer comes soon by another way than the channel.
  ///   - meanwhile: called at least ten times a second while the process works.
  ///   - receive: takes what the process says before it answers, and the lines that it prints.
  /// - Throws: how the process ended instead.
  func ask(
    _ request: PluginMessage, first: () -> Desk.Answer? = { nil }, meanwhile: () -> Void = {},
    receive: (PluginMessage) -> Void = { _ in }
  ) throws(ProcessEnd) -> PluginMessage {
    if let end { throw end }
    let deadline = ContinuousClock().now + .seconds(timeout)
    let isSent = channel.send(request) {
      self.wait(for: POLLOUT, until: deadline) && !self.hasEnded
    }
    guard isSent else { throw conclude(deadline, receive) }
    if let answer = first(), answer != .inChannel {
      readPrinted(receive)
      return PluginMessage(.done, answer == .uniform ? PluginError.uniform : 0, "")
    }
    while wait(for: POLLIN, until: deadline) {
      meanwhile()
      if hasPrinted { readPrinted(receive) }
      let arrival = channel.receive()
      while let message = try next() {
        if message.kind.isAnswer { return message }
        receive(message)
      }
      // Whoever has ended may have answered first.
      if arrival == .end || arrival == .nothingYet && hasEnded && channel.isEmpty { break }
    }
    throw conclude(deadline, receive)
  }

  /// What the process printed last, for a message on what it did.
  var lastWords: String? {
    readPrinted { _ in }
    return printed.tail
  }

  private func next() throws(ProcessEnd) -> PluginMessage? {
    do throws(ProcessEnd) { return try channel.next() } catch {
      kill()
      end = error
      throw error
    }
  }

  // MARK: - Waiting

  /// Waits up to a tenth of a second for the channel, the end of the process or something that it prints; false
  /// when the deadline has passed.
  private func wait(for event: Int32, until deadline: ContinuousClock.Instant) -> Bool {
    let left = (deadline - ContinuousClock().now).seconds
    guard left > 0 else { return false }
    var events = (
      pollfd(fd: channel.descriptor, events: Int16(event), revents: 0),
      pollfd(fd: ending, events: Int16(POLLIN), revents: 0),
      pollfd(fd: printed.isClosed ? -1 : output, events: Int16(POLLIN), revents: 0)
    )
    let milliseconds = Int32(min(100, (left * 1000).rounded(.up)))
    _ = unsafe withUnsafeMutableBytes(of: &events) {
      unsafe poll($0.baseAddress?.assumingMemoryBound(to: pollfd.self), 3, milliseconds)
    }
    hasPrinted = events.2.revents != 0
    return true
  }

  /// Waits for the end of the process.
  private func waitForEnd(until deadline: ContinuousClock.Instant) {
    while !hasEnded, ContinuousClock().now < deadline {
      var event = pollfd(fd: ending, events: Int16(POLLIN), revents: 0)
      _ = unsafe poll(&event, 1, 20)
    }
  }

  /// Reads what the process has printed, and passes whole lines on.
  private func readPrinted(_ receive: (PluginMessage) -> Void) {
    unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { chunk in
      while !printed.isClosed {
        let count = unsafe read(output, chunk.baseAddress, chunk.count)
        if count > 0 {
          unsafe printed.add(chunk[..<count])
        } else {
          printed.isClosed = count == 0
          break
        }
      }
    }
    for line in printed.takeLines() { receive(PluginMessage(.printed, Array(line.utf8))) }
  }

  // MARK: - The end

  /// Whether the process has ended by itself; reaps it then.
  private var hasEnded: Bool {
    if end != nil { return true }
    var info = unsafe siginfo_t()
    // Left to be reaped: until then no other process can have its number.
    guard unsafe waitid(P_PID, id_t(number), &info, WEXITED | WNOHANG | WNOWAIT) == 0 else { return true }
    return unsafe info.si_signo == SIGCHLD
  }

  /// Ends the process after it has failed to answer, and says how it came to that.
  private func conclude(
    _ deadline: ContinuousClock.Instant, _ receive: (PluginMessage) -> Void
  ) -> ProcessEnd {
    let isLate = ContinuousClock().now >= deadline
    // Who closes the channel usually is about to end.
    if !isLate { waitForEnd(until: min(deadline, ContinuousClock().now + .milliseconds(500))) }
    let endedByItself = hasEnded
    let status = kill()
    readPrinted(receive)
    let end = endedByItself ? ProcessEnd(status: status) : isLate ? .timeout(timeout) : .nonsense
    self.end = end
    return end
  }

  /// Kills whatever is left of the process and its own children, and reaps it; returns its status.
  @discardableResult
  private func kill() -> Int32 {
    _ = Glibc.kill(-number, SIGKILL)
    _ = Glibc.kill(number, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(number, &status, 0) < 0, errno == EINTR {}
    return status
  }
}

extension MessageChannel {
  /// Tells the other side that nothing more will come.
  func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }
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
