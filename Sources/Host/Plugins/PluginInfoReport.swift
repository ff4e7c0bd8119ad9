/// What `brhost plugin info NAME` prints: everything that a strategy says about itself, and its file.
public struct PluginInfoReport: Sendable {
  private let strategy: StrategyManifest
  private let library: PluginLibrary
  private let fileHash: String?

  /// The report of one strategy.
  public init(_ located: LocatedStrategy) {
    strategy = located.manifest
    library = located.library
    fileHash = located.fileHash
  }

  private var inputs: [Port] {
    strategy.inputs.map {
      Port(
        name: $0.name.rawValue, type: $0.name.elementType, shape: $0.name.dimensions,
        meaning: $0.name.meaning, isOptional: $0.isOptional)
    }
  }

  private var outputs: [Port] {
    strategy.outputs.map {
      Port(
        name: $0.rawValue, type: .float32, shape: $0.dimensions, meaning: $0.meaning, isOptional: nil)
    }
  }
}

/// A tensor that the strategy reads or writes; only inputs may be optional.
private struct Port {
  let name: String
  let type: ElementType
  let shape: [TensorDimension]
  let meaning: String
  let isOptional: Bool?
}

// MARK: - Text

extension PluginInfoReport {
  /// The report for people.
  public var text: String {
    var lines = ["\(strategy.id) \(strategy.version): \(strategy.name)", "  \(strategy.summary)"]
    if let cite = strategy.cite { lines.append("  cite: \(cite)") }
    lines.append("  file: \(library.path)")
    if let function = strategy.bareFunction {
      lines.append("  calls: \(function.declaration(strategy.parameters))")
    }
    if let fileHash { lines.append("  sha256: \(fileHash)") }
    let promises = [
      (strategy.isDeterministic, "deterministic"), (strategy.isEquivariant, "equivariant"),
      (strategy.hasState, "has state"),
    ]
    lines.append("  \(([strategy.role.rawValue] + promises.filter(\.0).map(\.1)).joined(separator: ", "))")
    lines += section("inputs", inputs.map(\.row))
    lines += section("outputs", outputs.map(\.row))
    let option = strategy.role == .objective ? "--objective-set" : "--set"
    lines += section("parameters (\(option) NAME=VALUE)", strategy.parameters.map(\.row))
    lines += library.manifest.notes.map { "note: \($0)" }
    return lines.map { $0 + "\n" }.joined()
  }

  private func section(_ title: String, _ rows: [(String, String)]) -> [String] {
    guard !rows.isEmpty else { return [] }
    let width = rows.map(\.0.count).max() ?? 0
    return ["  \(title)"] + rows.map { "    \(padded($0.0, width, left: true))  \($0.1)" }
  }
}

extension Port {
  var row: (String, String) {
    let extents = shape.map(\.rawValue).joined(separator: ", ")
    return ("\(name) \(type.name) [\(extents)]", meaning + (isOptional == true ? " (optional)" : ""))
  }
}

extension StrategyParameter {
  fileprivate var row: (String, String) { ("\(name)=\(defaultValue)", "\(expectation). \(help ?? "")") }
}

// MARK: - JSON

extension PluginInfoReport {
  /// The report as JSON.
  public var json: String {
    let report: JSON = [
      "id": JSON(strategy.id), "version": JSON(strategy.version), "name": JSON(strategy.name),
      "summary": JSON(strategy.summary), "cite": JSON(strategy.cite), "role": JSON(strategy.role.rawValue),
      "path": JSON(library.path), "calls": JSON(strategy.bareFunction?.declaration(strategy.parameters)),
      "sha256": JSON(fileHash),
      "inputs": .array(inputs.map(\.json)),
      "outputs": .array(outputs.map(\.json)), "params": .array(strategy.parameters.map(\.json)),
      "deterministic": JSON(strategy.isDeterministic), "equivariant": JSON(strategy.isEquivariant),
      "state": JSON(strategy.hasState), "notes": JSON(library.manifest.notes),
    ]
    return report.pretty
  }
}

extension Port {
  var json: JSON {
    var json: [JSON.Member] = [
      .init("name", JSON(name)), .init("type", JSON(type.name)),
      .init("shape", JSON(shape.map(\.rawValue))), .init("meaning", JSON(meaning)),
    ]
    if let isOptional { json.append(.init("optional", JSON(isOptional))) }
    return .object(json)
  }
}

extension StrategyParameter {
  fileprivate var json: JSON {
    [
      "name": JSON(name), "type": JSON(typeName), "default": JSON(defaultValue.description),
      "expected": JSON(expectation), "help": JSON(help),
    ]
  }
}
