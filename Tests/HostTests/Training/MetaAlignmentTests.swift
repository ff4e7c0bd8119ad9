import Foundation
import Host
import TestSupport
import Testing

/// `meta_alignment` is what `l2rw` and `meta-weight-net` take it for: after a step of the last layer, the loss of the
/// held-out samples changes by `−lr · ⟨g_i, g_meta⟩` with the weight of sample i.
@Suite struct MetaAlignmentTests {
  /// Three runs from the same weights, none of which it changes: one that holds samples out, one that shows those.
  @Test func heldOutLossFollowsTheWeightOfEachSample() throws {
    try Repository.withTemporaryFolder { folder in
      var options = ShortRun.options(folder.appendingPathComponent("start"))
      options.model = "mlp"  // whose layers do the same in training and evaluation
      try ShortRun.train(options)
      let weights = folder.appendingPathComponent("start/weights.safetensors").path
      (options.initialWeights, options.learningRate) = (weights, 0)

      var measured = options
      (measured.steps, measured.epochs, measured.metaPerClass) = (nil, 1, 2)
      measured.strategy = ShortRun.plugin("meta-weights") + ":l2rw"
      let step = try firstStep(measured, "measured", in: folder)
      let samples = folder.appendingPathComponent("measured/samples.npz").path
      let visits = try NPZ(path: samples).array("visits").int64s()
      let heldOut = visits.indices.filter { visits[$0] == 0 }
      try #require(heldOut.count == 20)

      let order = folder.appendingPathComponent("order.npy").path
      let ids = NamedTensor(name: "", shape: [heldOut.count], integers: heldOut.map { Int64($0) })
      try NumPyWriter.write(ids, to: order)
      (options.steps, options.batchSize, options.order) = (1, heldOut.count, .file(order))
      let shown = try firstStep(options, "shown", in: folder)

      try check(
        step.array("meta_alignment").floats(), LastLayer(readingFrom: weights), batch: Samples(step),
        heldOut: Samples(shown))
    }
  }

  /// Trains in a folder of this name and returns the record of the first step.
  private func firstStep(_ options: TrainingOptions, _ name: String, in folder: URL) throws -> NPZ {
    var options = options
    let steps = folder.appendingPathComponent("\(name)-steps")
    options.runDirectory = folder.appendingPathComponent(name).path
    options.recordDirectory = steps.path
    try ShortRun.train(options)
    return try ShortRun.step(0, in: steps)
  }

  private func check(_ alignment: [Float], _ layer: LastLayer, batch: Samples, heldOut: Samples) {
    #expect(alignment.count == batch.targets.count)
    let largest = Double(alignment.reduce(0) { max($0, abs($1)) })
    #expect(largest > 0.01)
    // So little that the third derivative adds less than 1e-7, and much more than rounding in double precision.
    let (rate, weight) = (0.1, 1e-4)
    for i in batch.targets.indices {
      let losses = [weight, -weight].map { weight in
        layer.stepped(along: batch, i, by: rate * weight).loss(of: heldOut)
      }
      let slope = (losses[0] - losses[1]) / (2 * weight)
      // The host's features, logits and sums are of single precision.
      let isRight = abs(slope + rate * Double(alignment[i])) <= 1e-5 * rate * largest
      #expect(isRight, "sample \(i): \(slope), not \(-rate) · \(alignment[i])")
    }
  }
}

// MARK: - In double precision

/// What the last layer sees of some samples, and their classes.
private struct Samples {
  let features: [[Double]]
  let targets: [Int]

  init(_ step: NPZ) throws {
    let array = try step.array("feature")
    let (values, width) = (array.floats().map { Double($0) }, array.shape[1])
    features = (0..<array.shape[0]).map { Array(values[$0 * width..<($0 + 1) * width]) }
    targets = try step.array("target").int64s().map { Int($0) }
  }
}

private struct LastLayer {
  /// `[C][F]` and `[C]`.
  private var weight: [[Double]]
  private var bias: [Double]

  init(readingFrom path: String) throws {
    let file = try SafeTensors(readingFrom: path)
    let tensor = try #require(file["linear.weight"])
    let (values, width) = (tensor.doubles(), tensor.shape[1])
    weight = (0..<tensor.shape[0]).map { Array(values[$0 * width..<($0 + 1) * width]) }
    bias = try #require(file["linear.bias"]).doubles()
  }

  private func probabilities(_ x: [Double]) -> [Double] {
    let z = zip(weight, bias).map { row, bias in zip(row, x).reduce(bias) { $0 + $1.0 * $1.1 } }
    let peak = z.max() ?? 0
    let powers = z.map { exp($0 - peak) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// The mean cross-entropy.
  func loss(of samples: Samples) -> Double {
    let losses = zip(samples.features, samples.targets).map { x, target in -log(probabilities(x)[target]) }
    return losses.reduce(0, +) / Double(losses.count)
  }

  /// The layer after a step down the gradient of one sample's cross-entropy.
  func stepped(along samples: Samples, _ sample: Int, by rate: Double) -> LastLayer {
    let x = samples.features[sample]
    let p = probabilities(x)
    var layer = self
    for k in p.indices {
      let d = p[k] - (k == samples.targets[sample] ? 1 : 0)
      layer.weight[k] = zip(weight[k], x).map { $0 - rate * d * $1 }
      layer.bias[k] -= rate * d
    }
    return layer
  }
}
