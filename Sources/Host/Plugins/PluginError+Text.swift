extension PluginError {
  /// What happened; one line, and the plugin's own text where it gave one.
  public var problem: String {
    switch self {
    case .notFound(let name, let folders, _):
      "no strategy '\(name)' in \(folders.isEmpty ? "any folder" : folders.joined(separator: ", "))"
    case .noSuchFile(let path): "no plugin file '\(path)'"
    case .unreadable(let error): error.problem
    case .notALibrary(let path, let expected, let found):
      "'\(path)' cannot be a plugin: expected \(expected), found \(found)"
    case .missingSymbols(let path, let symbols):
      "'\(path)' is not a plugin for ABI \(hostMajor): it does not export \(symbols.joined(separator: " and "))"
    case .cannotOpen(let path, let reason): "cannot open plugin '\(path)': \(reason)"
    case .severalStrategies(let path, let ids):
      "'\(path)' holds several strategies: \(ids.joined(separator: ", "))"
    case .noSuchStrategy(let path, let id, let known):
      "'\(path)' holds no strategy '\(id)', only \(known.joined(separator: ", "))"
    case .notASidecar(let path, let id):
      "'\(path)' does not say which function the strategy '\(id)' is"
    case .embeddedBareFunction(let path, let id):
      "'\(path)' describes its strategy '\(id)' as a plain function, which only a sidecar file can"
    case .noSuchFunction(let path, let symbol, _): "'\(path)' has no function '\(symbol)'"
    case .wrongRole(let id, let role, let wanted):
      "'\(id)' is \(article(role)), where \(article(wanted)) is needed"
    case .noManifest(let path, let found):
      "'\(path)': br_manifest_v1 returned \(found), expected JSON of at most 1 MiB"
    case .badJSON(let file, let error): "manifest of '\(file)', \(error)"
    case .badManifest(let file, let key, let expected, let found):
      "manifest of '\(file)', \(key): expected \(expected), found \(found)"
    case .unknownName(let file, let key, let kind, let name, _):
      "manifest of '\(file)', \(key): there is no \(kind) '\(name)'"
    case .needsNewerHost(let file, let needed, let offered):
      "'\(file)' needs plugin ABI \(needed); this brhost offers \(offered)"
    case .noTable(let path, let id):
      "'\(path)': br_strategy_v1(\"\(id)\") returned NULL, though the manifest names '\(id)'"
    case .incompleteTable(let path, let id, let function, let size):
      "'\(path)': the table of '\(id)' (struct_size \(size)) lacks the function '\(function)'"
    case .notASetting(let strategy, let text):
      "'\(text)' does not set a parameter of '\(strategy)': expected NAME=VALUE"
    case .unknownParameter(let strategy, let name, _): "strategy '\(strategy)' has no parameter '\(name)'"
    case .repeatedParameter(let strategy, let name): "parameter '\(name)' of '\(strategy)' is set twice"
    case .badParameter(let strategy, let name, let value, let expected, _):
      "parameter '\(name)' of '\(strategy)' is '\(value)', expected \(expected)"
    case .unavailableInput(let strategy, let input):
      "strategy '\(strategy)' needs the input '\(input.rawValue)', which this run does not compute"
    case .failed(let strategy, let call, let code, let text):
      "strategy '\(strategy)' failed in \(call): " + (text ?? meaning(of: code))
    case .badOutput(let strategy, let output, let fault, let step):
      "strategy '\(strategy)', step \(step): " + sentence(fault, output)
    case .badState(let strategy, let reason): "saved state of '\(strategy)': \(reason)"
    case .cannotIsolate(let step, let reason): "no process of its own for the plugin: \(step): \(reason)"
    case .cannotLockDown(let reason): "this kernel can't lock the plugin's process down: \(reason)"
    case .ended(let plugin, _, let call, let end, let words):
      "plugin '\(plugin)' \(end), in \(call)" + (words.map { "; the last that it printed:\n\($0)" } ?? "")
    case .relayed(let problem, _, _): problem
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .notFound(let name, _, let known):
      if name.hasSuffix(".so") || name.contains(".so:") {
        "'./\(name)' for a file of this folder: a path needs a slash."
      } else if let meant = nearest(to: name, in: known) {
        "'\(meant)', or 'brhost plugin list' for all."
      } else {
        "'brhost plugin list', a path such as './\(name).so', or add its folder to BRHOST_PLUGIN_PATH."
      }
    case .noSuchFile: "check the path; 'brhost plugin list' names what is found."
    case .unreadable(let error): error.remedy
    case .notALibrary: "build it as a shared object for this machine (cc -shared -fPIC)."
    case .missingSymbols:
      "export br_manifest_v1 and br_strategy_v1 (extern \"C\" in C++), declared in brhost_plugin.h."
    case .cannotOpen(let path, _):
      "'ldd -r \(path)' shows what is missing; a plugin imports nothing from the host."
    case .severalStrategies(let path, let ids): "\(path):\(ids.first ?? "ID")"
    case .noSuchStrategy(let path, let id, let known):
      "\(path):\(nearest(to: id, in: known) ?? known.first ?? "ID")"
    case .notASidecar: "\"library\", \"symbol\" and \"call\" in its entry, or the path of the library itself."
    case .embeddedBareFunction: "the manifest in a file NAME.brhost.json beside the library."
    case .noSuchFunction(let path, let symbol, let known):
      nearest(to: symbol, in: known).map { "\"\($0)\", which it has." }
        ?? "'nm -D \(path)' lists what it has."
    case .wrongRole(let id, let role, _):
      role == .objective
        ? "--objective \(id); as a method of 'compare', erm+objective=\(id)." : "--strategy \(id)"
    case .noManifest: "return a static string of JSON."
    case .badJSON: "correct the JSON that br_manifest_v1 returns."
    case .badManifest: "correct the manifest; its schema is in brhost_plugin.h."
    case .unknownName(_, _, let kind, let name, let known):
      if let meant = nearest(to: name, in: known) {
        "\"\(meant)\""
      } else {
        "one of the \(kind)s \(known.joined(separator: ", "))."
      }
    case .needsNewerHost: "update brhost, or rebuild the plugin without the newer feature."
    case .noTable: "let br_strategy_v1 return a table for every id in the manifest."
    case .incompleteTable: "set the function, and struct_size to sizeof(br_strategy)."
    case .notASetting: "--set NAME=VALUE"
    case .unknownParameter(let strategy, let name, let known):
      if known.isEmpty {
        "without --set: '\(strategy)' has no parameters."
      } else if let meant = nearest(to: name, in: known) {
        "--set \(meant)=VALUE (it has \(known.joined(separator: ", "))); 'brhost plugin info \(strategy)'."
      } else {
        "one of \(known.joined(separator: ", ")); 'brhost plugin info \(strategy)' explains them."
      }
    case .repeatedParameter(_, let name): "--set \(name)=VALUE only once."
    case .badParameter(_, let name, _, _, let byDefault): "--set \(name)=\(byDefault), its default."
    case .unavailableInput(_, let input):
      input == .metaAlignment
        ? "set samples aside for it, or choose a strategy that does without it."
        : "another --gradient-source (network keeps no gradient rows), or another strategy."
    case .failed(let strategy, let call, _, _):
      call == .create
        ? "'brhost plugin info \(strategy)' shows its parameters and their ranges."
        : "look into the plugin; its log stands above and, after the first step, in metrics.jsonl."
    case .badOutput(_, _, let fault, _): advice(fault)
    case .badState: "the state of the same strategy and version, or a fresh start."
    case .cannotIsolate: "'brhost doctor', or '--no-isolate' to run the plugin in this process."
    case .cannotLockDown: "'--isolate' without '--lock-down'."
    case .ended(_, let path, let call, .timeout, _) where call != .open:
      "a larger '--plugin-timeout' if it is slow; 'brhost plugin check \(path)' if it hangs."
    case .ended(_, let path, _, _, _): "'brhost plugin check \(path)', which tries such cases one by one."
    case .relayed(_, let remedy, _): remedy
    }
  }

  /// Usage for what the command line got wrong, bad data for a bad file, else a failed run.
  public var status: ExitStatus {
    switch self {
    case .notFound, .noSuchFile, .severalStrategies, .noSuchStrategy, .wrongRole, .notASetting,
      .unknownParameter, .repeatedParameter, .badParameter, .unavailableInput:
      .usage
    case .unreadable, .notALibrary, .missingSymbols, .cannotOpen, .notASidecar, .embeddedBareFunction,
      .noSuchFunction, .noManifest, .badJSON,
      .badManifest, .unknownName, .needsNewerHost, .noTable, .incompleteTable, .badState:
      .badData
    case .ended(_, _, .open, _, _): .badData
    case .failed, .badOutput, .cannotIsolate, .cannotLockDown, .ended: .failedRun
    case .relayed(_, _, let status): status
    }
  }
}

// MARK: - Phrases

private func article(_ role: StrategyRole) -> String {
  role == .objective ? "an objective (a loss of its own)" : "a weighting"
}

private func meaning(of code: Int32) -> String {
  switch code {
  case -1: "an argument is not acceptable (status -1, no text given)"
  case -2: "something it needs is not supported (status -2, no text given)"
  case -3: "numeric trouble (status -3, no text given)"
  case -4: "saved state is missing or damaged (status -4, no text given)"
  case -5: "internal error (status -5, no text given)"
  default: "it returned \(code), which is no status of the ABI"
  }
}

private func sentence(_ fault: OutputFault, _ output: StrategyOutput) -> String {
  switch fault {
  case .unwritten(let sample): "it left the \(output.rawValue) of sample \(sample) unwritten"
  case .notFinite(let sample, let value):
    "it gave sample \(sample) the \(output.rawValue) \(value), expected a finite number"
  case .negative(let sample, let value):
    "it gave sample \(sample) the \(output.rawValue) \(value), expected at least 0"
  case .sumIsZero: "all its weights are 0, expected a positive sum"
  case .uniformObjective: "it asked for uniform weights, which only a weighting may do"
  }
}

private func advice(_ fault: OutputFault) -> String {
  switch fault {
  case .unwritten: "write every element of every output, for the whole batch."
  case .notFinite: "look for a division by zero, a logarithm of zero or an overflow."
  case .negative: "clip weights at zero."
  case .sumIsZero: "return BR_UNIFORM where no sample should count."
  case .uniformObjective: "fill loss and logit_gradient, or return a failure."
  }
}
