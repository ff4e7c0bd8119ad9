extension ConformanceTest {
  static let ofObjectives: [ConformanceTest] = [
    .strategy(
      "logits-huge", "Logits that are certain, of the right class or a wrong one, give finite outputs.",
      unless: { $0.role == .objective ? nil : "it is no objective" }
    ) { trial in
      let batch = trial.batch()
      let classes = batch.setup.sizes.classes
      let settings = [[]] + trial.manifest.parameters.flatMap { $0.bounds.map { bound in [bound] } }
      for size: Float in [50, 1e4] {
        let logits = (0..<batch.count * classes).map { at in
          (at % classes == at / classes % classes) == (at / classes % 2 == 0) ? size : -size
        }
        let extreme = batch.with(logits: logits, seed: trial.seed, pool: trial.pool)
        for settings in settings {
          try trial.during((["logits of ±\(shortest(Double(size)))"] + settings).joined(separator: " with "))
          {
            do { _ = try trial.answers(to: [extreme], settings) } catch let error as PluginError {
              guard case .badOutput = error else { throw error }
              throw Fault(
                error.problem,
                try: "subtract the largest logit before exp, and look at 0 · ∞ and 0 to a negative power.")
            }
          }
        }
      }
      return .passed
    },

    .strategy(
      "logit-gradient", "logit_gradient is the derivative of loss with respect to the logits.",
      unless: { $0.role == .objective ? nil : "it is no objective" }
    ) { trial in
      let count = 6
      let h: Float = 0x1p-6
      let batch = trial.batch(count)
      let classes = batch.setup.sizes.classes
      let logits = batch.floats[.logits] ?? []
      let gradient = try trial.answers(to: [batch])[0].outputs[.logitGradient] ?? []

      func loss(ofSample i: Int, changing at: Int, by change: Float) throws -> Double {
        var moved = logits
        moved[at] += change
        let answer = try trial.answers(to: [batch.with(logits: moved, seed: trial.seed, pool: trial.pool)])[0]
        return Double((answer.outputs[.loss] ?? [])[i])
      }
      var wrong: [String] = []
      for at in logits.indices {
        let sample = at / classes
        let difference =
          try loss(ofSample: sample, changing: at, by: h) - loss(ofSample: sample, changing: at, by: -h)
        let slope = difference / Double((logits[at] + h) - (logits[at] - h))
        if abs(slope - Double(gradient[at])) > 2e-3 * max(1, abs(slope)) {
          wrong.append(
            "of sample \(sample) by logit \(at % classes) is \(gradient[at]) instead of about \(Float(slope))"
          )
        }
      }
      // A loss with a kink differs from its central difference where the kink is.
      guard let first = wrong.first else { return .passed }
      let problem = "\(wrong.count) of \(logits.count) derivatives are wrong: that \(first)"
      guard wrong.count > logits.count / 20 else {
        return .warning(problem, try: "look at the places where the loss has a kink or a jump.")
      }
      throw Fault(problem, try: "write the derivative of the loss anew, not divided by the batch's size.")
    },
  ]
}
