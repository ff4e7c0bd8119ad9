extension ConformanceTest {
  static let ofOutputs: [ConformanceTest] = [
    .strategy(
      "outputs-written",
      "Every element of every output is written, finite, and as the manifest's role wants it."
    ) { trial in
      _ = try trial.answers(to: (0..<4).map { trial.batch(number: $0) })
      return .passed
    },

    .strategy(
      "canaries", "Nothing beside the outputs is written to.",
      afterCrash: "write as many elements as the shape of the output says, not as largest_batch."
    ) { trial in
      for count in [StrategyTrial.usualBatch, 5] {
        let raw = try RawStrategy(trial)
        let outcome = try raw.step(trial.batch(count), trial.context(count, step: 0))
        if let output = outcome.overrun.first {
          throw Fault(
            "it wrote beside the output \(output.rawValue) of a batch of \(count)",
            try: "write as many elements as the shape of the output says, from its first on.")
        }
      }
      return .passed
    },

    .strategy("inputs-unchanged", "No input is written to.") { trial in
      let batch = trial.batch()
      let tensors = batch.tensors()
      let untouched = batch.tensors()
      var instance = try trial.instance()
      _ = try instance.step(trial.context(batch.count, step: 0), tensors)
      for input in trial.manifest.inputs.map(\.name) where !tensors.holdsSame(input, as: untouched) {
        throw Fault(
          "it changed the input \(input.rawValue)", try: "copy the input first: br_scratch lends the memory.")
      }
      return .passed
    },
  ]
}

extension StepTensors {
  /// Whether an input has the same bits in both.
  fileprivate func holdsSame(_ input: StrategyInput, as other: StepTensors) -> Bool {
    if input.elementType == .int64 {
      return integers(input).buffer.array() == other.integers(input).buffer.array()
    }
    return floats(input).buffer.array().map(\.bitPattern)
      == other.floats(input).buffer.array().map(\.bitPattern)
  }
}
