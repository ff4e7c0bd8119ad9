import Foundation
import Host
import TestSupport

/// A run of one strategy on made-up batches.
struct TrialRun {
  static let sizes = TensorSizes(batch: 300, classes: 5, features: 7, gradientLength: 12)
  static let setup = StrategySetup(
    sizes: sizes, trainingSamples: 1000, classCounts: [500, 250, 150, 75, 25], seed: 7)

  /// A batch: sample ids, losses and cosines.
  struct Batch {
    var ids: [Int64]
    var losses: [Float]
    var cosines: [Float]

    var count: Int { ids.count }

    /// Samples whose gradients lie in a plane, most of them in two bundles.
    init(count: Int, seed: UInt64 = 1) {
      var random = SplitMix(state: seed)
      let angles = (0..<count).map { _ in Double(random.next() % 2) * 2 + Double(random.next() % 1000) / 900 }
      ids = (0..<count).map { Int64(($0 * 37 + Int(seed) * 11) % 1000) }
      losses = (0..<count).map { _ in Float(random.next() % 1000) / 250 }
      cosines = angles.flatMap { a in angles.map { b in a == b ? 1 : Float(cos(a - b)) } }
    }

    /// The same samples in another order.
    func permuted(_ order: [Int]) -> Batch {
      var batch = self
      batch.ids = order.map { ids[$0] }
      batch.losses = order.map { losses[$0] }
      batch.cosines = order.flatMap { i in order.map { cosines[i * count + $0] } }
      return batch
    }
  }

  /// Tensors that hold `batch`.
  static func tensors(_ batch: Batch) -> StepTensors {
    let tensors = StepTensors(inputs: [.loss, .cosine], sizes: sizes)
    fill(tensors, batch)
    return tensors
  }

  /// Tensors that hold `batch` and that other processes can read.
  static func sharedTensors(_ batch: Batch) throws -> StepTensors {
    let tensors = try StepTensors.shared(inputs: [.loss, .cosine], sizes: sizes)
    fill(tensors, batch)
    return tensors
  }

  /// Puts `batch` into tensors.
  static func fill(_ tensors: StepTensors, _ batch: Batch) {
    for (i, id) in batch.ids.enumerated() { tensors.integers(.sampleID).buffer[i] = id }
    for (i, loss) in batch.losses.enumerated() { tensors.floats(.loss).buffer[i] = loss }
    for (i, cosine) in batch.cosines.enumerated() { tensors.floats(.cosine).buffer[i] = cosine }
  }

  /// Processes of plugins, served by the program of this build.
  static let isolation: Isolation = {
    var isolation = Isolation()
    isolation.program = Repository.products.appendingPathComponent("brhost").path
    return isolation
  }()

  static func context(_ batch: Batch, step: Int = 0) -> StepContext {
    StepContext(batch: batch.count, epoch: step / 10, step: step, progress: 0.5, learningRate: 0.1)
  }

  /// What one step gave.
  struct Answer: Equatable {
    var outcome: StepOutcome
    var weights: [Float]
    var scores: [Float]
  }

  static func step(
    _ instance: inout StrategyInstance, _ batch: Batch, step: Int = 0
  ) throws -> Answer {
    let tensors = tensors(batch)
    let outcome = try instance.step(context(batch, step: step), tensors)
    return Answer(
      outcome: outcome, weights: tensors.output(.weight).buffer.array(prefix: batch.count),
      scores: outcome.hasScores ? tensors.output(.score).buffer.array(prefix: batch.count) : [])
  }
}

/// Made-up numbers.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return (z ^ z >> 31) >> 8
  }
}
