/// A value of a manifest with its key's path; every accessor checks type and bounds.
struct ManifestNode {
  let json: JSON
  let path: String
  let file: String

  // MARK: - Accessors

  func object() throws(PluginError) -> ManifestObject {
    guard let members = json.members else { throw refused(expected: "an object") }
    return ManifestObject(node: self, members: members)
  }

  func array(in counts: ClosedRange<Int>) throws(PluginError) -> [ManifestNode] {
    guard let nodes = json.array, counts.contains(nodes.count) else {
      let most = counts.upperBound
      throw refused(
        expected: counts.lowerBound == 0 ? "an array of at most \(most)" : "an array of 1 to \(most)")
    }
    return nodes.enumerated().map { ManifestNode(json: $1, path: "\(path)[\($0)]", file: file) }
  }

  /// Text without control characters, of a bounded count of bytes.
  func text(_ lengths: ClosedRange<Int>) throws(PluginError) -> String {
    guard let text = json.string else { throw refused(expected: "a text") }
    guard lengths.contains(text.utf8.count) else {
      throw refused(
        expected: "a text of \(lengths.lowerBound) to \(lengths.upperBound) bytes",
        found: "\(text.utf8.count)")
    }
    guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw refused(expected: "a text without control characters")
    }
    return text
  }

  /// A name of lower-case letters, digits and `hyphen`, at most 64, that starts with a letter or a digit.
  func name(hyphen: Character) throws(PluginError) -> String {
    guard let text = json.string else { throw refused(expected: "a text") }
    let isName = text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == hyphen) }
    guard isName, text.first != hyphen, (1...64).contains(text.count) else {
      throw refused(expected: "1 to 64 lower-case letters, digits and '\(hyphen)'")
    }
    return text
  }

  func bool() throws(PluginError) -> Bool {
    guard let flag = json.bool else { throw refused(expected: "true or false") }
    return flag
  }

  func number() throws(PluginError) -> Double {
    guard let number = json.double else { throw refused(expected: "a number") }
    return number
  }

  func integer(in min: Int64?, _ max: Int64?) throws(PluginError) -> Int64 {
    guard let integer = json.int.map(Int64.init), StrategyParameter.isWithin(integer, min, max) else {
      throw refused(expected: min == nil ? "a whole number" : "a whole number of at least 0")
    }
    return integer
  }

  /// A name of the registry of inputs or outputs.
  func registered<Name: RawRepresentable<String> & CaseIterable>(_ kind: String) throws(PluginError) -> Name {
    let text = try self.text(1...64)
    guard let name = Name(rawValue: text) else {
      throw .unknownName(
        file: file, key: path, kind: kind, name: text, known: Name.allCases.map(\.rawValue))
    }
    return name
  }

  // MARK: - Complaints

  /// The complaint that this value is not what was expected.
  func refused(expected: String, found: String? = nil) -> PluginError {
    .badManifest(
      file: file, key: path.isEmpty ? "the manifest" : path, expected: expected,
      found: found ?? json.summary)
  }

  /// The complaint that `key` is missing from this object.
  func missing(_ key: String, expected: String) -> PluginError {
    .badManifest(file: file, key: join(key), expected: expected, found: "nothing")
  }

  /// The member `key` where there is one, else this node.
  func member(_ key: String) -> ManifestNode {
    json[key].map { ManifestNode(json: $0, path: join(key), file: file) } ?? self
  }

  func join(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

/// The keys of an object, which remembers those that were read.
struct ManifestObject {
  let node: ManifestNode
  private var waiting: [JSON.Member]

  init(node: ManifestNode, members: [JSON.Member]) {
    self.node = node
    waiting = members
  }

  mutating func optional(_ key: String) -> ManifestNode? {
    guard let index = waiting.firstIndex(where: { $0.key == key }) else { return nil }
    let member = waiting.remove(at: index)
    return ManifestNode(json: member.value, path: node.join(key), file: node.file)
  }

  mutating func required(_ key: String) throws(PluginError) -> ManifestNode {
    guard let member = optional(key) else { throw node.missing(key, expected: "a value") }
    return member
  }

  /// The paths of the keys that nobody asked for, control characters removed.
  var unread: [String] {
    waiting.map { member in
      let key = member.key.unicodeScalars.filter { $0.properties.generalCategory != .control }
      return node.join(String(String.UnicodeScalarView(key.prefix(64))))
    }
  }
}

extension JSON {
  /// The value in a few words, for "found …".
  fileprivate var summary: String {
    switch self {
    case .null: "null"
    case .bool(let flag): String(flag)
    case .integer(let integer): String(integer)
    case .number(let number): shortest(number)
    case .string(let text): "\"\(shown(text))\""
    case .array(let elements): elements.isEmpty ? "an empty array" : "an array of \(elements.count)"
    case .object: "an object"
    }
  }
}
