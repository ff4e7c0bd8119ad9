internal import Foundation
internal import Models

extension StrategySetup {
  /// A made-up run: long-tailed classes, a hundred times as many samples in the first as in the last, and
  /// gradients of the last layer's weight and bias.
  package static func trial(
    largestBatch: Int, classes: Int = 10, features: Int = 16, seed: UInt64
  ) -> StrategySetup {
    precondition(
      largestBatch > 0 && classes > 0 && features > 0, "[\(largestBatch), \(classes), \(features)]")
    let counts = (0..<classes).map { c in
      let place = classes == 1 ? 0 : Double(c) / Double(classes - 1)
      return Int64((1000 * pow(10, -2 * place)).rounded())
    }
    let width = LastLayerGradients.width(.layer, classes: classes, features: features) ?? 0
    return StrategySetup(
      sizes: TensorSizes(batch: largestBatch, classes: classes, features: features, gradientLength: width),
      trainingSamples: Int(counts.reduce(0, +)), classCounts: counts, seed: seed)
  }

  /// The training samples of a class: they follow each other in the training set.
  package func sampleIDs(ofClass c: Int) -> Range<Int64> {
    let start = classCounts[..<c].reduce(0, +)
    return start..<start + classCounts[c]
  }

  /// The class of a training sample.
  package func target(ofSample id: Int64) -> Int64 {
    let c = classCounts.indices.first { sampleIDs(ofClass: $0).contains(id) }
    precondition(c != nil, "sample \(id) of \(trainingSamples)")
    return Int64(c ?? 0)
  }
}
