internal import PluginKit

/// A factor for each class, scaled so that its mean over the training samples is 1: the learning rate keeps
/// its meaning.
struct ClassFactors {
  private let factors: [Double]

  /// The factors, up to their scale, of classes with these numbers of training samples.
  ///
  /// - Parameter factor: that of a class of so many samples, at least one; finite and above zero.
  init(_ setup: Setup, _ factor: (Double) -> Double) {
    let raw = setup.countsFromOne.map(factor)
    let samples = setup.classCounts.reduce(0.0) { $0 + Double($1) }
    let sum = zip(raw, setup.classCounts).reduce(0.0) { $0 + $1.0 * Double($1.1) }
    let scale = sum > 0 ? samples / sum : 1
    factors = raw.map { $0 * scale }
  }

  /// Overwrites the weights by the factor of each sample's class, divided by the batch's size.
  func weigh(_ batch: borrowing Batch, into weights: inout MutableSpan<Float>) throws {
    let targets = try batch.targets(of: factors.count)
    for i in weights.indices { weights[i] = Float(factors[Int(targets[i])] / Double(batch.count)) }
  }
}
