import Host
import Testing

/// Settings are checked against the manifest before a plugin sees them.
@Suite struct ParameterTests {
  private func strategy() throws -> StrategyManifest {
    let parameters = """
      [{"name": "gamma", "type": "float", "default": 0.7, "min": -1, "max": 1},
       {"name": "include_self", "type": "bool", "default": true},
       {"name": "score", "type": "enum", "default": "count", "values": ["count", "excess"]},
       {"name": "steps", "type": "int", "default": 3, "min": 1},
       {"name": "label", "type": "string", "default": ""}]
      """
    let manifest = try ManifestTests.read(ManifestTests.manifest(["params": parameters]))
    return try #require(manifest.strategies.first)
  }

  @Test func defaultsStandUnlessSet() throws {
    let values = try strategy().values(["include-self=no", "gamma=-1", "label=a=b c"])
    #expect(
      values == [.float(-1), .bool(false), .enumeration("count", index: 0), .int(3), .string("a=b c")])
  }

  static let refused: [(String, String)] = [
    (
      "gamma=1.5", "parameter 'gamma' of 'x' is '1.5', expected a number from -1 to 1\n  Try: --set gamma=0.7"
    ),
    ("gamma=nan", "expected a number from -1 to 1"),
    ("gamma=", "expected a number from -1 to 1"),
    ("gama=1", "strategy 'x' has no parameter 'gama'\n  Try: --set gamma=VALUE"),
    ("zzzzz=1", "Try: one of gamma, include_self, score, steps, label"),
    ("score=sum", "is 'sum', expected one of count, excess"),
    ("steps=0", "expected a whole number of at least 1"),
    ("steps=99999999999999999999", "expected a whole number"),
    ("steps=2.0", "expected a whole number"),
    ("include_self=maybe", "expected true or false"),
    ("gamma", "'gamma' does not set a parameter of 'x': expected NAME=VALUE"),
  ]

  @Test(arguments: refused)
  func badSettingIsAUsageError(_ setting: String, _ message: String) throws {
    let strategy = try strategy()
    let error = #expect(throws: PluginError.self) { try strategy.values([setting]) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    #expect(error?.status == .usage)
  }

  @Test func settingTwiceIsRefused() throws {
    let strategy = try strategy()
    #expect(throws: PluginError.repeatedParameter(strategy: "x", name: "include_self")) {
      try strategy.values(["include_self=1", "include-self=0"])
    }
  }
}
