internal import CIsolation
internal import Glibc

/// This program again, in a process of its own that runs one test of a check, with a deadline.
struct TestProcess {
  /// How the process ended; nil where the user wants to end.
  let end: ProcessEnd?
  /// What it sent, as far as it is kept.
  let result: [UInt8]
  /// What it wrote to standard output and standard error, as far as it is kept.
  let output: [UInt8]

  private static let limit = 1 << 20

  /// Runs this program with these arguments and these variables, and reaps it and what it started.
  static func run(
    _ arguments: [String], settings: [String: String], seconds: Double,
    isInterrupted: () -> Bool = { Interruption.isRequested }
  ) throws(SystemError) -> TestProcess {
    let child = try ChildProcess("/proc/self/exe", arguments, settings: settings)
    let channel = MessageChannel(child.channel)
    channel.neverWait()
    var result: [UInt8] = []
    var output: [UInt8] = []
    func read() {
      let bytes = channel.takeBytes()
      result += bytes.prefix(max(0, limit - result.count))
      _ = child.readPrinted { output += $0.prefix(max(0, limit - output.count)) }
    }
    let deadline = ContinuousClock().now + .seconds(seconds)
    while !child.hasEnded, !isInterrupted(), child.wait(until: deadline) { read() }
    let endedByItself = child.hasEnded
    let status = child.end()
    read()
    let end: ProcessEnd? =
      endedByItself ? ProcessEnd(status: status) : isInterrupted() ? nil : .timeout(seconds)
    return TestProcess(end: end, result: result, output: output)
  }
}

// MARK: - In the process

extension TestProcess {
  /// Makes this process one that a plugin may ruin, which does not outlive its parent by more than so many seconds;
  /// gives the stream to the parent. Nil where no parent has started it for that.
  static func settle(seconds: Double) -> MessageChannel? {
    guard ci_is_child() != 0 else { return nil }
    ci_settle()
    _ = ci_end_with_parent(seconds)
    return MessageChannel(CI_CHANNEL)
  }
}
