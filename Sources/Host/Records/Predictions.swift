internal import Foundation

/// What a network says about every sample of a data set.
public struct Predictions: Sendable, Equatable {
  /// The number of classes, C.
  public let classes: Int
  /// Network outputs before softmax, `[N, C]` row by row.
  public let logits: [Float]
  /// The true class of every sample, `[N]`, each in `0..<classes`.
  public let targets: [Int]
  /// The class of the largest logit of every sample, `[N]`; the first of equal ones, 0 where all are NaN.
  public let predictions: [Int]

  /// Predictions from `logits`, `[targets.count, classes]` row by row.
  public init(classes: Int, logits: [Float], targets: [Int]) {
    precondition(
      classes >= 1 && logits.count == targets.count * classes,
      "\(logits.count) logits for \(targets.count) samples of \(classes) classes")
    precondition(targets.allSatisfy { $0 >= 0 && $0 < classes }, "a target outside 0..<\(classes)")
    self.classes = classes
    self.logits = logits
    self.targets = targets
    predictions = targets.indices.map { sample in
      var best = 0
      for c in 1..<max(classes, 1) where Self.beats(logits, sample * classes, c, best) { best = c }
      return best
    }
  }

  private static func beats(_ logits: [Float], _ row: Int, _ challenger: Int, _ best: Int) -> Bool {
    logits[row + challenger] > logits[row + best]
      || (logits[row + best].isNaN && !logits[row + challenger].isNaN)
  }

  /// The tensors of `predictions.npz`: `logits` f32 [N, C], `prediction` and `target` i64 [N].
  public var tensors: [NamedTensor] {
    [
      NamedTensor(name: "logits", shape: [targets.count, classes], floats: logits),
      NamedTensor(name: "prediction", shape: [targets.count], integers: predictions.map(Int64.init)),
      NamedTensor(name: "target", shape: [targets.count], integers: targets.map(Int64.init)),
    ]
  }
}

// MARK: - Probabilities

extension Predictions {
  /// The mean of −ln(probability of the true class), in nats; NaN without samples.
  public var meanNegativeLogLikelihood: Double {
    let sum = targets.indices.reduce(0.0) { sum, sample in
      sum + logSumExp(of: sample) - Double(logits[sample * classes + targets[sample]])
    }
    return sum / Double(targets.count)
  }

  /// The expected calibration error over 15 bins of equal width: the mean of |accuracy − confidence| over the
  /// bins, weighted by their samples (Guo, Pleiss, Sun and Weinberger: "On calibration of modern neural
  /// networks", ICML 2017). NaN without samples or where a probability is NaN.
  public var expectedCalibrationError: Double {
    let bins = 15
    var hits = [Double](repeating: 0, count: bins)
    var confidences = [Double](repeating: 0, count: bins)
    for sample in targets.indices {
      let prediction = predictions[sample]
      let confidence = exp(Double(logits[sample * classes + prediction]) - logSumExp(of: sample))
      guard confidence.isFinite else { return .nan }
      // Bins are open on the left: (0, 1/15], (1/15, 2/15], …
      let bin = min(max(Int((confidence * Double(bins)).rounded(.up)) - 1, 0), bins - 1)
      confidences[bin] += confidence
      hits[bin] += prediction == targets[sample] ? 1 : 0
    }
    return zip(hits, confidences).reduce(0.0) { $0 + abs($1.0 - $1.1) } / Double(targets.count)
  }

  private func logSumExp(of sample: Int) -> Double {
    let row = logits[(sample * classes)..<((sample + 1) * classes)]
    let peak = Double(logits[sample * classes + predictions[sample]])
    guard peak.isFinite else { return peak.isNaN ? .nan : peak }
    return peak + log(row.reduce(0.0) { $0 + exp(Double($1) - peak) })
  }
}
