import Foundation
import Host
import TestSupport
import Testing

/// A plain function of any library is a strategy once a sidecar manifest describes it.
/// Skipped without a C compiler.
@Suite(.enabled(if: CompiledPlugin.compiler != nil)) struct BareFunctionTests {
  /// A function of 14 arguments, more than registers hold, that writes what it was given; and some others.
  private static let source = """
    #include <stdint.h>
    int32_t echo(int32_t batch, const float *loss, const double *loss64, const int32_t *target, const int64_t *id,
                 const double *power, float half, int64_t mode, const int32_t *flag, double progress, float rate,
                 int64_t step, float *weight, double *score) {
      if (mode != 1 || *flag != 1 || *power != 2.5 || half != 0.5f || progress != 0.5 || rate != 0.1f) return 7;
      if (step != 3) return 8;
      for (int32_t i = 0; i < batch; i++) {
        weight[i] = loss[i] + target[i];
        score[i] = loss64[0] + (double)id[i];
      }
      return 0;
    }
    void write_first(int32_t batch) { (void)batch; }
    void follow(int64_t batch, int64_t loss, const int *wild) { (void)loss; *(volatile int *)8 = (int)batch + !wild; }
    void plain(int64_t batch, const float *loss, const int64_t *target, const int64_t *id, double power, double half,
               int64_t mode, int64_t flag, float *weight, float *score) {
      (void)loss, (void)target, (void)id, (void)power, (void)half, (void)mode, (void)flag;
      for (int64_t i = 0; i < batch; i++) weight[i] = 1 / (float)batch, score[i] = 0;
    }
    """

  private static func manifest(_ symbol: String, _ call: String, more: String = "") -> String {
    #"""
    {"brhost": 1, "strategies": [{
      "id": "echo", "version": "1", "name": "E", "summary": "E.",
      "inputs": [{"name": "loss"}, {"name": "target"}, {"name": "sample_id"}], "outputs": ["weight", "score"],
      "params": [{"name": "power", "type": "float", "default": 2.5}, {"name": "half", "type": "float", "default": 0.5},
                 {"name": "mode", "type": "enum", "default": "b", "values": ["a", "b"]},
                 {"name": "flag", "type": "bool", "default": true}],
      "library": "libecho.so", "symbol": "\#(symbol)", "call": \#(call)\#(more)}]}
    """#
  }

  private static let call = """
    ["batch:i32", "in:loss", "in:loss:f64", "in:target:i32", "in:sample_id", "param:power:f64:ref", "param:half:f32",
     "param:mode:i64", "param:flag:i32:ref", "progress:f64", "learning_rate:f32", "step:i64", "out:weight",
     "out:score:f64"]
    """

  /// Calls `body` with the strategy that `text` describes.
  private func with(_ text: String, _ body: (LocatedStrategy) throws -> Void) throws {
    try Repository.withTemporaryFolder { folder in
      let source = folder.appendingPathComponent("echo.c")
      try Self.source.write(to: source, atomically: true, encoding: .utf8)
      _ = try CompiledPlugin.build(source, in: folder, name: "libecho.so")
      let path = folder.appendingPathComponent("echo.brhost.json")
      try text.write(to: path, atomically: true, encoding: .utf8)
      try body(try PluginCatalog(folders: []).find(path.path))
    }
  }

  /// The weights and scores of one batch of five, at step 3.
  private func answer(
    _ located: LocatedStrategy, settings: [String] = [], ids: [Int64] = [3, 1, 4, 1, 5],
    isolated: Bool = false
  ) throws -> [Float] {
    let tensors = try StepTensors.shared(inputs: [.loss, .target, .sampleID], sizes: TrialRun.sizes)
    for i in 0..<5 {
      tensors.integers(.sampleID).buffer[i] = ids[i]
      tensors.integers(.target).buffer[i] = Int64(i)
      tensors.floats(.loss).buffer[i] = 0.25 * Float(i + 1)
    }
    var instance = try StrategyInstance(
      located, settings: settings, setup: TrialRun.setup,
      placement: isolated ? .isolated(TrialRun.isolation, tensors) : .here)
    let context = StepContext(batch: 5, epoch: 0, step: 3, progress: 0.5, learningRate: 0.1)
    _ = try instance.step(context, tensors)
    return tensors.output(.weight).buffer.array(prefix: 5) + tensors.output(.score).buffer.array(prefix: 5)
  }

  @Test(arguments: [false, true])
  func argumentsArriveByValueByReferenceAndConverted(isolated: Bool) throws {
    try with(Self.manifest("echo", Self.call, more: #", "returns": "status""#)) { located in
      let expected: [Float] = [0.25, 1.5, 2.75, 4, 5.25] + [3.25, 1.25, 4.25, 1.25, 5.25]
      let found = try answer(located, isolated: isolated)
      #expect(found == expected)
    }
  }

  @Test func statusThatIsNotZeroIsAFailureWithTheFunctionsName() throws {
    try with(Self.manifest("echo", Self.call, more: #", "returns": "status""#)) { located in
      let error = #expect(throws: PluginError.self) { _ = try answer(located, settings: ["half=0.75"]) }
      #expect(error?.problem == "strategy 'echo' failed in step 3: echo returned 7")
    }
  }

  @Test func idThatDoesNotFitIsRefusedByName() throws {
    let call = Self.call.replacingOccurrences(of: "\"in:sample_id\"", with: "\"in:sample_id:i32\"")
    try with(Self.manifest("echo", call)) { located in
      let error = #expect(throws: PluginError.self) {
        _ = try answer(located, ids: [1, 2, 5_000_000_000, 3, 4])
      }
      #expect(error?.problem.contains("sample_id 5000000000 does not fit into 32 bits") == true)
    }
  }

  @Test func functionThatIsNotThereNamesTheNearest() throws {
    try with(Self.manifest("echo_", Self.call)) { located in
      let error = #expect(throws: PluginError.self) { _ = try answer(located) }
      #expect(error?.description.contains("has no function 'echo_'\n  Try: \"echo\", which it has.") == true)
      #expect(error?.status == .badData)
    }
  }

  @Test func outputThatIsNotWrittenIsRefused() throws {
    let call = Self.call.replacingOccurrences(
      of: "\"out:weight\", \"out:score:f64\"", with: "\"out:score\", \"out:weight:f64\"")
    // The function writes single precision where double is read, and the other way round.
    try with(Self.manifest("write_first", call, more: "")) { located in
      let error = #expect(throws: PluginError.self) { _ = try answer(located) }
      #expect(error?.problem.contains("unwritten") == true, "\(error?.problem ?? "")")
    }
  }

  @Test func wrongSignatureEndsItsProcessAndNotOurs() throws {
    try with(Self.manifest("follow", Self.call)) { located in
      let error = #expect(throws: PluginError.self) { _ = try answer(located, isolated: true) }
      guard case .ended("echo", _, .step(3), .signal(11), _)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  /// As `train` is used: isolated without being asked, in the process itself where it is asked.
  @Test(arguments: [([], "true"), (["--no-isolate"], "false")])
  func trainingIsolatesBareFunctions(options: [String], isolated: String) throws {
    let text = Self.manifest(
      "plain",
      """
      ["batch:i64", "in:loss", "in:target", "in:sample_id", "param:power:f64", "param:half:f64", "param:mode:i64",
       "param:flag:i64", "out:weight", "out:score"]
      """)
    try with(text) { located in
      let folder = URL(fileURLWithPath: located.library.path).deletingLastPathComponent().path
      let data = Repository.root.appendingPathComponent("data").path
      let result = try run(
        Repository.products.appendingPathComponent("brhost"),
        [
          "train", "--dataset", "digits-lt", "--data-dir", data, "--steps", "2", "--run-dir", folder + "/run",
          "--strategy", located.library.path,
        ] + options)
      #expect(result.status == 0, "\(result.errors)")
      let description = try String(contentsOfFile: folder + "/run/run.json", encoding: .utf8)
      #expect(description.contains("\"isolated\": \(isolated)"))
    }
  }
}
