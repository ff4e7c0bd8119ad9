internal import Glibc
internal import PluginKit

/// Group distributionally robust optimisation: the groups whose losses stay large count more and more.
///
/// Sagawa et al.: "Distributionally robust neural networks for group shifts", ICLR 2020, algorithm 1, on
/// batches as in the authors' code: with the mean loss `L_g` of each group of the batch, `q_g ← q_g · exp(η ·
/// L_g)`, scaled to a sum of 1 over the groups seen so far; the batch loss is `Σ q_g · L_g`, so a sample weighs `q_g /
/// n_g`, with `n_g` its group's samples in the batch. The groups are those of the data, or its classes; one
/// that is seen for the first time begins with the q of one that has had no loss. The weights sum to the q of
/// the groups that are in the batch.
struct GroupDRO: Weighting {
  static let manifest = Manifest(
    id: "group-dro", version: "1.0.0", name: "Group DRO",
    summary: "Weighs groups, or classes, by the exponential of their losses so far.",
    cite: "Sagawa et al.: Distributionally robust neural networks for group shifts. ICLR 2020",
    inputs: [.loss, .group],
    parameters: [
      .float("eta", default: 0.01, min: 0, max: 100, help: "How fast groups of large losses gain weight.")
    ],
    isDeterministic: true, isEquivariant: true, hasState: true)

  /// No data set that this is meant for has more.
  private static let mostGroups = 65_536

  private let eta: Double
  /// The groups seen so far in ascending order, the logarithm of each one's q, up to a constant of all, and
  /// what the batch holds of it.
  private var labels: [Int64] = []
  private var logarithms: [Double] = []
  private var counts: [Int] = []
  private var sums: [Double] = []

  init(parameters: Parameters, setup: Setup) throws { eta = try parameters.float("eta") }

  mutating func weigh(_ batch: Batch, into weights: inout MutableSpan<Float>) throws {
    let losses = try batch.finite(.loss)
    let groups = try batch.integers(.group)
    guard groups.count == batch.count else {
      throw StrategyError.argument("\(groups.count) groups of \(batch.count) samples")
    }
    for i in groups.indices { try meet(groups[i]) }
    for g in labels.indices { (counts[g], sums[g]) = (0, 0) }
    for i in groups.indices {
      let g = position(of: groups[i])
      counts[g] += 1
      sums[g] += Double(losses[i])
    }
    for g in labels.indices where counts[g] > 0 { logarithms[g] += eta * sums[g] / Double(counts[g]) }
    let peak = logarithms.max() ?? 0
    let total = logarithms.reduce(0) { $0 + exp($1 - peak) }
    for i in weights.indices {
      let g = position(of: groups[i])
      weights[i] = Float(exp(logarithms[g] - peak) / total / Double(counts[g]))
    }
    weights.replaceAllZero()
  }

  /// Where the label is, or belongs.
  private func position(of label: Int64) -> Int {
    var (low, high) = (0, labels.count)
    while low < high {
      let middle = (low + high) / 2
      if labels[middle] < label { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func meet(_ label: Int64) throws {
    let place = position(of: label)
    if place < labels.count, labels[place] == label { return }
    guard labels.count < Self.mostGroups else {
      throw StrategyError.argument("more than \(Self.mostGroups) groups")
    }
    labels.insert(label, at: place)
    logarithms.insert(0, at: place)
    counts.insert(0, at: place)
    sums.insert(0, at: place)
  }

  // MARK: - State

  func save(to state: StateWriter) throws {
    try state.put("groups", labels)
    try state.put("log_q", logarithms)
  }

  mutating func load(from state: StateReader) throws {
    let labels: [Int64] = try state.get("groups")
    let logarithms: [Double] = try state.get("log_q")
    guard labels.count == logarithms.count, labels.count <= Self.mostGroups else {
      throw StrategyError.state("\(logarithms.count) weights of \(labels.count) groups")
    }
    guard zip(labels, labels.dropFirst()).allSatisfy({ $0 < $1 }), logarithms.allSatisfy(\.isFinite) else {
      throw StrategyError.state("groups out of order, or a weight that is not finite")
    }
    (self.labels, self.logarithms) = (labels, logarithms)
    counts = Array(repeating: 0, count: labels.count)
    sums = Array(repeating: 0, count: labels.count)
  }
}
