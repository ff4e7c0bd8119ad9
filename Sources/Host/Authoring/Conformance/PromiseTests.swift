/// What a manifest promises.
extension ConformanceTest {
  static let ofPromises: [ConformanceTest] = [
    .strategy(
      "determinism", "Two instances of one seed give the same bytes.", unless: Self.indeterminate
    ) { trial in
      let batches = (0..<4).map { trial.batch(number: $0) }
      let first = try trial.answers(to: batches)
      let second = try trial.answers(to: batches)
      for (step, (a, b)) in zip(first, second).enumerated() {
        if let difference = b.difference(from: a) {
          throw Fault(
            "a second instance differs: in step \(step), \(difference)",
            try:
              "draw random numbers with br_uniform, initialise all memory, and use no clock and no address; "
              + "or leave out \"deterministic\".")
        }
      }
      return .passed
    },

    .strategy(
      "equivariance", "Permuting the batch permutes the outputs.",
      unless: { $0.isEquivariant ? nil : "the manifest does not say \"equivariant\": true" }
    ) { trial in
      let batch = trial.batch(33)
      let straight = try trial.answers(to: [batch])[0]
      for order in [Array((0..<33).reversed()), (0..<33).map { ($0 * 17 + 5) % 33 }] {
        let permuted = try trial.answers(to: [batch.permuted(order)])[0]
        let expected = straight.permuted(order, of: batch.count)
        if let difference = permuted.difference(from: expected, tolerance: 1e-4) {
          throw Fault(
            "in another order of the batch, \(difference)",
            try:
              "compute each sample's outputs from its own inputs and from sums over the batch, not from its "
              + "place; or leave out \"equivariant\".")
        }
      }
      return .passed
    },
  ]

  /// Why runs of this strategy cannot be compared bit by bit.
  static func indeterminate(_ manifest: StrategyManifest) -> String? {
    manifest.isDeterministic ? nil : "the manifest does not say \"deterministic\": true"
  }
}

extension Answer {
  fileprivate func permuted(_ order: [Int], of count: Int) -> Answer {
    Answer(
      isUniform: isUniform,
      outputs: outputs.mapValues { values in
        let width = values.count / count
        return order.flatMap { values[$0 * width..<($0 + 1) * width] }
      })
  }
}
