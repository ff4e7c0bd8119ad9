internal import Glibc
internal import Synchronization

/// The user's wish that the run ends: Ctrl-C, or the TERM signal.
public enum Interruption {
  private static let requested = Atomic<Bool>(false)

  /// Whether the user wants the run to end soon.
  public static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// From now on the first SIGINT or SIGTERM is a request, and a second one ends the process at once.
  public static func listen() {
    requested.store(false, ordering: .relaxed)  // also initialises what the handler touches
    // Whoever started this process may have blocked them.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { unsafe sigaddset(&signals, number) }
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interruption.requested.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }
}
