/// Reads the keys of a bare function, and refuses every signature that contradicts the rest of the manifest.
struct BareFunctionReader {
  let inputs: [StrategyManifest.Input]
  let outputs: [StrategyOutput]
  let parameters: [StrategyParameter]
  let hasState: Bool

  /// The bare function that a strategy's entry describes; nil where it has none of the keys.
  func read(_ node: ManifestNode, _ keys: inout ManifestObject) throws(PluginError) -> BareFunction? {
    let library = try keys.optional("library")?.text(1...4000)
    let symbol = try keys.optional("symbol")?.text(1...1000)
    let call = keys.optional("call")
    let returns = keys.optional("returns")
    switch (library, symbol, call) {
    case (nil, nil, nil):
      if let returns { throw returns.refused(expected: "no such key without \"call\"") }
      return nil
    case (let library?, let symbol?, let call?):
      if hasState { throw node.member("state").refused(expected: "false: a plain function has no state") }
      return BareFunction(
        library: library, symbol: symbol, arguments: try arguments(call),
        returnsStatus: try returns.map { node throws(PluginError) in try self.returnsStatus(node) } ?? false)
    case (nil, _, _): throw node.missing("library", expected: "a path beside \"symbol\" and \"call\"")
    case (_, nil, _):
      throw node.missing("symbol", expected: "a function's name beside \"library\" and \"call\"")
    case (_, _, nil): throw node.missing("call", expected: "the arguments beside \"library\" and \"symbol\"")
    }
  }

  private func returnsStatus(_ node: ManifestNode) throws(PluginError) -> Bool {
    switch try node.text(1...64) {
    case "void": return false
    case "status": return true
    default: throw node.refused(expected: "\"void\" or \"status\"")
    }
  }

  // MARK: - Arguments

  private func arguments(_ node: ManifestNode) throws(PluginError) -> [BareArgument] {
    var arguments: [BareArgument] = []
    for element in try node.array(in: 1...64) {
      let argument = try argument(element)
      if case .output(let name, _) = argument, arguments.contains(where: { $0.tensor == argument.tensor }) {
        throw element.refused(expected: "each output once", found: "\"\(name.rawValue)\" again")
      }
      arguments.append(argument)
    }
    try checkCompleteness(arguments, node)
    return arguments
  }

  private func argument(_ node: ManifestNode) throws(PluginError) -> BareArgument {
    let words = try node.text(1...200).split(separator: ":", omittingEmptySubsequences: false).map(
      String.init)
    switch words[0] {
    case "in":
      guard (2...3).contains(words.count), let input = inputs.first(where: { $0.name.rawValue == words[1] })
      else {
        throw node.refused(expected: "in:NAME or in:NAME:TYPE with an input of this strategy")
      }
      return .input(
        input.name, try type(words.count == 3 ? words[2] : nil, among: .holding(input.name.elementType), node)
      )
    case "out":
      guard (2...3).contains(words.count), let output = outputs.first(where: { $0.rawValue == words[1] })
      else {
        throw node.refused(expected: "out:NAME or out:NAME:TYPE with an output of this strategy")
      }
      return .output(output, try type(words.count == 3 ? words[2] : nil, among: .holding(.float32), node))
    case "param":
      guard words.count > 1, let index = parameters.firstIndex(where: { $0.name == words[1] }) else {
        throw node.refused(expected: "param:NAME:TYPE with a parameter of this strategy")
      }
      return try number(.parameter(index), parameters[index].bareTypes, Array(words.dropFirst(2)), node)
    default:
      guard let known = BareNumber.Known(rawValue: words[0]) else {
        let names = BareNumber.Known.allCases.map(\.rawValue).joined(separator: ", ")
        throw node.refused(expected: "in:…, out:…, param:… or one of \(names) with :TYPE")
      }
      return try number(.known(known), known.types, Array(words.dropFirst()), node)
    }
  }

  private func number(
    _ number: BareNumber, _ types: [BareType], _ words: [String], _ node: ManifestNode
  ) throws(PluginError) -> BareArgument {
    guard !types.isEmpty else {
      throw node.refused(expected: "a number: a text cannot be passed to a plain function")
    }
    guard words.count == 1 || words.count == 2 && words[1] == "ref" else {
      throw node.refused(expected: "NAME:TYPE for the value, NAME:TYPE:ref for a pointer to it")
    }
    return .number(number, try type(words[0], among: types, node), byReference: words.count == 2)
  }

  /// The type that `word` names, the first of the possible ones without a word.
  private func type(
    _ word: String?, among types: [BareType], _ node: ManifestNode
  ) throws(PluginError) -> BareType {
    guard let word else { return types[0] }
    guard let type = types.first(where: { $0.rawValue == word }) else {
      throw node.refused(expected: "the type " + types.map(\.rawValue).joined(separator: " or "))
    }
    return type
  }

  // MARK: - Completeness

  private func checkCompleteness(_ arguments: [BareArgument], _ node: ManifestNode) throws(PluginError) {
    let passed = Set(arguments.compactMap(\.tensor))
    for name in inputs.map({ "in:\($0.name.rawValue)" }) + outputs.map({ "out:\($0.rawValue)" })
    where !passed.contains(name) {
      throw node.refused(expected: "every input and output that the strategy declares", found: "no \(name)")
    }
    for (index, parameter) in parameters.enumerated()
    where !arguments.contains(where: { $0.passes(.parameter(index)) }) {
      throw node.refused(
        expected: "every parameter that the strategy declares", found: "no param:\(parameter.name)")
    }
    guard arguments.contains(where: { $0.passes(.known(.batch)) }) else {
      throw node.refused(
        expected: "batch:i32 or batch:i64, without which the function cannot know how much to write",
        found: "none")
    }
  }
}

extension BareArgument {
  /// The input or output as a manifest writes it; nil for a number.
  fileprivate var tensor: String? {
    switch self {
    case .input(let name, _): "in:\(name.rawValue)"
    case .output(let name, _): "out:\(name.rawValue)"
    case .number: nil
    }
  }

  fileprivate func passes(_ number: BareNumber) -> Bool {
    if case .number(number, _, _) = self { true } else { false }
  }
}

extension [BareType] {
  fileprivate static func holding(_ type: ElementType) -> [BareType] { BareType.holding(type) }
}
