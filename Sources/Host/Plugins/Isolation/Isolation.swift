internal import Foundation

/// How plugins run in processes of their own: what becomes of them there cannot hurt this one.
public struct Isolation: Sendable, Equatable {
  /// The program that serves as the process: this one, unless a test says otherwise.
  public var program = "/proc/self/exe"
  /// How long a call may take, in seconds.
  public var timeout = Self.defaultTimeout
  /// Whether the process can open no file for writing and no connection.
  public var isLockedDown = false
  /// Threads for `parallel_for`; results do not depend on it.
  public var threads = 1

  /// Ten seconds.
  public static let defaultTimeout = 10.0

  /// The defaults.
  public init() {}

  /// The first argument of a process that serves plugins.
  public static let argument = "isolated-plugin"

  /// Whether this machine's kernel can lock such processes down.
  public static var canLockDown: Bool { kernelCanLockDown() }
}

/// Which plugins run in processes of their own, and how. Results do not depend on it.
public struct IsolationOptions: Sendable, Equatable {
  /// The plugins that do.
  public enum Choice: String, Sendable, CaseIterable {
    /// Bare functions: a wrong signature is memory corruption.
    case bareFunctions
    case all
    case none
  }

  /// The plugins that do.
  public var choice = Choice.bareFunctions
  /// How.
  public var process = Isolation()

  /// The defaults.
  public init() {}

  /// Where libraries run code to say what they are.
  var access: ManifestAccess { choice == .all ? .isolated(process) : .here }

  /// Whether a strategy runs isolated.
  func isolates(_ strategy: StrategyManifest) -> Bool {
    switch choice {
    case .bareFunctions: strategy.bareFunction != nil
    case .all: true
    case .none: false
    }
  }

  /// Where a strategy's code runs that is shown these tensors, with threads for `parallel_for`.
  func placement(of strategy: StrategyManifest, _ tensors: StepTensors, threads: Int) -> StrategyPlacement {
    guard isolates(strategy) else { return .here }
    var process = process
    process.threads = threads
    return .isolated(process, tensors)
  }
}

/// How the process of a plugin ended before its time.
public enum ProcessEnd: Error, Equatable {
  case signal(Int32)
  case exit(Int32)
  /// It did not answer within so many seconds, and was killed.
  case timeout(Double)
  /// It answered something that is no answer, and was killed.
  case nonsense

  /// The end that `waitpid` tells.
  init(status: Int32) {
    let signal = status & 0x7F
    self = signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal)
  }
}

extension ProcessEnd: CustomStringConvertible {
  /// What the process did, to follow its name: "ended by signal 11 (SIGSEGV: invalid memory access)".
  public var description: String {
    switch self {
    case .signal(let number): "ended by signal \(number)" + (Self.meanings[number].map { " (\($0))" } ?? "")
    case .exit(let status): "ended its process with exit status \(status)"
    case .timeout(let seconds): "did not return within \(shortest(seconds)) s, and was killed"
    case .nonsense: "broke the connection to its process, which was killed"
    }
  }

  private static let meanings: [Int32: String] = [
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL: a trap, or an instruction that this processor lacks",
    5: "SIGTRAP: a trap", 6: "SIGABRT: it aborted, or its memory is corrupt",
    7: "SIGBUS: invalid memory access",
    8: "SIGFPE: an integer division by zero, or the like",
    9: "SIGKILL: perhaps for want of memory; the system's log tells", 11: "SIGSEGV: invalid memory access",
    13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 24: "SIGXCPU: its limit of processor time",
    25: "SIGXFSZ: its limit of file size", 31: "SIGSYS: a system call that is not permitted",
  ]
}
