import Foundation
import Host

/// A made-up batch of a `TrialRun` with everything that shipped strategies look at.
struct FormulaBatch: Sendable {
  let count: Int
  var epoch = 0
  var progress = 0.0
  var learningRate = 0.1
  var floats: [StrategyInput: [Float]]
  var integers: [StrategyInput: [Int64]]

  /// Samples whose inputs are of usual sizes, and independent of each other.
  init(_ count: Int, seed: UInt64) {
    self.count = count
    var random = SplitMix(state: seed)
    func draw(_ width: Int, _ range: ClosedRange<Float>) -> [Float] {
      (0..<count * width).map { _ in
        range.lowerBound + (range.upperBound - range.lowerBound) * Float(random.next() % 4096) / 4095
      }
    }
    let sizes = TrialRun.sizes
    floats = [
      .loss: draw(1, 0...4), .logits: draw(sizes.classes, -6...6), .feature: draw(sizes.features, -1...3),
      .logitGradient: draw(sizes.classes, -1...1), .gradientNorm: draw(1, 0...5),
      .metaAlignment: draw(1, -2...2),
    ]
    // Few at first, so that groups turn up later.
    let targets = (0..<count).map { _ in Int64(random.next() % UInt64(min(sizes.classes, 1 + count / 4))) }
    integers = [.target: targets, .group: targets, .sampleID: (0..<count).map { Int64($0) }]
  }

  /// Each of these inputs is this number for every sample.
  func with(_ inputs: [StrategyInput], all value: Float) -> FormulaBatch {
    var batch = self
    for input in inputs { batch.floats[input] = batch.floats[input]?.map { _ in value } }
    return batch
  }

  /// Losses from 1e-30 to 1e4, logits up to ±1e4, lengths and alignments over as many orders.
  var extreme: FormulaBatch {
    var batch = self
    let powers = (0..<count).map { i in pow(10, -30 + 34 * Double(i) / Double(max(1, count - 1))) }
    batch.floats[.loss] = powers.map { Float($0) }
    batch.floats[.gradientNorm] = powers.reversed().map { Float($0) }
    batch.floats[.metaAlignment] = powers.enumerated().map { i, x in Float(i % 3 == 0 ? -x : x) }
    batch.floats[.logits] = batch.floats[.logits]?.enumerated().map { i, z in
      i % 7 == 0 ? 1e4 * z / 6 : i % 5 == 0 ? 70 * z / 6 : z
    }
    batch.floats[.logitGradient] = batch.floats[.logitGradient]?.enumerated().map { i, d in
      d * Float(powers[i / TrialRun.sizes.classes]) / 1e4
    }
    return batch
  }

  // MARK: - Running

  func tensors() -> StepTensors {
    let tensors = StepTensors(inputs: Set(floats.keys).union(integers.keys), sizes: TrialRun.sizes)
    for (input, values) in floats {
      for (i, value) in values.enumerated() { tensors.floats(input).buffer[i] = value }
    }
    for (input, values) in integers {
      for (i, value) in values.enumerated() { tensors.integers(input).buffer[i] = value }
    }
    return tensors
  }

  /// What the strategy answers, by output.
  func answer(of instance: inout StrategyInstance, step: Int) throws -> [String: [Float]] {
    let tensors = tensors()
    let context = StepContext(
      batch: count, epoch: epoch, step: step, progress: progress, learningRate: learningRate)
    _ = try instance.step(context, tensors)
    let outputs = instance.manifest.outputs.filter { $0 != .score }
    return Dictionary(
      uniqueKeysWithValues: outputs.map { output in
        let width = output == .logitGradient ? TrialRun.sizes.classes : 1
        return (output.rawValue, tensors.output(output).buffer.array(prefix: count * width))
      })
  }

  var json: JSON {
    [
      "size": JSON(count), "epoch": JSON(epoch), "progress": JSON(progress),
      "learning_rate": JSON(learningRate),
      "floats": .object(floats.map { .init($0.rawValue, JSON($1.map { Double($0) })) }),
      "integers": .object(integers.map { .init($0.rawValue, JSON($1)) }),
    ]
  }
}
