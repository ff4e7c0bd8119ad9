internal import CIsolation
internal import Glibc
internal import Synchronization

/// The user's wish that the run ends: Ctrl-C, or the signals TERM and USR1.
public enum Interruption {
  private static let requested = Atomic<Bool>(false)
  /// Whether there is nothing yet that could be lost.
  private static let endsAtOnce = Atomic<Bool>(false)
  /// When the first signal came, in nanoseconds; 0 before.
  private static let first = Atomic<Int>(0)

  /// Whether the user wants the run to end soon.
  public static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// From now on the first of these signals is a request, and a second one ends the process at once, with the status
  /// of an interrupted run.
  ///
  /// Signals within a tenth of a second are one: `timeout` sends its signal to the process, then to its group.
  ///
  /// - Parameter endsAtOnce: whether the first one, too, ends the process, until `beginWork` is called.
  public static func listen(endsAtOnce: Bool = false) {
    requested.store(false, ordering: .relaxed)  // also initialises what the handler touches
    self.endsAtOnce.store(endsAtOnce, ordering: .relaxed)
    first.store(0, ordering: .relaxed)
    // Whoever started this process may have blocked them.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    let numbers = [SIGINT, SIGTERM, SIGUSR1]
    for number in numbers { unsafe sigaddset(&signals, number) }
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for number in numbers { signal(number) { _ in Interruption.receive() } }
  }

  /// From now on the end of the process `starter`, which must have started this one, is such a signal, too.
  public static func follow(_ starter: Int) { _ = ci_interrupt_with_starter(Int32(clamping: starter)) }

  /// From now on the first signal is a request, whose answer is up to the run.
  static func beginWork() { endsAtOnce.store(false, ordering: .relaxed) }

  /// What a signal does, with calls only that may be made there.
  private static func receive() {
    if endsAtOnce.load(ordering: .relaxed) {
      end("brhost: interrupted before the first step; nothing has changed\n")
    }
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    let time = Int(now.tv_sec) * 1_000_000_000 + Int(now.tv_nsec)
    let (isFirst, then) = first.compareExchange(expected: 0, desired: time, ordering: .relaxed)
    if !isFirst, time - then > 100_000_000 { end("brhost: ended at once\n") }
    requested.store(true, ordering: .relaxed)
  }

  private static func end(_ message: StaticString) -> Never {
    _ = unsafe write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
    _exit(ExitStatus.interrupted.rawValue)
  }
}
