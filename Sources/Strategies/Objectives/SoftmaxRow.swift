internal import Glibc

/// The cross-entropy of one sample's logits, which an objective may have changed before.
enum SoftmaxRow {
  /// The loss `−ln softmax(z)[target]`, in nats; leaves `softmax(z) − onehot(target)`, its derivative, in `z`.
  ///
  /// - Parameters:
  ///   - z: the sample's logits, `[C]`; *overwritten* by the derivative.
  ///   - target: the sample's class, in `0..<C`.
  static func crossEntropy(_ z: inout [Double], target: Int) -> Double {
    var peak = -Double.infinity
    for value in z { peak = max(peak, value) }
    var sum = 0.0
    for value in z { sum += exp(value - peak) }
    let loss = peak + log(sum) - z[target]
    for c in z.indices { z[c] = exp(z[c] - peak) / sum }
    z[target] -= 1
    return loss
  }
}
