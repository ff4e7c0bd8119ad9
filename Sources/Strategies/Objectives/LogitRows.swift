internal import PluginKit

/// The rows of a batch of logits, evaluated one after another in double precision.
///
/// Logits that are not finite give a loss or derivative that is not, rather than an error: what then happens
/// is the host's to decide, by `--on-nonfinite`.
struct LogitRows {
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
