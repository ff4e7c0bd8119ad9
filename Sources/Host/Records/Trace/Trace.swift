internal import Models

/// A recorded trace: what `--record` left of a run, read a step at a time.
///
/// The trace of a run that was interrupted holds the steps so far.
public struct Trace: Sendable {
  /// A step as it was recorded.
  package struct Step {
    package let context: StepContext
    /// The weights that the run used, `[B]`.
    package let weights: [Float]
  }

  /// Where it is.
  public let folder: String
  /// What the run was.
  public let header: TraceHeader
  /// The number of steps.
  public let count: Int
  /// The inputs that were recorded.
  public let inputs: Set<StrategyInput>

  /// Opens the trace in `folder`: its header, the names of its steps, and the sizes that the first step tells.
  public init(in folder: String) throws(TraceError) {
    self.folder = folder
    header = try TraceHeader(path: StepArchive.headerPath(in: folder))
    count = try Self.countSteps(in: folder, from: header.firstStep)
    inputs = try Self.inputs(of: Self.open(header.firstStep, in: folder), header)
  }

  /// A trace of one step, held in memory.
  package init(header: TraceHeader, first: NPZ) throws(TraceError) {
    folder = ""
    self.header = header
    count = 1
    inputs = try Self.inputs(of: first, header)
  }

  /// The inputs that the first step holds, in the sizes of the header.
  private static func inputs(of first: NPZ, _ header: TraceHeader) throws(TraceError) -> Set<StrategyInput> {
    let inputs = Set(first.names.compactMap { StrategyInput(rawValue: $0) })
    // Tensors are sized by the header, so what the header says must be what the files hold. The first batch of a
    // run is its largest.
    var needed = inputs.union([.logits, .target, .loss, .sampleID])
    if header.setup.sizes.gradientLength == 0 { needed.remove(.gradient) }
    for input in needed.sorted(by: { $0.rawValue < $1.rawValue }) {
      _ = try array(first, input.rawValue, type(of: input), shape(input, header.setup.sizes))
    }
    return inputs
  }

  /// The number of steps, whose files count up from the first.
  private static func countSteps(in folder: String, from first: Int) throws(TraceError) -> Int {
    let names: [String]
    do { names = try fileNames(in: folder) } catch { throw .file(error) }
    let steps = names.compactMap { name -> Int? in
      guard name.hasPrefix("step-"), name.hasSuffix(".npz") else { return nil }
      let digits = name.dropFirst(5).dropLast(4)
      return digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
    }.sorted()
    guard !steps.isEmpty else { throw .noSteps(folder: folder) }
    for (index, step) in steps.enumerated() where step != first + index {
      throw .gap(folder: folder, missing: min(first + index, step), found: step)
    }
    return steps.count
  }

  private static func open(_ step: Int, in folder: String) throws(TraceError) -> NPZ {
    do { return try NPZ(path: StepArchive.stepPath(step, in: folder)) } catch { throw .data(error) }
  }
}

// MARK: - Reading a step

extension Trace {
  /// Reads the step at `index` of the trace: those of its inputs that `tensors` has into it, the rest as the result.
  func read(_ index: Int, into tensors: StepTensors) throws(TraceError) -> Step {
    let step = header.firstStep + index
    return try read(step, of: Self.open(step, in: folder), into: tensors)
  }

  /// Reads one step from its file.
  package func read(_ step: Int, of file: NPZ, into tensors: StepTensors) throws(TraceError) -> Step {
    let place = { (name: String) in DataPlace(file: file.path, entry: name) }
    let found = try Self.whole(file, "step")
    guard found == Int64(step) else {
      throw .badArray(place("step"), expected: "\(step)", found: "\(found)")
    }
    let epoch = try Self.whole(file, "epoch")
    guard (0...Int64(Int32.max)).contains(epoch) else {
      throw .badArray(place("epoch"), expected: "an epoch from 0", found: "\(epoch)")
    }
    let progress = try Self.real(file, "progress", in: 0...1)
    let rate = try Self.real(file, "learning_rate", in: 0...Double.greatestFiniteMagnitude)

    var sizes = header.setup.sizes
    let ids = try Self.array(file, "sample_id", .int64, nil)
    guard ids.shape.count == 1, (1...sizes.batch).contains(ids.count) else {
      throw .badArray(ids.place, expected: "shape [B] with B from 1 to \(sizes.batch)", found: "\(ids.shape)")
    }
    sizes.batch = ids.count
    for input in tensors.inputs {
      let array = try Self.array(file, input.rawValue, type(of: input), shape(input, sizes))
      if input.elementType == .int64 {
        fill(&tensors.integers(input).buffer, try self.whole(array, input))
      } else {
        let values = array.floats()
        if input == .loss, !header.isFlawed, let bad = values.first(where: { !$0.isFinite }) {
          throw .badArray(array.place, expected: "finite losses", found: "\(bad)")
        }
        fill(&tensors.floats(input).buffer, values)
      }
    }
    return Step(
      context: StepContext(
        batch: sizes.batch, epoch: Int(epoch), step: step, progress: progress, learningRate: rate),
      weights: header.isFlawed
        ? Array(repeating: 1 / Float(sizes.batch), count: sizes.batch) : try Self.weights(file, sizes.batch))
  }

  private static func weights(_ file: NPZ, _ count: Int) throws(TraceError) -> [Float] {
    let array = try array(file, "weight", .float32, [count])
    let weights = array.floats()
    if let bad = weights.first(where: { !$0.isFinite || $0 < 0 }) {
      throw .badArray(array.place, expected: "finite weights from 0", found: "\(bad)")
    }
    guard weights.contains(where: { $0 > 0 }) else {
      throw .badArray(array.place, expected: "a weight above 0", found: "zeros only")
    }
    return weights
  }

  /// Whole numbers of an input; those that index something are in its range.
  private func whole(_ array: NPYArray, _ input: StrategyInput) throws(TraceError) -> [Int64] {
    let values: [Int64]
    do { values = try array.int64s() } catch { throw .data(error) }
    let limit: Int? =
      switch input {
      case .target: header.setup.sizes.classes
      case .sampleID: header.setup.trainingSamples
      default: nil
      }
    if let limit, let bad = values.first(where: { !(0..<Int64(limit)).contains($0) }) {
      throw .badArray(array.place, expected: "numbers from 0 to \(limit - 1)", found: "\(bad)")
    }
    return values
  }

  private static func whole(_ file: NPZ, _ name: String) throws(TraceError) -> Int64 {
    let array = try array(file, name, .int64, [])
    do { return try array.int64s()[0] } catch { throw .data(error) }
  }

  private static func real(
    _ file: NPZ, _ name: String, in range: ClosedRange<Double>
  ) throws(TraceError) -> Double {
    let array = try array(file, name, .float64, [])
    let value = array.bytes.littleEndianNumbers(UInt64.self) { Double(bitPattern: $0) }[0]
    guard range.contains(value) else {
      throw .badArray(
        array.place, expected: "a number from 0 to \(shortest(range.upperBound))", found: "\(value)")
    }
    return value
  }

  /// An array of exactly this type and, where it is known, this shape.
  private static func array(
    _ file: NPZ, _ name: String, _ type: DType, _ shape: [Int]?
  ) throws(TraceError) -> NPYArray {
    let array: NPYArray
    do { array = try file.array(name) } catch { throw .data(error) }
    guard array.dtype == type, shape == nil || array.shape == shape else {
      throw .badArray(
        array.place, expected: "elements of type \(type.rawValue)" + (shape.map { " and shape \($0)" } ?? ""),
        found: "\(array.dtype.rawValue) and \(array.shape)")
    }
    return array
  }
}

private func type(of input: StrategyInput) -> DType { input.elementType == .int64 ? .int64 : .float32 }

private func shape(_ input: StrategyInput, _ sizes: TensorSizes) -> [Int] {
  input.dimensions.map { sizes[$0] }
}

private func fill<Element: BitwiseCopyable>(_ buffer: inout Buffer<Element>, _ values: [Element]) {
  var target = buffer.mutableSpan
  for index in values.indices { target[index] = values[index] }
}
