public import Models

/// A tensor of a step, sized once for the largest batch; a smaller batch fills a prefix.
///
/// A class, so that a dictionary can hold memory that is never copied.
public final class TensorSlot<Element: BitwiseCopyable> {
  /// The elements, dense and row-major: a batch of B samples has `B` rows from the start of the buffer.
  public var buffer: Buffer<Element>

  init(_ buffer: consuming Buffer<Element>) { self.buffer = buffer }
}

/// The inputs and outputs of a run's strategies by registry name, which the trainer fills and reads each step.
public final class StepTensors {
  /// The dimensions, with the largest batch.
  public let sizes: TensorSizes
  /// The inputs that are there: those asked for, and always `sampleID`, which messages name.
  public let inputs: Set<StrategyInput>
  /// The memory that other processes read the inputs in, where they do.
  let sharedInputs: SharedMemory?
  private var floats: [StrategyInput: TensorSlot<Float>] = [:]
  private var integers: [StrategyInput: TensorSlot<Int64>] = [:]
  private var outputs: [StrategyOutput: TensorSlot<Float>] = [:]

  /// Memory for these inputs and for every output.
  public convenience init(inputs: Set<StrategyInput>, sizes: TensorSizes) {
    self.init(inputs: inputs, sizes: sizes, in: nil)
  }

  /// Memory for these inputs that other processes can read, and for every output.
  ///
  /// - Throws: `PluginError.cannotIsolate`.
  public static func shared(inputs: Set<StrategyInput>, sizes: TensorSizes) throws(PluginError) -> StepTensors
  {
    let memory = try SharedMemory(
      count: TensorRegion(inputs: inputs.union([.sampleID]), sizes).count, isReadOnlyElsewhere: true)
    return StepTensors(inputs: inputs, sizes: sizes, in: memory)
  }

  /// - Parameters:
  ///   - inputMemory: as large as the region of these inputs; nil for memory of their own.
  ///   - outputMemory: as large as the region of every output; nil for memory of their own.
  init(
    inputs: Set<StrategyInput>, sizes: TensorSizes, in inputMemory: SharedMemory?,
    outputsIn outputMemory: SharedMemory? = nil
  ) {
    self.sizes = sizes
    self.inputs = inputs.union([.sampleID])
    self.sharedInputs = inputMemory
    var region = TensorRegion()
    for input in StrategyInput.allCases where self.inputs.contains(input) {
      let count = sizes.count(input.dimensions)
      if input.elementType == .int64 {
        integers[input] = TensorSlot(region.place(count, in: inputMemory))
      } else {
        floats[input] = TensorSlot(region.place(count, in: inputMemory))
      }
    }
    region = TensorRegion()
    for output in StrategyOutput.allCases {
      outputs[output] = TensorSlot(region.place(sizes.count(output.dimensions), in: outputMemory))
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
