internal import PluginABI

/// The declared inputs of one batch, where in the run it is, and what the host does for a strategy meanwhile.
@safe
public struct Batch: ~Escapable {
  /// Samples in this batch, B; at least one.
  public let count: Int
  /// The epoch, from 0.
  public let epoch: Int
  /// The step, from 0, counted over the whole run.
  public let step: Int
  /// The planned share of the run that is done, 0…1.
  public let progress: Double
  /// The learning rate of this step.
  public let learningRate: Double
  private let names: [Input]
  private let views: UnsafePointer<br_view>?
  private let host: Host

  @_lifetime(borrow record)
  init(_ record: borrowing br_step, names: [Input], host: Host) {
    count = unsafe Int(record.batch)
    epoch = unsafe Int(record.epoch)
    step = unsafe Int(record.step)
    progress = unsafe record.progress
    learningRate = unsafe record.learning_rate
    self.names = unsafe Int(record.input_count) == names.count ? names : []
    unsafe views = unsafe record.inputs
    self.host = host
  }

  // MARK: - Inputs

  /// Whether an input is there: it was declared, and the host could give it.
  public func has(_ input: Input) -> Bool { unsafe view(of: input)?.data != nil }

  /// An input of floats, dense and row-major.
  ///
  /// - Throws: `StrategyError.unsupported` for an input that was not declared, is absent or of another type.
  @_lifetime(copy self)
  public func floats(_ input: Input) throws -> Span<Float> {
    let elements = unsafe try elements(of: input, BR_F32, as: Float.self)
    return unsafe _overrideLifetime(elements.span, copying: self)
  }

  /// An input of integers, dense and row-major.
  ///
  /// - Throws: `StrategyError.unsupported` for an input that was not declared, is absent or of another type.
  @_lifetime(copy self)
  public func integers(_ input: Input) throws -> Span<Int64> {
    let elements = unsafe try elements(of: input, BR_I64, as: Int64.self)
    return unsafe _overrideLifetime(elements.span, copying: self)
  }

  private func view(of input: Input) -> br_view? {
    guard let index = names.firstIndex(of: input), let views = unsafe views else { return nil }
    return unsafe views[index]
  }

  private func elements<Element>(
    of input: Input, _ type: UInt32, as: Element.Type
  ) throws -> UnsafeBufferPointer<Element> {
    guard let view = unsafe view(of: input) else {
      throw StrategyError.unsupported("the input '\(input.rawValue)' is not in the manifest")
    }
    guard let data = unsafe view.data else {
      throw StrategyError.unsupported("the input '\(input.rawValue)' is not available in this run")
    }
    guard unsafe view.dtype == type, let count = unsafe elementCount(view.rank, view.shape) else {
      throw StrategyError.unsupported("the input '\(input.rawValue)' has another type or shape than expected")
    }
    return unsafe UnsafeBufferPointer(start: data.assumingMemoryBound(to: Element.self), count: count)
  }

  // MARK: - Services

  /// Fills `values` with the random numbers in [0, 1) at positions `counter`, `counter + 1`, … of a stream:
  /// the same for the same seed, strategy, stream and position, whatever was drawn before.
  public func fillUniform(
    _ values: inout MutableSpan<Float>, stream: UInt32, counter: UInt64
  ) throws {
    try host.fillUniform(&values, stream, counter)
  }

  /// Adds a finite number to this step's row of the run's log.
  public func metric(_ name: String, _ value: Double) { host.metric(name, value) }

  /// Writes one line to the run's log, `metrics.jsonl`, and to the terminal.
  public func log(_ text: String) { host.log(text) }

  /// Whether the user wants the run to end: fill the outputs as well as is quick and return.
  public var isCancelled: Bool { host.isCancelled }

  /// Calls `body` over disjoint ranges that make up `0..<count`, on several threads at once where the host has
  /// them, and waits for all. How the work is cut does not depend on the number of threads.
  public func parallelFor(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) throws {
    try host.parallelFor(count, body)
  }

  /// The product `c = a · bᵀ` of dense row-major matrices: `a` is `[m, k]`, `b` is `[n, k]`, `c` is `[m, n]`.
  public func multiply(
    _ a: Span<Float>, transposed b: Span<Float>, into c: inout MutableSpan<Float>, m: Int, n: Int, k: Int
  ) throws {
    guard m >= 0, n >= 0, k >= 0, m * k <= a.count, n * k <= b.count, m * n <= c.count else {
      throw StrategyError.argument("a product of [\(m), \(k)] and [\(n), \(k)] does not fit its matrices")
    }
    try host.multiply(a, b, &c, m, n, k)
  }
}

/// The declared outputs of one batch.
@safe
public struct Outputs: ~Escapable {
  private let names: [Output]
  private let tensors: UnsafePointer<br_tensor>?

  @_lifetime(borrow record)
  init(_ record: borrowing br_step, names: [Output]) {
    self.names = unsafe Int(record.output_count) == names.count ? names : []
    unsafe tensors = unsafe record.outputs
  }

  /// The elements of an output, to write.
  ///
  /// - Throws: `StrategyError.unsupported` for an output that was not declared.
  @_lifetime(copy self)
  public func values(of output: Output) throws -> MutableSpan<Float> {
    guard let index = names.firstIndex(of: output), let tensors = unsafe tensors,
      let data = unsafe tensors[index].data, unsafe tensors[index].dtype == BR_F32,
      let count = unsafe elementCount(tensors[index].rank, tensors[index].shape)
    else { throw StrategyError.unsupported("the output '\(output.rawValue)' is not there to be written") }
    let elements = unsafe UnsafeMutableBufferPointer(
      start: data.assumingMemoryBound(to: Float.self), count: count)
    return unsafe _overrideLifetime(elements.mutableSpan, copying: self)
  }
}

/// The number of elements of a shape; nil when it is none.
func elementCount(_ rank: UInt32, _ shape: (Int64, Int64, Int64, Int64)) -> Int? {
  var count: Int64 = 1
  for (index, dimension) in [shape.0, shape.1, shape.2, shape.3].enumerated() where index < rank {
    let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
    guard dimension >= 0, !overflow else { return nil }
    count = product
  }
  return rank <= UInt32(BR_MAX_RANK) ? Int(count) : nil
}
