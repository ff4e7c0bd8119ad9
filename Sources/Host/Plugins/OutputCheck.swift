internal import Models

/// What the host demands of outputs: every element written, finite, weights not negative and not all zero.
enum OutputCheck {
  /// A quiet NaN that no arithmetic produces: an output that still holds it was not written.
  private static let mark = Float(bitPattern: 0x7FC0_B1A5)

  /// Fills the outputs of this batch with the mark.
  static func mark(_ outputs: [StrategyOutput], _ tensors: StepTensors, _ sizes: TensorSizes) {
    for output in outputs { fill(&tensors.output(output).buffer, count(output, sizes), with: mark) }
  }

  /// Checks what a step left in the outputs; fills uniform weights where the strategy asked for them.
  static func check(
    _ manifest: StrategyManifest, _ tensors: StepTensors, _ sizes: TensorSizes, step: Int, isUniform: Bool
  ) throws(PluginError) -> StepOutcome {
    let outputs = manifest.outputs
    func refused(_ output: StrategyOutput, _ fault: OutputFault) -> PluginError {
      .badOutput(strategy: manifest.id, output: output, fault: fault, step: step)
    }
    if isUniform {
      guard manifest.role == .weighting else { throw refused(.loss, .uniformObjective) }
      fill(&tensors.output(.weight).buffer, sizes.batch, with: 1 / Float(sizes.batch))
      let hasScores = outputs.contains(.score) && fault(of: .score, tensors, sizes) == nil
      return StepOutcome(isUniform: true, hasScores: hasScores)
    }
    for output in outputs {
      if let fault = fault(of: output, tensors, sizes) { throw refused(output, fault) }
    }
    return StepOutcome(isUniform: false, hasScores: outputs.contains(.score))
  }

  /// The first fault of an output.
  private static func fault(
    of output: StrategyOutput, _ tensors: StepTensors, _ sizes: TensorSizes
  ) -> OutputFault? {
    fault(
      in: tensors.output(output).buffer, count: count(output, sizes), samples: sizes.batch,
      ids: tensors.integers(.sampleID).buffer, isWeight: output == .weight)
  }

  private static func fault(
    in buffer: borrowing Buffer<Float>, count: Int, samples: Int, ids: borrowing Buffer<Int64>, isWeight: Bool
  ) -> OutputFault? {
    let values = buffer.span
    var sum = 0.0
    for index in 0..<count {
      let value = values[index]
      if !value.isFinite || isWeight && value < 0 {
        let sample = ids[index / (count / samples)]
        if value.bitPattern == mark.bitPattern { return .unwritten(sample: sample) }
        return value < 0 && value.isFinite
          ? .negative(sample: sample, value: value) : .notFinite(sample: sample, value: value)
      }
      sum += Double(value)
    }
    return isWeight && sum == 0 ? .sumIsZero : nil
  }

  private static func fill(_ buffer: inout Buffer<Float>, _ count: Int, with value: Float) {
    var values = buffer.mutableSpan
    for index in 0..<count { values[index] = value }
  }

  private static func count(_ output: StrategyOutput, _ sizes: TensorSizes) -> Int {
    output == .logitGradient ? sizes.batch * sizes.classes : sizes.batch
  }
}
