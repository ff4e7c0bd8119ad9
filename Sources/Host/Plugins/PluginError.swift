internal import PluginABI

/// Why a plugin could not be found, opened, read, configured or run, and what to do about it.
public enum PluginError: Failure, Equatable {
  // Finding and opening.
  case notFound(name: String, folders: [String], known: [String])
  case noSuchFile(path: String)
  case unreadable(FileError)
  case notALibrary(path: String, expected: String, found: String)
  case missingSymbols(path: String, symbols: [String])
  case cannotOpen(path: String, reason: String)
  case severalStrategies(path: String, ids: [String])
  case noSuchStrategy(path: String, id: String, known: [String])
  case notASidecar(path: String, id: String)
  case embeddedBareFunction(path: String, id: String)
  case noSuchFunction(path: String, symbol: String, known: [String])
  case wrongRole(id: String, role: StrategyRole, wanted: StrategyRole)

  // Reading the manifest and the table.
  case noManifest(path: String, found: String)
  case badJSON(file: String, JSONSyntaxError)
  case badManifest(file: String, key: String, expected: String, found: String)
  case unknownName(file: String, key: String, kind: String, name: String, known: [String])
  case needsNewerHost(file: String, needed: String, offered: String)
  case noTable(path: String, id: String)
  case incompleteTable(path: String, id: String, function: String, size: Int)

  // Settings.
  case notASetting(strategy: String, text: String)
  case unknownParameter(strategy: String, name: String, known: [String])
  case repeatedParameter(strategy: String, name: String)
  case badParameter(strategy: String, name: String, value: String, expected: String, byDefault: String)
  case unavailableInput(strategy: String, input: StrategyInput)

  // Running.
  case failed(strategy: String, call: PluginCall, code: Int32, text: String?)
  case badOutput(strategy: String, output: StrategyOutput, fault: OutputFault, step: Int)
  case badState(strategy: String, reason: String)

  // Running in a process of its own.
  case cannotIsolate(step: String, reason: String)
  case cannotLockDown(reason: String)
  case ended(plugin: String, path: String, call: PluginCall, end: ProcessEnd, lastWords: String?)
  case relayed(problem: String, remedy: String, status: ExitStatus)
}

extension PluginError {
  /// The status by which a step asks for uniform weights.
  static let uniform = Int64(BR_UNIFORM)

  /// Whether the plugin's process has gone.
  var hasEnded: Bool { if case .ended = self { true } else { false } }

  /// Whether a plugin that was told to return soon may have caused it by doing so, with any status, or too late.
  var mayFollowCancellation: Bool {
    switch self {
    case .failed, .ended: true
    default: false
    }
  }

  /// Turns the status of a call into an error, with the plugin's own text; true where it asks for uniform weights.
  static func check(
    _ code: Int32, _ text: String?, of strategy: String, in call: PluginCall
  ) throws(PluginError) -> Bool {
    if code == BR_OK { return false }
    if code == BR_UNIFORM, case .step = call { return true }
    throw .failed(strategy: strategy, call: call, code: code, text: text)
  }
}

/// A call into a plugin, as messages name it.
public enum PluginCall: Sendable, Equatable, CustomStringConvertible {
  case open
  case create
  case step(Int)
  case save
  case load
  case destroy

  /// The call with its step: "step 12".
  public var description: String {
    switch self {
    case .open: "opening it"
    case .create: "create"
    case .step(let step): "step \(step)"
    case .save: "save"
    case .load: "load"
    case .destroy: "destroy"
    }
  }
}

/// What was wrong with an output.
public enum OutputFault: Sendable, Equatable {
  case unwritten(sample: Int64)
  case notFinite(sample: Int64, value: Float)
  case negative(sample: Int64, value: Float)
  case sumIsZero
  case uniformObjective
}
