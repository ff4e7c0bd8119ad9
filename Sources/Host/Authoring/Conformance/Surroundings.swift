internal import Foundation
internal import Glibc

/// What of the process a plugin has to leave as it is, at one moment.
struct Surroundings: Equatable {
  /// Each part by its name, in words that tell two states apart.
  private let parts: [String: String]

  /// The process now, on this thread.
  static func now() -> Surroundings {
    var parts = [
      "the rounding of floating-point numbers": String(fegetround()),
      "the flushing of denormal numbers": flushesDenormals ? "on" : "off",
      "the locale": unsafe setlocale(LC_ALL, nil).map { unsafe String(cString: $0) } ?? "",
      "the working directory": FileManager.default.currentDirectoryPath,
      "the file mode mask": fileModeMask,
      "the environment": ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }.sorted().joined(),
      "the number of threads": String(entries("/proc/self/task").count),
      "the open files": entries("/proc/self/fd").sorted().joined(separator: ","),
      "the blocked signals": blockedSignals,
      "the child processes": entries("/proc/self/task/\(getpid())/children").joined(),
    ]
    for number in Int32(1)...31 where number != SIGKILL && number != SIGSTOP {
      parts["the handler of signal \(number) (\(signalName(number)))"] = handler(of: number)
    }
    return Surroundings(parts: parts)
  }

  /// The names of the parts that differ.
  func changes(since earlier: Surroundings) -> [String] {
    parts.keys.filter { parts[$0] != earlier.parts[$0] }.sorted()
  }

  // MARK: - The parts

  /// Whether the smallest numbers are taken for zero, as -ffast-math makes a process do.
  private static var flushesDenormals: Bool {
    let one = Float(getpid()) / Float(getpid())  // a number that the compiler does not know
    return Float.leastNormalMagnitude * (one / 2) == 0
  }

  private static var fileModeMask: String {
    let mask = umask(0)
    umask(mask)
    return String(mask)
  }

  private static var blockedSignals: String {
    var signals = sigset_t()
    unsafe pthread_sigmask(SIG_BLOCK, nil, &signals)
    return (Int32(1)...64).filter { unsafe sigismember(&signals, $0) == 1 }.map { String($0) }.joined(
      separator: ",")
  }

  private static func handler(of number: Int32) -> String {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return "" }
    return unsafe withUnsafeBytes(of: action.__sigaction_handler) {
      unsafe $0.map { String($0) }.joined(separator: ".")
    }
  }

  private static func entries(_ folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }
}

/// A signal's name in words, such as "Segmentation fault".
func signalName(_ number: Int32) -> String {
  unsafe strsignal(number).map { unsafe String(cString: $0) } ?? "unknown"
}

/// Standard output in a file of its own while `body` runs; gives the text that was written there.
func capturingStandardOutput(_ body: () throws -> Void) throws -> String {
  guard let file = unsafe tmpfile() else {
    throw Fault("no temporary file can be made", try: "make room in /tmp.")
  }
  defer { unsafe fclose(file) }
  fflush(nil)
  let kept = dup(STDOUT_FILENO)
  unsafe dup2(fileno(file), STDOUT_FILENO)
  defer {
    dup2(kept, STDOUT_FILENO)
    close(kept)
  }
  try body()
  fflush(nil)
  var bytes = [UInt8](repeating: 0, count: 256)
  let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(fileno(file), $0.baseAddress, $0.count, 0) }
  return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
}

/// The bytes of memory that this process uses.
func residentBytes() -> Int {
  let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
  return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
    * sysconf(Int32(_SC_PAGESIZE))
}
