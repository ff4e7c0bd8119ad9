import Foundation
import Host
import TestSupport
import Testing

/// What a run records of its samples is what its recorded steps add up to.
@Suite struct SampleRecordTests {
  /// Recomputes `samples.npz` and the epochs' rows from the steps of `--record`.
  static let script = """
    import sys, json, glob, numpy as np
    run, steps = sys.argv[1:3]
    rows = [json.loads(line) for line in open(run + "/metrics.jsonl")]
    epochs = [row for row in rows if row["kind"] == "epoch"]
    ids, weights, losses, guesses, of, scores = [], [], [], [], [], {}
    for path in sorted(glob.glob(steps + "/step-*.npz")):
      s = np.load(path)
      w = s["weight"].astype(np.float64)
      ids += s["sample_id"].tolist()
      weights += (w * len(w) / w.sum()).tolist()
      losses += s["loss"].astype(np.float64).tolist()
      guesses += s["logits"].argmax(1).tolist()
      of += [int(s["epoch"])] * len(w)
      if "score" in s:
        for i, score in zip(s["sample_id"], s["score"]): scores.setdefault(int(i), []).append(float(score))
    ids, weights, losses, of = map(np.array, (ids, weights, losses, of))
    z = np.load(run + "/samples.npz")
    n = len(z["class"])
    visits = np.bincount(ids, minlength=n)
    assert n == 409 and visits.max() >= 2 and np.array_equal(z["visits"], visits)
    with np.errstate(invalid="ignore"):
      for name, values in [("weight", weights), ("loss", losses)]:
        mean = np.bincount(ids, values, n) / visits
        np.testing.assert_allclose(z[name], mean, rtol=1e-12, err_msg=name)
    last = np.full(n, -1)
    for i, guess in zip(ids, guesses): last[i] = guess
    assert np.array_equal(z["prediction"], last)
    assert ("score" in z) == bool(scores)
    if scores:
      for i in range(n):
        mean = np.mean(scores[i]) if i in scores else np.nan
        np.testing.assert_allclose(z["score"][i], mean, rtol=1e-12)
      assert np.array_equal(z["score"], np.load(run + "/score.npy")[:, 1], equal_nan=True)
    assert len(epochs) == 2
    for row in epochs:
      mine = of == row["epoch"]
      w, l = weights[mine], losses[mine]
      q = np.quantile(w, [0, .05, .25, .5, .75, .95, 1])
      np.testing.assert_allclose(row["weight_quantiles"], q, rtol=1e-12)
      order = np.argsort(l, kind="stable")
      cuts = [g * len(l) // 10 for g in range(11)]
      groups = [order[a:b] for a, b in zip(cuts, cuts[1:])]
      expected = [[l[g].mean(), w[g].mean()] for g in groups]
      np.testing.assert_allclose(row["weight_by_loss"], expected, rtol=1e-12)
      assert "seconds" not in row
    """

  // Needs NumPy, which `make deps` puts into .venv.
  @Test(
    .enabled(if: Python.interpreter != nil, "no .venv with NumPy"), arguments: ["erm", "gamma-threshold"])
  func theRecordedStepsAddUpToThem(strategy: String) throws {
    try Repository.withTemporaryFolder { folder in
      let steps = folder.appendingPathComponent("steps").path
      var options = ShortRun.options(folder.appendingPathComponent("run"))
      (options.steps, options.epochs, options.batchSize, options.model) = (nil, 2, 64, "mlp")
      options.strategy = ShortRun.plugin(strategy)
      options.validation = 0.2
      options.recordDirectory = steps
      try ShortRun.train(options)
      let result = try Python.run(Self.script, [options.runDirectory ?? "", steps])
      #expect(result.status == 0, "\(result.errors)")
    }
  }

  @Test func aRunSaysWhatItCost() throws {
    try Repository.withTemporaryFolder { folder in
      let options = ShortRun.options(folder.appendingPathComponent("run"))
      #expect(try ShortRun.stop(options, after: 3))
      let path = folder.appendingPathComponent("run/run.json")
      let stopped = try JSON(parsing: Array(Data(contentsOf: path)))
      #expect(try #require(stopped["peak_memory"]?.int) > 1 << 20)
      #expect(try #require(stopped["step_milliseconds"]?.double) > 0)
      #expect(stopped["seconds_per_epoch"] == .null, "no epoch has ended")
      try ShortRun.train(options, warn: { _ in })
      let done = try JSON(parsing: Array(Data(contentsOf: path)))
      #expect(try #require(done["seconds_per_epoch"]?.double) > 0)
      #expect(try #require(done["peak_memory"]?.int) >= #require(stopped["peak_memory"]?.int))
    }
  }
}
