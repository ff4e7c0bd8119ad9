internal import Foundation

/// Softmax cross-entropy of each sample: `loss_i = log Σ_k exp(z_ik) − z_iy`, in nats.
///
/// | value           | shape    |
/// |-----------------|----------|
/// | `logits`        | `[N, K]` |
/// | `targets`       | `[N]`    |
/// | `losses`        | `[N]`    |
/// | `logitGradient` | `[N, K]` |
public enum SoftmaxCrossEntropy {
  /// Overwrites `losses` and their gradients by the logits, `softmax(z_i) − onehot(y_i)`: not divided by `N`.
  public static func evaluate(
    logits: borrowing Buffer<Float>, targets: borrowing Buffer<Int64>, samples: Int, classes: Int,
    losses: inout Buffer<Float>, logitGradient: inout Buffer<Float>
  ) {
    precondition(
      min(logits.count, logitGradient.count) >= samples * classes
        && min(targets.count, losses.count) >= samples,
      "[\(samples), \(classes)] logits in smaller buffers")
    for i in 0..<samples {
      let row = i * classes
      let target = Int(targets[i])
      precondition(target >= 0 && target < classes, "target \(target) of \(classes) classes")
      var largest = logits[row]
      for k in 1..<max(classes, 1) { largest = max(largest, logits[row + k]) }
      var sum = 0.0
      for k in 0..<classes { sum += exp(Double(logits[row + k] - largest)) }
      losses[i] = Float(log(sum) - Double(logits[row + target] - largest))
      for k in 0..<classes {
        let probability = exp(Double(logits[row + k] - largest)) / sum
        logitGradient[row + k] = Float(probability - (k == target ? 1 : 0))
      }
    }
  }
}
