internal import Glibc
package import Host

/// Standard output and standard error: whole writes, and no signal where the reader has gone.
package enum Terminal {
  /// Takes the places of standard streams that are closed, so that no file that is opened later gets their output.
  ///
  /// The places are read-only: what is written to standard output is still refused.
  static func occupyClosedStreams() {
    var descriptor: Int32
    repeat { descriptor = unsafe open("/dev/null", O_RDONLY) } while (0..<3).contains(descriptor)
    if descriptor >= 0 { close(descriptor) }
  }

  /// Makes writes to a closed pipe or beyond a limit of file size errors to look at instead of the process's end.
  static func ignoreWriteSignals() { for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) } }

  /// Writes `text` to standard output; quietly drops it where nobody reads any more.
  static func print(_ text: String) throws(TerminalError) {
    let error = write(text, to: STDOUT_FILENO)
    if error != 0, error != EPIPE { throw .cannotWrite(reason: unsafe String(cString: strerror(error))) }
  }

  /// Writes `text` to standard error, as far as that can be written to.
  static func note(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  /// Writes a message to standard error under the program's name. Control characters, which a file or a plugin may
  /// have brought into it, do not reach the terminal.
  static func say(_ message: String) {
    note("brhost: \(harmless(message.unicodeScalars, keepingLines: true))\n")
  }

  /// Whether standard error is a terminal that can redraw a line.
  static var canRedraw: Bool {
    isatty(STDERR_FILENO) == 1 && environment("TERM").map { $0 != "dumb" && !$0.isEmpty } ?? false
  }

  /// The width of the terminal at standard error, else the variable `COLUMNS`, else 80.
  static var width: Int {
    var size = winsize()
    if unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return environment("COLUMNS").flatMap { Int($0) }.map { max(20, $0) } ?? 80
  }

  /// The height of the terminal at standard error, else 24.
  static var height: Int {
    var size = winsize()
    return unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 0
      ? Int(size.ws_row) : 24
  }

  private static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// The error number of the first write that failed, or 0.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      var written = 0
      while written < bytes.count {
        let rest = unsafe UnsafeBufferPointer(rebasing: bytes[written...])
        let count = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EAGAIN {
          // Whoever started this process set the stream so; others may rely on it.
          var event = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = unsafe poll(&event, 1, -1)
        } else if count < 0, errno != EINTR {
          return errno
        }
        written += max(0, count)
      }
      return 0
    }
  }
}

/// Why an answer could not be printed.
package enum TerminalError: Failure, Equatable {
  case cannotWrite(reason: String)

  package var status: ExitStatus { .failedRun }
  package var problem: String {
    switch self {
    case .cannotWrite(let reason): "cannot write to standard output: \(reason)"
    }
  }
  package var remedy: String { "another target, or make room on that disk." }
}
