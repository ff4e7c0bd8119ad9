import Host
import Testing

/// A manifest is read exactly: every complaint names the key, or the line of a syntax error, what was expected
/// and what was found.
@Suite struct ManifestTests {
  /// A manifest of one strategy whose keys are replaced or, with an empty text, removed.
  static func manifest(_ changes: [String: String] = [:], top: String = #""brhost": 1,"#) -> String {
    var keys = [
      "id": #""x""#, "version": #""1""#, "name": #""X""#, "summary": #""Does x.""#, "inputs": "[]",
      "outputs": #"["weight"]"#,
    ]
    keys.merge(changes) { $1 }
    let members = keys.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { "\"\($0)\": \($1)" }
    return "{\(top) \"strategies\": [{\(members.joined(separator: ", "))}]}"
  }

  static func parameter(_ keys: String) -> String {
    manifest(["params": #"[{"name": "a", "type": "bool", "default": true}, {\#(keys)}]"#])
  }

  static func read(_ text: String) throws(PluginError) -> PluginManifest {
    try ManifestReader.read(Array(text.utf8), file: "f.so")
  }

  @Test func smallestManifestHasTheDefaults() throws {
    let strategy = try #require(try Self.read(Self.manifest()).strategies.first)
    #expect(strategy.id == "x" && strategy.role == .weighting && strategy.parameters.isEmpty)
    #expect(!strategy.isDeterministic && !strategy.isEquivariant && !strategy.hasState)
    #expect(strategy.bareFunction == nil && strategy.cite == nil)
  }

  @Test func unknownKeysAreNotes() throws {
    let text = Self.manifest(
      ["colour": "3", "inputs": #"[{"name": "loss", "unit": "bit"}]"#], top: #""brhost": 1, "z": {},"#)
    #expect(
      try Self.read(text).notes == [
        "f.so: z is not a key of ABI 1.0; ignored",
        "f.so: strategies[0].inputs[0].unit is not a key of ABI 1.0; ignored",
        "f.so: strategies[0].colour is not a key of ABI 1.0; ignored",
      ])
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let message: String

    init(_ name: String, _ text: String, _ message: String) {
      (testDescription, self.text, self.message) = (name, text, message)
    }
  }

  static let refusals = [
    Refusal("array", "[]", "the manifest: expected an object, found an empty array"),
    Refusal("no major", manifest(top: ""), "brhost: expected a value, found nothing"),
    Refusal("other major", manifest(top: #""brhost": 2,"#), "brhost: expected 1"),
    Refusal("major as text", manifest(top: #""brhost": "1","#), #"expected a whole number, found "1""#),
    Refusal(
      "newer minor", manifest(top: #""brhost": 1, "needs_minor": 3,"#),
      "needs plugin ABI 1.3; this brhost offers 1.0"),
    Refusal(
      "no strategies", #"{"brhost": 1, "strategies": []}"#,
      "strategies: expected an array"),
    Refusal("missing id", manifest(["id": ""]), "strategies[0].id: expected a value"),
    Refusal("bad id", manifest(["id": #""Über""#]), "lower-case letters"),
    Refusal("empty name", manifest(["name": #""""#]), "strategies[0].name"),
    Refusal("escape in summary", manifest(["summary": #""\u001b[31m""#]), "without control characters"),
    Refusal(
      "unknown input", manifest(["inputs": #"[{"name": "los"}]"#]),
      "strategies[0].inputs[0].name: there is no input 'los'\n  Try: \"loss\""),
    Refusal(
      "input as text", manifest(["inputs": #"["loss"]"#]), "inputs[0]: expected an object"
    ),
    Refusal(
      "input twice", manifest(["inputs": #"[{"name": "loss"}, {"name": "loss"}]"#]),
      #"inputs[1].name: expected each input once, found "loss" again"#),
    Refusal("unknown output", manifest(["outputs": #"["wieght"]"#]), "Try: \"weight\""),
    Refusal(
      "score alone", manifest(["outputs": #"["score"]"#]), "expected weight; weight and score; or loss"),
    Refusal("half an objective", manifest(["outputs": #"["loss"]"#]), "found loss"),
    Refusal("state as number", manifest(["state": "1"]), "strategies[0].state"),
    Refusal(
      "default out of range", parameter(#""name": "b", "type": "float", "default": 2, "max": 1"#),
      "strategies[0].params[1].default: expected a number of at most 1, found 2"),
    Refusal(
      "default of another type", parameter(#""name": "b", "type": "int", "default": 1.5"#),
      "params[1].default: expected a whole number, found 1.5"),
    Refusal(
      "bounds crossed", parameter(#""name": "b", "type": "int", "default": 1, "min": 2, "max": 1"#),
      "params[1].max"),
    Refusal(
      "unknown type", parameter(#""name": "b", "type": "double", "default": 1"#), "expected float, int, bool"),
    Refusal("default missing", parameter(#""name": "b", "type": "bool""#), "params[1].default"),
    Refusal(
      "default not among values",
      parameter(#""name": "b", "type": "enum", "default": "z", "values": ["x", "y"]"#),
      "expected one of x, y"),
    Refusal("no values", parameter(#""name": "b", "type": "enum", "default": "z""#), "params[1].values"),
    Refusal(
      "parameter twice", parameter(#""name": "a", "type": "bool", "default": true"#), "a name of its own"),
    Refusal(
      "infinite", parameter(#""name": "b", "type": "float", "default": 1e999"#),
      "a finite number, found 1e999"),
    Refusal(
      "strategy twice",
      #"{"brhost": 1, "strategies": [\#(entry), \#(entry)]}"#, "strategies[1].id"),
    Refusal("half a bare function", manifest(["library": #""libm.so.6""#]), "strategies[0].symbol"),
    Refusal(
      "key twice", #"{"brhost": 1, "brhost": 1}"#,
      #"line 1, column 15: expected a new key, found "brhost" again"#),
    Refusal(
      "trailing comma", "{\"brhost\": 1,\n}", "line 2, column 1: expected a key in double quotes, found '}'"),
    Refusal("text after", "{} x", "line 1, column 4: expected the end of the text, found 'x'"),
    Refusal("cut short", "{\"brhost\": ", "expected a value, found the end of the text"),
    Refusal("leading zero", "{\"brhost\": 01}", "expected ',' or '}', found '1'"),
    Refusal("half a surrogate", #"{"\ud800": 1}"#, "expected the second half of a surrogate pair"),
    Refusal("deep", String(repeating: "[", count: 100_000), "no more than 64 levels"),
    Refusal("empty", "", "expected a value, found the end of the text"),
  ]

  private static let entry =
    #"{"id": "x", "version": "1", "name": "X", "summary": "X.", "inputs": [], "outputs": ["weight"]}"#

  @Test(arguments: refusals)
  func refusalNamesPlaceExpectationAndFinding(_ refusal: Refusal) {
    let error = #expect(throws: PluginError.self) { try Self.read(refusal.text) }
    #expect(error?.description.contains(refusal.message) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("f.so") == true)
    #expect(error?.status == .badData)
  }

  @Test func everyPrefixAndEveryChangedByteIsRefusedOrRead() {
    let text = Array(Self.parameter(#""name": "b", "type": "float", "default": 0.5, "min": -1e3"#).utf8)
    for length in text.indices { _ = try? ManifestReader.read(Array(text[..<length]), file: "f.so") }
    for index in text.indices {
      for byte: UInt8 in [0, 0x22, 0x2C, 0x5C, 0x7B, 0xFF] {
        var changed = text
        changed[index] = byte
        _ = try? ManifestReader.read(changed, file: "f.so")
      }
    }
  }
}
