import Foundation
import Host
import TestSupport
import Testing

/// A strategy in Python is a strategy like any other, and whatever a script does wrong is said, with its line.
@Suite(.enabled(if: Example.clusterBalance.isBuildable, "no \(EmbeddedPython.needs)"))
struct PythonStrategyTests {
  /// The library, which is the same for every script.
  static let library: Result<Data, any Error> = Result {
    try Repository.withTemporaryFolder { folder in
      let fragment = Repository.root.appendingPathComponent("plugins/python/python.mk").path
      let made = try run(
        URL(fileURLWithPath: "/usr/bin/env"),
        [
          "make", "-f", fragment, "x.so", "PYTHON=\(EmbeddedPython.interpreter?.path ?? "")",
          "CFLAGS=-O1 -Wall -Wextra -Werror",
        ],
        in: folder)
      guard made.status == 0 else { throw CompiledPlugin.Refused(description: made.errors) }
      return try Data(contentsOf: folder.appendingPathComponent("x.so"))
    }
  }

  /// Calls `body` with the path of a plugin around the script.
  static func with(_ script: String, entry: String = "", _ body: (String) throws -> Void) throws {
    try Repository.withTemporaryFolder { folder in
      let strategy = """
        import numpy as np
        STRATEGY = {
          "id": "x", "version": "1", "name": "X", "summary": "A test.", "inputs": ["loss"],
          "outputs": ["weight"], "deterministic": True, \(entry)
        }
        """
      try library.get().write(to: folder.appendingPathComponent("x-y.so"))
      let file = folder.appendingPathComponent("x_y.py")  // hyphens are underscores in a Python file's name
      try (strategy + "\n" + script).write(to: file, atomically: true, encoding: .utf8)
      try body(folder.appendingPathComponent("x-y.so").path)
    }
  }

  static func expectFailure(_ text: String, _ body: () throws -> some Any) {
    do {
      _ = try body()
      Issue.record("nothing was refused; expected \(text)")
    } catch {
      #expect("\(error)".contains(text), "\(error)")
    }
  }

  static let faults: [(body: String, text: String)] = [
    ("return 1 / 0", "x_y.py\", line 7, in weigh"),
    ("return 1 / 0", "ZeroDivisionError: division by zero"),
    ("return None", "expected weight as an array of numbers of shape (4,), received NoneType"),
    ("return np.ones(3)", "expected weight of shape (4,), received (3,)"),
    ("return np.ones((4, 1))", "expected weight of shape (4,), received (4, 1)"),
    ("return ['a', 'b', 'c', 'd']", "expected weight as an array of numbers of shape (4,), received an arr"),
    ("return [[1], [1, 2], 3, 4]", "expected weight as an array of shape (4,), received no array"),
    ("return batch.loss, batch.loss", "expected weight of shape (4,), received (2, 4)"),
    ("return np.full(4, np.nan)", "nan"),
    ("batch.loss[0] = 1", "read-only"),
    ("return batch.logits", "this batch has no 'logits'"),
    ("return batch.params.nothing", "nothing"),
    ("batch.metric('x', 'y')", "could not convert string to float"),
    ("return batch.uniform(0, 0, -1)", "negative dimensions"),
    ("import sys; sys.exit(3)", "SystemExit: 3"),
    ("raise ValueError('x' * 100000 + 'the end')", "xxxthe end"),
    ("weigh.kept = batch.loss[1:]; return np.ones(4)", "batch.loss was kept after the call"),
    (
      "b, weigh.kept = getattr(weigh, 'kept', None), batch; return b.loss if b else b",
      "received NoneType"
    ),
  ]

  @Test(arguments: faults)
  func faultOfAScriptIsSaid(body: String, text: String) throws {
    try Self.with("def weigh(batch):\n  \(body)") { path in
      var instance = try StrategyInstance(try PluginCatalog(folders: []).find(path), setup: TrialRun.setup)
      Self.expectFailure(text) { try TrialRun.step(&instance, TrialRun.Batch(count: 4)) }
    }
  }

  static let unreadable: [(script: String, text: String)] = [
    ("def weigh(batch:", "SyntaxError"),
    ("import no_such_module", "No module named 'no_such_module'"),
    ("STRATEGY = None", "a strategy's script has a dictionary STRATEGY"),
    ("", "a script with this STRATEGY has a function weigh"),
    ("STRATEGY['cite'] = {1, 2}\ndef weigh(batch): pass", "set is not JSON serializable"),
    ("STRATEGY['state'] = True\ndef weigh(batch): pass", "a script with this STRATEGY has a function save"),
  ]

  @Test(arguments: unreadable)
  func scriptWithoutAManifestIsRefusedWithItsReason(script: String, text: String) throws {
    try Self.with(script) { path in
      let program = Repository.products.appendingPathComponent("brhost")
      let result = try run(program, ["plugin", "info", path])
      #expect(result.status != 0 && result.errors.contains(text), "\(result.errors)")
    }
  }

  @Test func scriptSeesTheRunAndTheBatch() throws {
    let script = """
      def weigh(batch):
        assert batch.loss.dtype == np.float32 and not batch.loss.flags.writeable
        assert batch.gradient is None and batch.sample_id.dtype == np.int64
        assert (batch.size, batch.epoch, batch.step, batch.progress) == (4, 0, 7, 0.5)
        assert batch.learning_rate == 0.1 and batch.classes == 5 and batch.features == 7
        assert batch.class_counts.tolist() == [500, 250, 150, 75, 25] and batch.seed == 7
        assert batch.training_samples == 1000 and batch.largest_batch == 300 and batch.gradient_length == 12
        assert vars(batch.params) == dict(rate=0.5, count=3, loud=True, mode="b", label="é")
        u = batch.uniform(1, 10, 4)
        assert (batch.uniform(1, 12, 2) == u[2:]).all() and 0 <= u[0] < 1
        assert batch.cancelled() is False
        batch.log("seen")
        batch.metric("sum", batch.loss.sum())
        return batch.loss + 1, [1, 2, 3, 4]
      """
    let entry = """
      "inputs": ["loss", {"name": "gradient", "optional": True}, "sample_id"], "outputs": ["weight", "score"],
      "params": [
        {"name": "rate", "type": "float", "default": 0.25}, {"name": "count", "type": "int", "default": 3},
        {"name": "loud", "type": "bool", "default": True}, {"name": "label", "type": "string", "default": "é"},
        {"name": "mode", "type": "enum", "default": "a", "values": ["a", "b"]}]
      """
    try Self.with(script, entry: entry) { path in
      var lines: [String] = []
      var metrics: [Double] = []
      var services = StrategyServices.serial
      services.log = { _, text in lines.append(text) }
      services.metric = { _, value in metrics.append(value) }
      var instance = try StrategyInstance(
        try PluginCatalog(folders: []).find(path), settings: ["rate=0.5", "mode=b"], setup: TrialRun.setup,
        services: services)
      var batch = TrialRun.Batch(count: 4)
      batch.losses = [1, 2, 3, 4]
      let answer = try TrialRun.step(&instance, batch, step: 7)
      #expect(answer.weights == [2, 3, 4, 5] && answer.scores == [1, 2, 3, 4])
      #expect(lines == ["seen"] && metrics == [10])
    }
  }

  @Test func stateIsSavedAndOwnToEachInstance() throws {
    let script = """
      state = {"n": np.zeros((2, 3)), "ids": np.arange(3), "flag": np.uint8(0)}
      def weigh(batch):
        state["n"] += 1
        return np.full(batch.size, state["n"][0, 0])
      def save(): return state
      def load(saved):
        state["n"] = saved["n"]
        if saved["flag"]: raise ValueError("damaged")
      """
    try Self.with(script, entry: "\"state\": True") { path in
      let located = try PluginCatalog(folders: []).find(path)
      let batch = TrialRun.Batch(count: 2)
      var first = try StrategyInstance(located, setup: TrialRun.setup)
      var second = try StrategyInstance(located, setup: TrialRun.setup)
      #expect(try TrialRun.step(&first, batch).weights == [1, 1])
      #expect(try TrialRun.step(&first, batch).weights == [2, 2])
      #expect(try TrialRun.step(&second, batch).weights == [1, 1], "two instances share nothing")

      let state = try first.saveState()
      #expect(state.first { $0.name == "n" }?.shape == [2, 3])
      try second.loadState(state)
      #expect(try TrialRun.step(&second, batch).weights == [3, 3])

      let flag = NamedTensor(name: "flag", dtype: .u8, shape: [], bytes: [1])
      Self.expectFailure("damaged") { try second.loadState(state.filter { $0.name != "flag" } + [flag]) }
      Self.expectFailure("the saved state has no 'n'") {
        try second.loadState(state.filter { $0.name != "n" })
      }
      Self.expectFailure("brhost.names") { try second.loadState([]) }
      #expect(try TrialRun.step(&second, batch).weights == [4, 4], "a failure changes nothing")
    }
  }

  @Test func objectiveGivesLossesAndGradients() throws {
    let script = """
      def evaluate(batch):
        return (batch.logits ** 2).sum(axis=1), 2 * batch.logits
      """
    let entry = "\"inputs\": [\"logits\"], \"outputs\": [\"loss\", \"logit_gradient\"]"
    try Self.with(script, entry: entry) { path in
      let located = try PluginCatalog(folders: []).find(path)
      var instance = try StrategyInstance(located, setup: TrialRun.setup)
      let tensors = StepTensors(inputs: [.logits], sizes: TrialRun.sizes)
      for i in 0..<10 { tensors.floats(.logits).buffer[i] = Float(i) }
      _ = try instance.step(TrialRun.context(TrialRun.Batch(count: 2)), tensors)
      #expect(tensors.output(.loss).buffer.array(prefix: 2) == [30, 255])
      #expect(tensors.output(.logitGradient).buffer.array(prefix: 10) == (0..<10).map { 2 * Float($0) })
    }
  }
}
