internal import Glibc

/// The process of a plugin, from its parent's side: asked one thing at a time, and ended where it does not answer in
/// time.
final class PluginProcess {
  /// How long a call may go on after it was cancelled.
  private static let patience = Duration.seconds(1)
  private let timeout: Double
  private let child: ChildProcess
  private let channel: MessageChannel
  private var printed = PrintedText()
  private var end: ProcessEnd?

  /// Starts a process that can map these descriptors of shared memory.
  init(_ isolation: Isolation, label: String, inputs: Int32 = -1, outputs: Int32 = -1) throws(PluginError) {
    do throws(SystemError) {
      child = try ChildProcess(
        isolation.program, [Isolation.argument, label], settings: ["OPENBLAS_NUM_THREADS": "1"],
        inputs: inputs, outputs: outputs)
    } catch {
      throw .cannotIsolate(step: "starting '\(isolation.program)'", reason: reason(ofError: error.code))
    }
    timeout = isolation.timeout
    channel = MessageChannel(child.channel)
    channel.neverWait()
  }

  deinit {
    channel.hangUp()
    if end == nil { child.waitForEnd(until: ContinuousClock().now + .seconds(timeout)) }
  }

  // MARK: - Asking

  /// Sends a request and waits for the answer.
  ///
  /// - Parameters:
  ///   - first: looks whether the answer comes soon by another way than the channel.
  ///   - isCancelled: asked at least ten times a second while the process works; once it says yes, the process has
  ///     `patience` left.
  ///   - receive: takes what the process says before it answers, and the lines that it prints.
  /// - Throws: how the process ended instead.
  func ask(
    _ request: PluginMessage, first: () -> Desk.Answer? = { nil }, isCancelled: () -> Bool = { false },
    receive: (PluginMessage) -> Void = { _ in }
  ) throws(ProcessEnd) -> PluginMessage {
    if let end { throw end }
    try takeLeftovers(receive)
    var deadline = ContinuousClock().now + .seconds(timeout)
    let isSent = channel.send(request) {
      self.child.wait(for: POLLOUT, until: deadline) && !self.child.hasEnded
    }
    guard isSent else { throw conclude(deadline, receive) }
    if let answer = first(), answer != .inChannel {
      readPrinted(receive)
      return PluginMessage(.done, answer == .uniform ? PluginError.uniform : 0, "")
    }
    while child.wait(until: deadline) {
      if isCancelled() { deadline = min(deadline, ContinuousClock().now + Self.patience) }
      if child.hasPrinted { readPrinted(receive) }
      let arrival = channel.receive()
      while let message = try next() {
        if message.kind.isAnswer { return message }
        receive(message)
      }
      // Whoever has ended may have answered first.
      if arrival == .end || arrival == .nothingYet && child.hasEnded && channel.isEmpty { break }
    }
    throw conclude(deadline, receive)
  }

  /// Passes on what was said since the last answer; an answer to nothing is none.
  private func takeLeftovers(_ receive: (PluginMessage) -> Void) throws(ProcessEnd) {
    _ = channel.receive()
    while let message = try next() {
      if message.kind.isAnswer { throw giveUp() }
      receive(message)
    }
  }

  /// What the process printed last, for a message on what it did.
  var lastWords: String? {
    readPrinted { _ in }
    return printed.tail
  }

  /// Ends a process that has answered what is no answer.
  func giveUp() -> ProcessEnd {
    child.end()
    end = .nonsense
    return .nonsense
  }

  private func next() throws(ProcessEnd) -> PluginMessage? {
    do throws(ProcessEnd) {
      guard let message = try channel.next() else { return nil }
      if message.kind.isFromPlugin { return message }
    } catch { throw giveUp() }
    throw giveUp()
  }

  /// Reads what the process has printed, and passes whole lines on.
  private func readPrinted(_ receive: (PluginMessage) -> Void) {
    printed.isClosed = !child.readPrinted { printed.add($0) }
    for line in printed.takeLines() { receive(PluginMessage(.printed, Array(line.utf8))) }
  }

  /// Ends the process after it has failed to answer, and says how it came to that.
  private func conclude(
    _ deadline: ContinuousClock.Instant, _ receive: (PluginMessage) -> Void
  ) -> ProcessEnd {
    let isLate = ContinuousClock().now >= deadline
    // Who closes the channel usually is about to end.
    if !isLate { child.waitForEnd(until: min(deadline, ContinuousClock().now + .milliseconds(500))) }
    let endedByItself = child.hasEnded
    let status = child.end()
    readPrinted(receive)
    let end = endedByItself ? ProcessEnd(status: status) : isLate ? .timeout(timeout) : .nonsense
    self.end = end
    return end
  }
}

extension MessageChannel {
  /// Tells the other side that nothing more will come.
  func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
