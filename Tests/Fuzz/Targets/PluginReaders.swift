internal import Host

func checkManifest(_ bytes: [UInt8]) throws {
  let manifest = try ManifestReader.read(bytes, file: inputName)
  let strategies = manifest.strategies
  try promise(!strategies.isEmpty && Set(strategies.map(\.id)).count == strategies.count, "an id twice")
  try promise(manifest.notes.count <= 32, "\(manifest.notes.count) notes")
  try checkPlain(manifest.notes)
  for strategy in strategies {
    try checkPlain([strategy.id, strategy.version, strategy.name, strategy.summary, strategy.cite ?? ""])
    try promise(Set(strategy.inputs.map(\.name)).count == strategy.inputs.count, "an input twice")
    try promise(!strategy.outputs.isEmpty, "no output")
    let names = strategy.parameters.map(\.name)
    try promise(Set(names).count == names.count, "a parameter twice")
    for parameter in strategy.parameters {
      let value = parameter.defaultValue
      try promise(parameter.value(of: value.description) == value, "a default that \(parameter.name) refuses")
    }
    let settings = strategy.parameters.map { "\($0.name)=\($0.defaultValue)" }
    try promise(try strategy.values(settings) == strategy.values([]), "other values than the defaults")
    if let function = strategy.bareFunction { try checkFunction(function, of: strategy) }
  }
}

/// Every tensor and parameter is passed, and every parameter that is passed is there.
private func checkFunction(_ function: BareFunction, of strategy: StrategyManifest) throws(BrokenPromise) {
  var inputs: Set<StrategyInput> = []
  var outputs: Set<StrategyOutput> = []
  var parameters: Set<Int> = []
  for argument in function.arguments {
    switch argument {
    case .input(let input, _): inputs.insert(input)
    case .output(let output, _): outputs.insert(output)
    case .number(.parameter(let index), _, _): parameters.insert(index)
    case .number(.known, _, _): break
    }
  }
  try promise(inputs == Set(strategy.inputs.map(\.name)), "inputs that are not passed")
  try promise(outputs == Set(strategy.outputs), "outputs that are not passed")
  try promise(parameters == Set(strategy.parameters.indices), "parameters that are not passed")
  try checkPlain([function.declaration(strategy.parameters)])
}

func checkELF(_ bytes: [UInt8]) throws {
  // The corpus is of one architecture: its libraries shall be for any machine.
  var bytes = bytes
  if bytes.count > 19, bytes[18] == 62, bytes[19] == 0 { bytes[18] = UInt8(ELFFile.hostMachine) }
  let file = try ELFFile(parsing: bytes, path: inputName)
  for names in [file.exports, file.needs] {
    try promise(names?.allSatisfy { !$0.utf8.contains(0) } ?? true, "a name that goes on after its end")
  }
}

/// Messages one after the other, as a plugin's process sends them.
func checkMessages(_ bytes: [UInt8]) throws {
  var start = 0
  while let message = try PluginMessage(arrived: bytes, at: start) {
    let wire = message.encoded
    try promise(Array(bytes[start...].prefix(wire.count)) == wire, "a message that is written another way")
    start += wire.count
    switch message.kind {
    case .log, .metric, .done:
      if let (_, text) = message.numberAndText {
        try promise(
          text.allSatisfy { $0 == "\n" || $0.unicodeScalars.allSatisfy(isPlain) }, "controls in a log")
      }
    case .state: try _ = attempt { try checkSafeTensors(message.bytes) }
    case .manifest: try _ = attempt { try checkManifest(message.bytes) }
    case .refusal:
      if let error = PluginError(refusal: message.json) {
        try promise(error.problem.unicodeScalars.allSatisfy { $0 == "\n" || isPlain($0) }, "controls")
      }
    default: break
    }
  }
  try promise(start <= bytes.count, "messages that end after the bytes")
}

// MARK: - Text

func isPlain(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory != .control }

/// Texts that go to a terminal hold no control characters.
func checkPlain(_ texts: [String]) throws(BrokenPromise) {
  for text in texts {
    try promise(text.unicodeScalars.allSatisfy(isPlain), "a control character in \(text.debugDescription)")
  }
}
