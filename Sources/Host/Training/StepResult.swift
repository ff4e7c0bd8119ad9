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
    let logits = tensors.floats(.logits)
    let targets = tensors.integers(.target)
    var loss = 0.0
    var weighted = 0.0
    var correct = 0
    for i in 0..<samples {
      loss += Double(losses.buffer[i])
      weighted += Double(losses.buffer[i]) * Double(weights.buffer[i])
      var best = 0
      for k in 1..<max(classes, 1)
      where logits.buffer[i * classes + k] > logits.buffer[i * classes + best] { best = k }
      correct += best == Int(targets.buffer[i]) ? 1 : 0
    }
    self.loss = loss / Double(samples)
    self.weightedLoss = weighted
    self.correct = correct
    self.effectiveSampleSize = sizeOf(weights.buffer, samples: samples)
    self.hasScores = hasScores
  }
}

private func sizeOf(_ weights: borrowing Buffer<Float>, samples: Int) -> Double {
  effectiveSampleSize(of: weights.span.extracting(first: samples))
}
