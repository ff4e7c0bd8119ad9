import Host
import Testing

/// The signature of a bare function is refused as far as the manifest can tell that it is wrong.
@Suite struct BareFunctionManifestTests {
  /// A sidecar manifest with these arguments, and further keys.
  private static func manifest(
    _ call: String, inputs: String = #"[{"name": "loss"}, {"name": "target"}]"#, more: String = ""
  ) -> String {
    #"""
    {"brhost": 1, "strategies": [{
      "id": "x", "version": "1", "name": "X", "summary": "X.", "inputs": \#(inputs), "outputs": ["weight"],
      "params": [{"name": "power", "type": "float", "default": 1},
                 {"name": "mode", "type": "enum", "default": "a", "values": ["a", "b"]},
                 {"name": "big", "type": "int", "default": 1, "min": 0, "max": 5000000000}],
      "library": "libx.so", "symbol": "x", "call": \#(call)\#(more)}]}
    """#
  }

  private static func read(_ text: String) throws -> BareFunction? {
    try ManifestReader.read(Array(text.utf8), file: "x.brhost.json").strategies[0].bareFunction
  }

  private static let all =
    #""in:loss", "in:target", "param:power:f64", "param:mode:i32", "param:big:i64", "out:weight""#

  @Test func everyKindOfArgumentIsRead() throws {
    let call = """
      ["batch:i32:ref", "in:loss:f64", "in:target:i32", "param:power:f32", "param:mode:i64:ref", "param:big:i64",
       "progress:f64", "out:weight:f64"]
      """
    let manifest = Self.manifest(call, more: #", "returns": "status""#)
    let strategy = try ManifestReader.read(Array(manifest.utf8), file: "x.brhost.json").strategies[0]
    let function = strategy.bareFunction
    #expect(
      function?.arguments == [
        .number(.known(.batch), .int32, byReference: true), .input(.loss, .float64), .input(.target, .int32),
        .number(.parameter(0), .float32, byReference: false),
        .number(.parameter(1), .int64, byReference: true),
        .number(.parameter(2), .int64, byReference: false),
        .number(.known(.progress), .float64, byReference: false), .output(.weight, .float64),
      ])
    #expect(function?.returnsStatus == true)
    #expect(
      function?.declaration(strategy.parameters)
        == "int32_t x(int32_t *batch, const double *loss, const int32_t *target, float power, int64_t *mode, "
        + "int64_t big, double progress, double *weight) of libx.so")
  }

  static let refusals: [(call: String, more: String, message: String)] = [
    ("[\(all)]", "", "batch:i32 or batch:i64, without which"),
    ("[\"batch:i64\", \(all), \"out:weight:f64\"]", "", "call[7]: expected each output once"),
    (
      #"["batch:i64", "in:loss", "param:power:f64", "param:mode:i32", "param:big:i64", "out:weight"]"#, "",
      "found no in:target"
    ),
    (
      #"["batch:i64", "in:loss", "in:target", "param:mode:i32", "param:big:i64", "out:weight"]"#, "",
      "found no param:power"
    ),
    (
      #"["batch:i64", "in:loss", "in:target", "param:power:f64", "param:mode:i32", "param:big:i64"]"#, "",
      "found no out:weight"
    ),
    (#"["in:logits"]"#, "", "call[0]: expected in:NAME or in:NAME:TYPE with an input of this strategy"),
    (#"["out:score"]"#, "", "with an output of this strategy"),
    (#"["param:none:f64"]"#, "", "with a parameter of this strategy"),
    (#"["in:loss:i32"]"#, "", "expected the type f32 or f64"),
    (#"["in:target:f32"]"#, "", "expected the type i64 or i32"),
    (#"["param:power:i32"]"#, "", "expected the type f64 or f32"),
    (#"["param:big:i32"]"#, "", "expected the type i64, found"),
    (#"["batch:f64"]"#, "", "expected the type i32 or i64"),
    (#"["progress:i32"]"#, "", "expected the type f32 or f64"),
    (#"["batch"]"#, "", "NAME:TYPE for the value"),
    (#"["batch:i32:pointer"]"#, "", "NAME:TYPE:ref for a pointer to it"),
    (#"["loss"]"#, "", "or one of batch, classes"),
    (#"[""]"#, "", "1 to 200 bytes"),
    (#"[7]"#, "", "call[0]: expected a text"),
    ("[]", "", "call: expected an array of 1 to 64"),
    ("[\"batch:i64\", \(all)]", #", "returns": "i64""#, #"returns: expected "void" or "status""#),
    ("[\"batch:i64\", \(all)]", #", "state": true"#, "state: expected false: a plain function has no state"),
  ]

  @Test(arguments: refusals)
  func signatureIsRefused(call: String, more: String, message: String) {
    let error = #expect(throws: PluginError.self) { try Self.read(Self.manifest(call, more: more)) }
    #expect(error?.problem.contains(message) == true, "\(error?.problem ?? "")")
    #expect(error?.status == .badData)
  }

  @Test func textParameterCannotBePassed() {
    let text = #"""
      {"brhost": 1, "strategies": [{
        "id": "x", "version": "1", "name": "X", "summary": "X.", "inputs": [], "outputs": ["weight"],
        "params": [{"name": "file", "type": "string", "default": ""}],
        "library": "libx.so", "symbol": "x", "call": ["batch:i64", "param:file:i64", "out:weight"]}]}
      """#
    let error = #expect(throws: PluginError.self) { try Self.read(text) }
    #expect(error?.problem.contains("a text cannot be passed to a plain function") == true)
  }
}
