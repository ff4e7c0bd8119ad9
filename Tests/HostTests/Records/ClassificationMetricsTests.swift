import Foundation
import Host
import TestSupport
import Testing

/// The metrics are those of their definitions.
@Suite struct ClassificationMetricsTests {
  @Test func aSmallCaseByHand() {
    let metrics = ClassificationMetrics(RecordFixtures.predictions, trainingCounts: [150, 40, 5])
    #expect(metrics.confusion == [[1, 1, 0], [0, 2, 0], [1, 0, 1]])
    #expect(metrics.accuracy == 4.0 / 6)
    #expect(metrics.classAccuracy == [0.5, 1, 0.5])
    #expect(abs(metrics.macroF1 - (0.5 + 0.8 + 2.0 / 3) / 3) < 1e-12)
    #expect(metrics.worstClass == 0)
    #expect(metrics.accuracy(of: metrics.shots.few) == 0.5)
  }

  @Test func everyMetricHasTheValueOfItsNameInTheResult() {
    let metrics = ClassificationMetrics(RecordFixtures.predictions, trainingCounts: [150, 40, 5])
    let result = metrics.json
    for metric in Metric.allCases {
      #expect(metrics[metric] != nil && metrics[metric] == result[metric.rawValue]?.double, "\(metric)")
    }
  }

  @Test(arguments: [
    ([150, 40, 5], ShotGroups.Rule.counts, [0], [1], [2]),
    ([19, 20, 100, 101], .counts, [3], [1, 2], [0]),
    ([5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50], .thirds, [0, 1, 2], [3, 4, 5, 6], [7, 8, 9]),
    ([5, 5, 5], .thirds, [0], [1], [2]), ([7], .thirds, [], [0], []),
  ])
  func classesAreGroupedByTrainingSamples(
    counts: [Int], rule: ShotGroups.Rule, many: [Int], medium: [Int], few: [Int]
  ) {
    let groups = ShotGroups(trainingCounts: counts)
    #expect(groups.rule == rule && groups.many == many && groups.medium == medium && groups.few == few)
  }

  @Test func classesWithoutSamplesAreLeftOut() {
    let predictions = Predictions(classes: 4, logits: [1, 0, 0, 0, 0, 0, 1, 0], targets: [0, 1])
    let metrics = ClassificationMetrics(predictions, trainingCounts: [9, 9, 9, 9])
    #expect(metrics.classAccuracy == [1, 0, nil, nil])
    #expect(metrics.balancedAccuracy == 0.5 && metrics.macroF1 == 1.0 / 3 && metrics.worstClass == 1)
    #expect(metrics.json["few_accuracy"] == .null && metrics[.fewAccuracy] == nil)
  }

  @Test func logitsThatAreNoNumbersNeverTrap() {
    for value: Float in [.nan, .infinity, -.infinity] {
      let predictions = Predictions(classes: 2, logits: [value, value, 0, value], targets: [0, 1])
      let metrics = ClassificationMetrics(predictions, trainingCounts: [1, 1])
      #expect(metrics.accuracy >= 0)
      #expect((try? JSON(parsing: metrics.json.line)) != nil)
    }
    let none = ClassificationMetrics(
      Predictions(classes: 2, logits: [], targets: []), trainingCounts: [1, 1])
    #expect(none.accuracy.isNaN && none.worstClass == nil && none.json["accuracy"]?.line == "null")
  }

  // Needs NumPy, which `make deps` puts into .venv.
  @Test(.enabled(if: Python.interpreter != nil, "no .venv with NumPy"))
  func numPyAgreesOnManyPredictions() throws {
    let classes = 7
    let targets = (0..<500).map { $0 * $0 * 31 % 101 % classes }
    let logits = (0..<(500 * classes)).map { Float(4 * sin(12.9898 * Double($0 * $0))) }
    let predictions = Predictions(classes: classes, logits: logits, targets: targets)
    let metrics = ClassificationMetrics(predictions, trainingCounts: [200, 150, 120, 90, 50, 12, 3])
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("p.npz").path
      try NumPyWriter.write(predictions.tensors, to: path)
      let result = try Python.run(
        """
        import sys, json, numpy as np
        a = np.load(sys.argv[1]); m = json.loads(sys.argv[2])
        z, t, p = a["logits"].astype("f8"), a["target"], a["prediction"]
        assert (p == z.argmax(1)).all() and p.dtype == np.int64 and a["logits"].dtype == np.float32
        c = np.zeros((7, 7), int); np.add.at(c, (t, p), 1)
        assert c.tolist() == m["confusion"]
        tp = c.diagonal(); acc = tp / c.sum(1); f1 = 2 * tp / (c.sum(0) + c.sum(1))
        q = np.exp(z - z.max(1, keepdims=True)); q /= q.sum(1, keepdims=True)
        conf = q.max(1); bins = np.linspace(0, 1, 16); ece = 0
        for lo, hi in zip(bins[:-1], bins[1:]):
          b = (conf > lo) & (conf <= hi)
          if b.any(): ece += b.mean() * abs((p == t)[b].mean() - conf[b].mean())
        expected = dict(accuracy=(p == t).mean(), balanced_accuracy=acc.mean(), macro_f1=f1.mean(),
          many_accuracy=acc[:3].mean(), medium_accuracy=acc[3:5].mean(), few_accuracy=acc[5:].mean(),
          worst_class_accuracy=acc.min(), worst_class=acc.argmin(), calibration_error=ece,
          negative_log_likelihood=-np.log(q[np.arange(500), t]).mean())
        for name, value in expected.items(): assert abs(m[name] - value) < 1e-9, (name, m[name], value)
        """, [path, metrics.json.line])
      #expect(result.status == 0, "\(result.errors)")
    }
  }
}
