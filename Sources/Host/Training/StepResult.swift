internal import Models

/// What one step came to.
struct StepResult {
  /// The mean of the unweighted losses, in nats.
  let loss: Double
  /// Σ w_i ℓ_i.
  let weightedLoss: Double
  /// Samples whose largest logit is their class's.
  let correct: Int
  let effectiveSampleSize: Double
  let hasScores: Bool

  init(_ tensors: StepTensors, samples: Int, classes: Int, hasScores: Bool) {
    let losses = tensors.floats(.loss)
    let weights = tensors.output(.weight)
    var loss = 0.0
    var weighted = 0.0
    for i in 0..<samples {
      loss += Double(losses.buffer[i])
      weighted += Double(losses.buffer[i]) * Double(weights.buffer[i])
    }
    self.loss = loss / Double(samples)
    self.weightedLoss = weighted
    correct = hits(
      tensors.floats(.logits).buffer, tensors.integers(.target).buffer, samples: samples, classes: classes)
    self.effectiveSampleSize = sizeOf(weights.buffer, samples: samples)
    self.hasScores = hasScores
  }
}

/// How many of the samples have their largest logit at their class.
private func hits(
  _ logits: borrowing Buffer<Float>, _ targets: borrowing Buffer<Int64>, samples: Int, classes: Int
) -> Int {
  let span = logits.span
  var hits = 0
  for i in 0..<samples { hits += largestLogit(of: i, in: span, classes: classes) == Int(targets[i]) ? 1 : 0 }
  return hits
}

/// The class of the largest logit of a sample, the first of equal ones.
///
/// - Parameter logits: `[B, C]` row by row.
func largestLogit(of sample: Int, in logits: Span<Float>, classes: Int) -> Int {
  var best = 0
  for k in 1..<max(classes, 1) where logits[sample * classes + k] > logits[sample * classes + best] {
    best = k
  }
  return best
}

private func sizeOf(_ weights: borrowing Buffer<Float>, samples: Int) -> Double {
  effectiveSampleSize(of: weights.span.extracting(first: samples))
}
