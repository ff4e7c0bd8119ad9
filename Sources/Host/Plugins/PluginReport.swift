internal import Foundation

/// What `brhost plugin list` prints: every library of the search path with its strategies, or why it is refused.
public struct PluginListReport: Encodable, Sendable {
  struct Folder: Encodable {
    let path: String
    let origin: String
  }

  struct Library: Encodable {
    let path: String
    let strategies: [Entry]
    let refused: Refusal?
    let notes: [String]
  }

  struct Entry: Encodable {
    let id: String
    let version: String
    let role: String
    let summary: String
    let hidden: Bool
  }

  struct Refusal: Encodable {
    let problem: String
    let remedy: String
  }

  let folders: [Folder]
  let libraries: [Library]

  /// The report of everything that `catalog` finds.
  public init(_ catalog: PluginCatalog) {
    folders = catalog.folders.map { Folder(path: $0.path, origin: $0.origin.rawValue) }
    libraries = catalog.list().map { listing in
      switch listing.library {
      case .success(let library):
        let entries = library.manifest.strategies.map {
          Entry(
            id: $0.id, version: $0.version, role: $0.role.rawValue, summary: $0.summary,
            hidden: listing.hidden.contains($0.id))
        }
        return Library(path: listing.path, strategies: entries, refused: nil, notes: library.manifest.notes)
      case .failure(let error):
        let refusal = Refusal(problem: error.problem, remedy: error.remedy)
        return Library(path: listing.path, strategies: [], refused: refusal, notes: [])
      }
    }
  }

  /// The report as JSON.
  public var json: String { encoded(self) }

  /// The report for people: a line for each strategy, then what was refused, then where was searched.
  public var text: String {
    let entries = libraries.flatMap { library in library.strategies.map { (library.path, $0) } }
    let width = entries.map { $0.1.id.count }.max() ?? 0
    var lines = entries.map { path, entry in
      let id = entry.id.padding(toLength: width, withPad: " ", startingAt: 0)
      let hidden = entry.hidden ? " (hidden by an earlier library)" : ""
      return "\(id)  \(entry.version)  \(entry.role)\(hidden)  \(entry.summary)\n\(indent(width))  \(path)"
    }
    if entries.isEmpty { lines.append("no strategies found") }
    lines += libraries.flatMap(\.notes).map { "note: \($0)" }
    lines += libraries.compactMap(\.refused).map { "refused: \($0.problem)\n  Try: \($0.remedy)" }
    lines.append("searched:")
    lines += folders.map { "  \($0.path) (\($0.origin))" }
    return lines.joined(separator: "\n")
  }
}

/// What `brhost plugin info NAME` prints: everything that a strategy says about itself, and its file.
public struct PluginInfoReport: Encodable, Sendable {
  struct Port: Encodable {
    let name: String
    let type: String
    let shape: [String]
    let optional: Bool?
    let meaning: String
  }

  struct Setting: Encodable {
    let name: String
    let type: String
    let byDefault: String
    let expected: String
    let help: String?

    enum CodingKeys: String, CodingKey {
      case name, type, expected, help
      case byDefault = "default"
    }
  }

  let id: String
  let version: String
  let name: String
  let summary: String
  let cite: String?
  let role: String
  let path: String
  let sha256: String?
  let inputs: [Port]
  let outputs: [Port]
  let params: [Setting]
  let deterministic: Bool
  let equivariant: Bool
  let state: Bool
  let notes: [String]

  /// The report of one strategy.
  public init(_ strategy: LocatedStrategy) {
    let manifest = strategy.manifest
    id = manifest.id
    version = manifest.version
    name = manifest.name
    summary = manifest.summary
    cite = manifest.cite
    role = manifest.role.rawValue
    path = strategy.library.path
    sha256 = strategy.fileHash
    inputs = manifest.inputs.map {
      Port(
        name: $0.name.rawValue, type: $0.name.elementType.name, shape: $0.name.dimensions.map(\.rawValue),
        optional: $0.isOptional, meaning: $0.name.meaning)
    }
    outputs = manifest.outputs.map {
      Port(
        name: $0.rawValue, type: ElementType.float32.name, shape: $0.dimensions.map(\.rawValue),
        optional: nil,
        meaning: $0.meaning)
    }
    params = manifest.parameters.map {
      Setting(
        name: $0.name, type: $0.typeName, byDefault: $0.defaultValue.description, expected: $0.expectation,
        help: $0.help)
    }
    deterministic = manifest.isDeterministic
    equivariant = manifest.isEquivariant
    state = manifest.hasState
    notes = strategy.library.manifest.notes
  }

  /// The report as JSON.
  public var json: String { encoded(self) }

  /// The report for people.
  public var text: String {
    var lines = ["\(id) \(version): \(name)", "  \(summary)"]
    if let cite { lines.append("  cite: \(cite)") }
    lines.append("  file: \(path)")
    if let sha256 { lines.append("  sha256: \(sha256)") }
    let promises = [(deterministic, "deterministic"), (equivariant, "equivariant"), (state, "has state")]
    lines.append("  \(([role] + promises.filter(\.0).map(\.1)).joined(separator: ", "))")
    lines += section("inputs", inputs.map(row))
    lines += section("outputs", outputs.map(row))
    lines += section(
      "parameters (--set NAME=VALUE)",
      params.map { ("\($0.name)=\($0.byDefault)", "\($0.expected). \($0.help ?? "")") })
    lines += notes.map { "note: \($0)" }
    return lines.joined(separator: "\n")
  }

  private func row(_ port: Port) -> (String, String) {
    let title = "\(port.name) \(port.type) [\(port.shape.joined(separator: ", "))]"
    return (title, port.meaning + (port.optional == true ? " (optional)" : ""))
  }

  private func section(_ title: String, _ rows: [(String, String)]) -> [String] {
    guard !rows.isEmpty else { return [] }
    let width = rows.map(\.0.count).max() ?? 0
    return ["  \(title)"]
      + rows.map { "    \($0.0.padding(toLength: width, withPad: " ", startingAt: 0))  \($0.1)" }
  }
}

private func indent(_ width: Int) -> String { String(repeating: " ", count: width) }

private func encoded(_ report: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  guard let data = try? encoder.encode(report) else { preconditionFailure("a report of plain texts encodes") }
  return String(decoding: data, as: UTF8.self)
}
