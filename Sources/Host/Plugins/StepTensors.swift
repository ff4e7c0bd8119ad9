public import Models

/// A tensor of a step, sized once for the largest batch; a smaller batch fills a prefix.
///
/// A class, so that a dictionary can hold memory that is never copied.
public final class TensorSlot<Element: BitwiseCopyable> {
  /// The elements, dense and row-major: a batch of B samples has `B` rows from the start of the buffer.
  public var buffer: Buffer<Element>

  init(count: Int, repeating value: Element) { buffer = Buffer(count: count, repeating: value) }
}

/// The inputs and outputs of a run's strategies by registry name, which the trainer fills and reads each step.
public final class StepTensors {
  /// The dimensions, with the largest batch.
  public let sizes: TensorSizes
  /// The inputs that are there: those asked for, and always `sampleID`, which messages name.
  public let inputs: Set<StrategyInput>
  private var floats: [StrategyInput: TensorSlot<Float>] = [:]
  private var integers: [StrategyInput: TensorSlot<Int64>] = [:]
  private var outputs: [StrategyOutput: TensorSlot<Float>] = [:]

  /// Memory for these inputs and for every output.
  public init(inputs: Set<StrategyInput>, sizes: TensorSizes) {
    self.sizes = sizes
    self.inputs = inputs.union([.sampleID])
    for input in self.inputs {
      let count = sizes.count(input.dimensions)
      if input.elementType == .int64 {
        integers[input] = TensorSlot(count: count, repeating: 0)
      } else {
        floats[input] = TensorSlot(count: count, repeating: 0)
      }
    }
    for output in StrategyOutput.allCases {
      outputs[output] = TensorSlot(count: sizes.count(output.dimensions), repeating: 0)
    }
  }

  /// An input of floats that is in `inputs`.
  public func floats(_ input: StrategyInput) -> TensorSlot<Float> {
    guard let slot = floats[input] else {
      preconditionFailure("no float input '\(input.rawValue)' in this step")
    }
    return slot
  }

  /// An input of integers that is in `inputs`.
  public func integers(_ input: StrategyInput) -> TensorSlot<Int64> {
    guard let slot = integers[input] else {
      preconditionFailure("no integer input '\(input.rawValue)' in this step")
    }
    return slot
  }

  /// An output; it holds what the last step of a strategy wrote.
  public func output(_ output: StrategyOutput) -> TensorSlot<Float> {
    guard let slot = outputs[output] else { preconditionFailure("no output '\(output.rawValue)'") }
    return slot
  }
}
