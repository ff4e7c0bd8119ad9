public import PluginABI
internal import PluginKit

/// Easy samples first: the share of each batch that counts, those of the smallest losses, grows with the run.
struct Curriculum: Weighting {
  static let manifest = Manifest(
    id: "curriculum", version: "1.0.0", name: "Curriculum",
    summary: "Starts with the samples of small loss and takes in the others as the run goes on.",
    inputs: [.loss],
    parameters: [
      .float("start", default: 0.3, min: 0.01, max: 1, help: "Share of the batch that counts at first."),
      .float("full", default: 0.5, min: 0.01, max: 1, help: "Share of the run until every sample counts."),
    ],
    isDeterministic: true, isEquivariant: true)

  let start: Double
  let full: Double

  init(parameters: Parameters, setup: Setup) throws {
    start = try parameters.float("start")
    full = try parameters.float("full")
  }

  mutating func weigh(_ batch: Batch, into weights: inout MutableSpan<Float>) throws {
    let loss = try batch.floats(.loss)
    // The planned progress, not the step's number: the schedule fits a run of any length.
    let share = start + (1 - start) * min(1, batch.progress / full)
    let count = max(1, Int((share * Double(batch.count)).rounded()))

    var sorted: [Float] = []
    for i in loss.indices {
      guard !loss[i].isNaN else { throw StrategyError.numeric("the loss of sample \(i) is not a number") }
      sorted.append(loss[i])
    }
    sorted.sort()

    // Equal losses count together, so that the order of the batch decides nothing.
    let largest = sorted[count - 1]
    let counted = sorted.count { $0 <= largest }
    for i in weights.indices { weights[i] = loss[i] <= largest ? 1 / Float(counted) : 0 }
    batch.metric("share", Double(counted) / Double(batch.count))
  }
}

private let library = StrategyLibrary([Curriculum.self])
/// The manifest of this library.
@c @implementation public func br_manifest_v1() -> UnsafePointer<CChar>? { library.manifest }
/// The functions of a strategy of this library.
@c @implementation public func br_strategy_v1(
  _ id: UnsafePointer<CChar>?
) -> UnsafePointer<br_strategy>? { library.table(id) }
