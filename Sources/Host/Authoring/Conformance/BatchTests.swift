extension ConformanceTest {
  static let ofBatches: [ConformanceTest] = [
    .strategy(
      "batch-sizes", "Batches of 1, 2, 3, 17 and 1024 samples give valid outputs.",
      afterCrash: "allocate for setup->largest_batch, and look for loops that expect two samples or more."
    ) { trial in
      let setup = trial.setup(largestBatch: 1024)
      var instance = try trial.instance(of: setup)
      for (number, count) in [17, 1, 1024, 2, 3].enumerated() {
        try trial.during("a batch of \(count)") {
          _ = try trial.step(&instance, trial.batch(count, number: number, of: setup), at: number)
        }
      }
      return .passed
    },

    .strategy("one-class", "A batch of one class alone gives valid outputs.") { trial in
      for c in [0, trial.setup().sizes.classes - 1] {
        try trial.during("a batch of class \(c) alone") {
          _ = try trial.answers(to: [trial.batch(onlyClass: c)])
        }
      }
      return .passed
    },

    .losses("loss-equal", "Losses that are all equal give valid outputs.", .equal),
    .losses("loss-zero", "Losses and gradients that are all zero give valid outputs.", .zero),
    .losses("loss-huge", "Losses of 1e30 give valid outputs, or a plain refusal.", .huge),
    .losses("loss-denormal", "Losses below the smallest normal number give valid outputs.", .denormal),

    .strategy(
      "optional-inputs", "The strategy does without each optional input, and without all of them.",
      afterCrash: "look whether data is NULL before an optional input is read.",
      unless: { $0.inputs.contains { $0.isOptional } ? nil : "it has no optional inputs" }
    ) { trial in
      let optional = trial.manifest.inputs.filter(\.isOptional).map(\.name)
      var cases = optional.map { ("without \($0.rawValue)", Set([$0])) }
      if optional.count > 1 { cases.append(("without any optional input", Set(optional))) }
      for (name, absent) in cases {
        try trial.during(name) {
          var instance = try trial.instance()
          _ = try trial.step(&instance, trial.batch(), without: absent)
        }
      }
      return .passed
    },
  ]

  private static func losses(_ id: String, _ summary: String, _ losses: TrialBatch.Losses) -> ConformanceTest
  {
    .strategy(id, summary) { trial in
      do { _ = try trial.answers(to: [trial.batch(losses: losses)]) } catch let error as PluginError {
        guard case .failed(_, .step, numericTrouble, _) = error, losses != .zero, losses != .equal else {
          throw Fault(
            error.problem, try: "guard divisions by a sum or spread of zero, and compute in double.")
        }
        return .warning(error.problem, try: "accept such losses if you can: a refusal ends the user's run.")
      }
      return .passed
    }
  }

  /// `BR_ERROR_NUMERIC`.
  private static let numericTrouble: Int32 = -3
}
