internal import Glibc
internal import PluginKit

/// Evaluates losses sample by sample, in double precision.
///
/// Logits that are not finite give a loss or derivative that is not, rather than an error: what then happens
/// is the host's to decide, by `--on-nonfinite`.
struct SoftmaxRows {
  private var z: [Double]

  /// Rows of so many logits.
  init(classes: Int) { z = Array(repeating: 0, count: classes) }

  /// Overwrites losses and derivatives by what `loss` makes of each sample.
  ///
  /// - Parameter loss: returns the loss of the logits `z`, `[C]`, of a sample of the class `target`, and
  ///   leaves its derivative in `z`.
  mutating func evaluate(
    _ batch: borrowing Batch, into losses: inout MutableSpan<Float>,
    logitGradients: inout MutableSpan<Float>, _ loss: (_ z: inout [Double], _ target: Int) -> Double
  ) throws {
    let C = z.count
    let logits = try batch.floats(.logits)
    let targets = try batch.targets(of: C)
    guard logits.count == batch.count * C, losses.count == batch.count, logitGradients.count == logits.count
    else { throw StrategyError.argument("\(logits.count) logits of \(batch.count) samples in \(C) classes") }
    for i in losses.indices {
      for c in 0..<C { z[c] = Double(logits[i * C + c]) }
      losses[i] = Float(loss(&z, Int(targets[i])))
      for c in 0..<C { logitGradients[i * C + c] = Float(z[c]) }
    }
  }
}

/// The softmax of one sample's logits, which an objective may have changed before.
enum SoftmaxRow {
  /// The cross-entropy `−ln softmax(z)[target]`, in nats; leaves `softmax(z) − onehot(target)`, its
  /// derivative, in `z`.
  ///
  /// - Parameters:
  ///   - z: the sample's logits, `[C]`; *overwritten* by the derivative.
  ///   - target: the sample's class, in `0..<C`.
  static func crossEntropy(_ z: inout [Double], target: Int) -> Double {
    let own = z[target]
    let (peak, rest) = normalize(&z)
    // Summed over the others, both keep their digits where the class is all but certain.
    z[target] = 0
    z[target] = -z.reduce(0, +)
    return peak - own + log1p(rest)
  }

  /// Overwrites `z` by its softmax; returns the largest logit, and the sum of the exponentials of the others
  /// relative to it.
  static func normalize(_ z: inout [Double]) -> (peak: Double, rest: Double) {
    var place = 0
    for c in z.indices where !(z[c] <= z[place]) { place = c }  // also not a number
    let peak = z[place]
    var rest = 0.0
    for c in z.indices where c != place { rest += exp(z[c] - peak) }
    for c in z.indices { z[c] = exp(z[c] - peak) / (1 + rest) }
    return (peak, rest)
  }
}
