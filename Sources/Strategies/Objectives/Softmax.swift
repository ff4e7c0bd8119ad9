internal import Glibc

/// The softmax of one sample's logits, which an objective may have changed before.
enum Softmax {
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
