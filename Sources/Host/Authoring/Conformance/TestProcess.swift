internal import Glibc

/// This program again, in a process and a process group of its own, with a deadline.
struct TestProcess {
  /// How the process ended.
  enum Ending: Equatable {
    case exit(Int32)
    case signal(Int32)
    /// It was ended at the deadline.
    case overdue
    /// It was ended because the user wants to end.
    case interrupted
  }

  let ending: Ending
  /// What was written to the descriptor `resultDescriptor`.
  let result: [UInt8]
  /// What was written to standard output and standard error, as far as it is kept.
  let output: [UInt8]

  /// Where the process finds a pipe for its result.
  static let resultDescriptor: Int32 = 3
  private static let limit = 1 << 20

  /// Runs `/proc/self/exe` with these arguments, and reaps it and what it started.
  static func run(
    _ arguments: [String], environment: [String: String], deadline: Duration,
    isInterrupted: () -> Bool = { Interruption.isRequested }
  ) throws(SystemError) -> TestProcess {
    let result = try Pipe()
    let output = try Pipe()
    let process = try spawn(
      arguments, environment, [(1, output.writing), (2, output.writing), (resultDescriptor, result.writing)])
    result.closeWriting()
    output.closeWriting()

    let clock = ContinuousClock()
    let end = clock.now + deadline
    var ending: Ending?
    while ending == nil {
      wait(for: [result, output])
      result.drain(upTo: limit)
      output.drain(upTo: limit)
      if isOver(process) {
        ending = reap(process)
      } else if isInterrupted() || clock.now >= end {
        ending = isInterrupted() ? .interrupted : .overdue
        _ = reap(process)
      }
    }
    result.drain(upTo: limit)
    output.drain(upTo: limit)
    return TestProcess(ending: ending ?? .overdue, result: result.bytes, output: output.bytes)
  }

  // MARK: - System calls

  private static func spawn(
    _ arguments: [String], _ environment: [String: String], _ places: [(Int32, Int32)]
  ) throws(SystemError) -> pid_t {
    var attributes = posix_spawnattr_t()
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawnattr_init(&attributes)
    unsafe posix_spawn_file_actions_init(&actions)
    defer {
      unsafe posix_spawnattr_destroy(&attributes)
      unsafe posix_spawn_file_actions_destroy(&actions)
    }
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for (place, descriptor) in places { unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, place) }

    let texts = (["brhost"] + arguments).map { CText($0) }
    let variables = environment.map { CText("\($0)=\($1)") }
    var words = unsafe texts.map { unsafe $0.start } + [nil]
    var settings = unsafe variables.map { unsafe $0.start } + [nil]
    var process: pid_t = 0
    let code = unsafe posix_spawn(&process, "/proc/self/exe", &actions, &attributes, &words, &settings)
    withExtendedLifetime((texts, variables)) {}
    if code != 0 { throw SystemError(code) }
    return process
  }

  /// Waits until there is something to read, or for a moment where there is not.
  private static func wait(for pipes: [Pipe]) {
    var open = pipes.filter { !$0.isAtEnd }.map { pollfd(fd: $0.reading, events: Int16(POLLIN), revents: 0) }
    _ = unsafe poll(&open, nfds_t(open.count), open.isEmpty ? 1 : 20)
  }

  /// Whether the process has ended; it stays to be reaped, so that its number stays its own.
  private static func isOver(_ process: pid_t) -> Bool {
    var information = unsafe siginfo_t()
    let code = unsafe waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT)
    return unsafe code != 0 || information.si_signo == SIGCHLD
  }

  /// Ends everything of the process group, and says how its first process ended.
  private static func reap(_ process: pid_t) -> Ending {
    kill(-process, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal)
  }
}

/// A pipe from another process, whose bytes are kept up to a limit.
private final class Pipe {
  let reading: Int32
  private(set) var writing: Int32
  private(set) var bytes: [UInt8] = []
  private(set) var isAtEnd = false

  init() throws(SystemError) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw .last }
    (reading, writing) = (ends[0], ends[1])
    for end in ends { setCloseOnExec(end) }
    makeNonblocking(reading)
  }

  deinit {
    close(reading)
    closeWriting()
  }

  func closeWriting() {
    if writing >= 0 { close(writing) }
    writing = -1
  }

  /// Takes what is there; beyond `limit` it is dropped.
  func drain(upTo limit: Int) {
    var piece = [UInt8](repeating: 0, count: 16_384)
    while !isAtEnd {
      let count = unsafe read(reading, &piece, piece.count)
      if count == 0 { isAtEnd = true }
      guard count > 0 else { return }
      bytes += piece.prefix(min(count, max(0, limit - bytes.count)))
    }
  }
}

func setCloseOnExec(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

private func makeNonblocking(_ descriptor: Int32) { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }

/// Writes all of `bytes` to an open descriptor, as far as somebody reads.
func write(_ bytes: [UInt8], toDescriptor descriptor: Int32) {
  var done = 0
  while done < bytes.count {
    let count = unsafe bytes[done...].withUnsafeBytes {
      unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
    }
    if count < 0, errno != EINTR { return }
    done += max(0, count)
  }
}

/// Leaves no core file where this process crashes, and ends it after so many seconds of computing.
func limitThisProcess(seconds: Int) {
  var none = rlimit(rlim_cur: 0, rlim_max: 0)
  _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
  var time = rlimit(rlim_cur: rlim_t(seconds), rlim_max: rlim_t(seconds))
  _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &time)
}
