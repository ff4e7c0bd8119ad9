/// Reads manifests, embedded and sidecar: every complaint carries the key's path, one of syntax the line.
package struct ManifestReader {
  /// The file that complaints name.
  let file: String
  private var notes: [String] = []

  private static let mostStrategies = 256
  private static let mostParameters = 128
  private static let mostValues = 256

  /// Reads the manifest of `file` from its JSON.
  package static func read(
    _ bytes: [UInt8], file: String
  ) throws(PluginError) -> PluginManifest {
    let json: JSON
    do { json = try JSON(parsing: bytes) } catch { throw .badJSON(file: file, error) }
    var reader = ManifestReader(file: file)
    return try reader.manifest(ManifestNode(json: json, path: "", file: file))
  }

  private init(file: String) { self.file = file }

  private mutating func manifest(_ root: ManifestNode) throws(PluginError) -> PluginManifest {
    var keys = try root.object()
    let major = try keys.required("brhost")
    guard try major.integer(in: nil, nil) == Int64(hostMajor) else {
      throw major.refused(expected: "\(hostMajor), the plugin ABI of this brhost")
    }
    let needed = try keys.optional("needs_minor")?.integer(in: 0, 1_000_000) ?? 0
    guard needed <= Int64(hostMinor) else {
      throw .needsNewerHost(
        file: file, needed: "\(hostMajor).\(needed)", offered: "\(hostMajor).\(hostMinor)")
    }
    let list = try keys.required("strategies")
    let nodes = try list.array(in: 1...Self.mostStrategies)
    note(keys)

    var strategies: [StrategyManifest] = []
    for node in nodes {
      let strategy = try self.strategy(node)
      if strategies.contains(where: { $0.id == strategy.id }) {
        throw node.member("id").refused(expected: "an id of its own", found: "\"\(strategy.id)\" again")
      }
      strategies.append(strategy)
    }
    return PluginManifest(neededMinor: Int(needed), strategies: strategies, notes: notes)
  }

  private mutating func strategy(_ node: ManifestNode) throws(PluginError) -> StrategyManifest {
    var keys = try node.object()
    let id = try keys.required("id").name(hyphen: "-")
    let version = try keys.required("version").text(1...64)
    let name = try keys.required("name").text(1...200)
    let summary = try keys.required("summary").text(1...2000)
    let cite = try keys.optional("cite")?.text(0...2000)
    let inputs = try self.inputs(keys.required("inputs"))
    let outputs = try self.outputs(keys.required("outputs"))
    let parameters = try self.parameters(keys.optional("params"))
    let isDeterministic = try keys.optional("deterministic")?.bool() ?? false
    let isEquivariant = try keys.optional("equivariant")?.bool() ?? false
    let hasState = try keys.optional("state")?.bool() ?? false
    let bareFunction = try BareFunctionReader(
      inputs: inputs, outputs: outputs, parameters: parameters, hasState: hasState
    ).read(node, &keys)
    note(keys)
    return StrategyManifest(
      id: id, version: version, name: name, summary: summary, cite: cite, inputs: inputs, outputs: outputs,
      parameters: parameters, isDeterministic: isDeterministic, isEquivariant: isEquivariant,
      hasState: hasState, bareFunction: bareFunction)
  }

  // MARK: - Inputs and outputs

  private mutating func inputs(_ node: ManifestNode) throws(PluginError) -> [StrategyManifest.Input] {
    var inputs: [StrategyManifest.Input] = []
    for element in try node.array(in: 0...StrategyInput.allCases.count) {
      var keys = try element.object()
      let name = try keys.required("name")
      let input: StrategyInput = try name.registered("input")
      let isOptional = try keys.optional("optional")?.bool() ?? false
      note(keys)
      if inputs.contains(where: { $0.name == input }) {
        throw name.refused(expected: "each input once", found: "\"\(input.rawValue)\" again")
      }
      inputs.append(StrategyManifest.Input(name: input, isOptional: isOptional))
    }
    return inputs
  }

  private func outputs(_ node: ManifestNode) throws(PluginError) -> [StrategyOutput] {
    var outputs: [StrategyOutput] = []
    for element in try node.array(in: 1...StrategyOutput.allCases.count) {
      let output: StrategyOutput = try element.registered("output")
      if outputs.contains(output) {
        throw element.refused(expected: "each output once", found: "\"\(output.rawValue)\" again")
      }
      outputs.append(output)
    }
    let permitted: [Set<StrategyOutput>] = [[.weight], [.weight, .score], [.loss, .logitGradient]]
    guard permitted.contains(Set(outputs)) else {
      throw node.refused(
        expected: "weight; weight and score; or loss and logit_gradient",
        found: outputs.map(\.rawValue).joined(separator: ", "))
    }
    return outputs
  }

  // MARK: - Parameters

  private mutating func parameters(_ node: ManifestNode?) throws(PluginError) -> [StrategyParameter] {
    guard let node else { return [] }
    var parameters: [StrategyParameter] = []
    for element in try node.array(in: 0...Self.mostParameters) {
      let parameter = try self.parameter(element)
      if parameters.contains(where: { $0.name == parameter.name }) {
        throw element.member("name").refused(
          expected: "a name of its own", found: "\"\(parameter.name)\" again")
      }
      parameters.append(parameter)
    }
    return parameters
  }

  private mutating func parameter(_ node: ManifestNode) throws(PluginError) -> StrategyParameter {
    var keys = try node.object()
    let name = try keys.required("name").name(hyphen: "_")
    let type = try keys.required("type")
    let byDefault = try keys.required("default")
    let help = try keys.optional("help")?.text(0...2000)
    let kind: StrategyParameter.Kind
    switch try type.text(1...64) {
    case "float":
      let min = try keys.optional("min")?.number()
      let max = try keys.optional("max")?.number()
      if let min, let max, min > max {
        throw node.member("max").refused(expected: "at least \(shortest(min))")
      }
      kind = .float(default: try byDefault.number(), min: min, max: max)
    case "int":
      let min = try keys.optional("min")?.integer(in: nil, nil)
      let max = try keys.optional("max")?.integer(in: nil, nil)
      if let min, let max, min > max { throw node.member("max").refused(expected: "at least \(min)") }
      kind = .int(default: try byDefault.integer(in: nil, nil), min: min, max: max)
    case "bool":
      kind = .bool(default: try byDefault.bool())
    case "enum":
      let list = try keys.required("values")
      var values: [String] = []
      for element in try list.array(in: 1...Self.mostValues) {
        let text = try element.text(1...200)
        if values.contains(text) {
          throw element.refused(expected: "each value once", found: "\"\(text)\" again")
        }
        values.append(text)
      }
      kind = .enumeration(default: try byDefault.text(1...200), values: values)
    case "string":
      kind = .string(default: try byDefault.text(0...4000))
    default:
      throw type.refused(expected: "float, int, bool, enum or string")
    }
    note(keys)
    let parameter = StrategyParameter(name: name, kind: kind, help: help)
    guard parameter.value(of: parameter.defaultValue.description) != nil else {
      throw byDefault.refused(expected: parameter.expectation)
    }
    return parameter
  }

  /// Notes the keys that nobody asked for.
  private mutating func note(_ keys: ManifestObject) {
    for key in keys.unread where notes.count < 32 {
      notes.append("\(file): \(key) is not a key of ABI \(hostMajor).\(hostMinor); ignored")
    }
  }
}
