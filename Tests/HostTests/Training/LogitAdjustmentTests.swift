import Foundation
import Host
import TestSupport
import Testing

/// `eval` adjusts logits as the paper says, and everything that it tells follows from them.
@Suite struct LogitAdjustmentTests {
  private func trained(_ folder: URL) throws -> EvaluationOptions {
    let run = folder.appendingPathComponent("run")
    var options = ShortRun.options(run, steps: 22)
    (options.model, options.validation) = ("mlp", 0.2)
    try ShortRun.train(options)
    var evaluation = EvaluationOptions(weights: run.appendingPathComponent("weights.safetensors").path)
    evaluation.dataDirectory = ShortRun.data
    return evaluation
  }

  // Needs NumPy, which `make deps` puts into .venv.
  @Test(.enabled(if: Python.interpreter != nil, "no .venv with NumPy"), arguments: [0, 0.5, 1, 2.5])
  func numPyComesToTheSameNumbers(strength: Double) throws {
    try Repository.withTemporaryFolder { folder in
      var options = try trained(folder)
      let adjusted = folder.appendingPathComponent("adjusted.npz").path
      (options.logitAdjustment, options.predictions) = (strength, adjusted)
      let evaluation = try Evaluation(options)
      #expect(evaluation.text.contains("z − \(strength) · ln(share of training samples)"))
      let report = folder.appendingPathComponent("report.json").path
      try Data(evaluation.json.utf8).write(to: URL(fileURLWithPath: report))
      let result = try Python.run(
        """
        import sys, json, numpy as np
        run, adjusted, report, tau = sys.argv[1:5]
        counts = np.array(json.load(open(run + "/run.json"))["data"]["train_counts"], float)
        report = json.load(open(report))
        told = report["posthoc_logit_adjust"]
        assert told["tau"] == float(tau) and told["train_counts"] == counts.tolist()
        assert told["counts_from"] == run + "/run.json"
        raw, new = np.load(run + "/predictions.npz"), np.load(adjusted)
        z = (raw["logits"].astype(float) - float(tau) * np.log(counts / counts.sum())).astype(np.float32)
        np.testing.assert_allclose(new["logits"], z, atol=1e-5)
        z, y = new["logits"].astype(float), new["target"]
        assert np.array_equal(new["prediction"], z.argmax(1))
        p = np.exp(z - z.max(1, keepdims=True)); p /= p.sum(1, keepdims=True)
        hit = z.argmax(1) == y
        test = report["test"]
        assert abs(test["accuracy"] - hit.mean()) < 1e-12
        assert abs(test["negative_log_likelihood"] + np.log(p[range(len(y)), y]).mean()) < 1e-9
        bins = np.clip(np.ceil(p.max(1) * 15).astype(int) - 1, 0, 14)
        ece = sum(abs((hit[bins == b] - p.max(1)[bins == b]).sum()) for b in range(15)) / len(y)
        assert abs(test["calibration_error"] - ece) < 1e-9
        if float(tau) == 1: assert (new["prediction"] != raw["prediction"]).any()
        """, [folder.appendingPathComponent("run").path, adjusted, report, "\(strength)"])
      #expect(result.status == 0, "\(result.errors)")
    }
  }

  @Test func countsComeFromTheTrainingFileWhereThereIsNoRun() throws {
    try Repository.withTemporaryFolder { folder in
      var options = try trained(folder)
      let lone = folder.appendingPathComponent("lone.safetensors")
      try FileManager.default.copyItem(at: URL(fileURLWithPath: options.weights), to: lone)
      (options.weights, options.dataset, options.model) = (lone.path, "digits-lt", "mlp")
      options.logitAdjustment = 1
      let adjustment = try #require(try Evaluation(options).adjustment)
      #expect(adjustment.counts == [120, 86, 62, 44, 32, 23, 16, 12, 8, 6])
      #expect(adjustment.source.hasSuffix("digits-lt_train.npz"))
      options.logitAdjustment = nil
      #expect(try Evaluation(options).json.contains(#""posthoc_logit_adjust": null"#))
    }
  }

  @Test(arguments: [
    ("[120, 86]", "counts the training samples of 2 classes, and digits-lt has 10"),
    ("[1, 2, 3, 4, 0, 6, 7, 8, 9, 10]", "class 4 has no training samples"),
    (#"[1, 2, 3, 4, 5, "6", 7, 8, 9, 10]"#, "class 5 has no training samples"),
  ])
  func countsThatGiveNoSharesAreRefused(counts: String, problem: String) throws {
    try Repository.withTemporaryFolder { folder in
      var options = try trained(folder)
      let run = folder.appendingPathComponent("run/run.json")
      let text = #"{"data": {"name": "digits-lt", "train_counts": \#(counts)}, "model": {"name": "mlp"}}"#
      try Data(text.utf8).write(to: run)
      options.logitAdjustment = 1
      let error = #expect(throws: TrainingError.self) { try Evaluation(options) }
      #expect(
        error?.problem.contains(problem) == true && error?.status == .badData, "\(error?.problem ?? "")")
    }
  }
}
