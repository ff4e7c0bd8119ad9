internal import Glibc
public import PluginABI
internal import Synchronization

/// The strategies of one plugin library, as its two exported functions hand them out:
///
///     private let library = StrategyLibrary([MyStrategy.self])
///     @c @implementation public func br_manifest_v1() -> UnsafePointer<CChar>? { unsafe library.manifest }
///     @c @implementation public func br_strategy_v1(_ id: UnsafePointer<CChar>?)
///       -> UnsafePointer<br_strategy>? { unsafe library.table(id) }
@safe
public struct StrategyLibrary: @unchecked Sendable {
  /// The manifest as JSON, for the life of the process.
  public let manifest: UnsafePointer<CChar>?
  private let table: UnsafePointer<br_strategy>

  /// The library of these strategies, whose ids differ.
  public init(_ strategies: [any Strategy.Type]) {
    unsafe manifest = UnsafePointer(strdup(Manifest.json(of: strategies)))
    registry.withLock { registry in
      for strategy in strategies { registry[strategy.manifest.id] = strategy }
    }
    let table = UnsafeMutablePointer<br_strategy>.allocate(capacity: 1)
    unsafe table.initialize(
      to: br_strategy(
        struct_size: UInt32(MemoryLayout<br_strategy>.size), reserved: 0, create: createInstance,
        step: stepInstance, destroy: destroyInstance, save: saveInstance, load: loadInstance))
    unsafe self.table = UnsafePointer(table)
  }

  /// The functions of the strategy `id`; nil for an unknown one.
  public func table(_ id: UnsafePointer<CChar>?) -> UnsafePointer<br_strategy>? {
    unsafe strategy(id) == nil ? nil : table
  }
}

/// The strategies by id: `create` is told an id, not which library made the table.
private let registry = Mutex<[String: any Strategy.Type]>([:])

private func strategy(_ id: UnsafePointer<CChar>?) -> (any Strategy.Type)? {
  guard let id = unsafe id.map({ unsafe String(cString: $0) }) else { return nil }
  return registry.withLock { $0[id] }
}

/// What the host holds for an instance.
private final class Instance {
  var strategy: any Strategy
  let inputs: [Input]
  let outputs: [Output]

  init(_ strategy: any Strategy) {
    self.strategy = strategy
    inputs = type(of: strategy).manifest.allInputs
    outputs = type(of: strategy).outputs
  }

  static func at(_ address: UnsafeMutableRawPointer?) -> Instance? {
    unsafe address.map { unsafe Unmanaged<Instance>.fromOpaque($0).takeUnretainedValue() }
  }
}

// MARK: - The functions of the table

private let createInstance:
  @convention(c) (UnsafePointer<br_setup>?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> Int32 = {
    setup, result in
    guard let setup = unsafe setup, let result = unsafe result else { return BR_ERROR_ARGUMENT }
    let record = unsafe copy(of: setup, empty: br_setup())
    return unsafe reporting(Host(record.host)) {
      guard let type = unsafe strategy(record.strategy_id) else {
        throw StrategyError.argument("the setup names no strategy of this library")
      }
      let parameters = try unsafe Parameters(record, type.manifest.parameters)
      let made = try unsafe type.init(parameters: parameters, setup: Setup(record))
      unsafe result.pointee = Unmanaged.passRetained(Instance(made)).toOpaque()
    }
  }

private let stepInstance: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<br_step>?) -> Int32 = {
  address, step in
  guard let instance = unsafe Instance.at(address), let step = unsafe step else { return BR_ERROR_ARGUMENT }
  let record = unsafe copy(of: step, empty: br_step())
  guard let host = unsafe Host(record.host) else { return BR_ERROR_ARGUMENT }
  return reporting(host) {
    let batch = unsafe Batch(record, names: instance.inputs, host: host)
    let outputs = unsafe Outputs(record, names: instance.outputs)
    try instance.strategy.step(batch, outputs)
  }
}

private let destroyInstance: @convention(c) (UnsafeMutableRawPointer?) -> Void = { address in
  unsafe address.map { unsafe Unmanaged<Instance>.fromOpaque($0).release() }
}

private let saveInstance: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<br_host>?) -> Int32 = {
  address, table in
  guard let instance = unsafe Instance.at(address), let host = unsafe Host(table) else {
    return BR_ERROR_ARGUMENT
  }
  return reporting(host) { try instance.strategy.save(to: StateWriter(host)) }
}

private let loadInstance: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<br_host>?) -> Int32 = {
  address, table in
  guard let instance = unsafe Instance.at(address), let host = unsafe Host(table) else {
    return BR_ERROR_ARGUMENT
  }
  return reporting(host) { try instance.strategy.load(from: StateReader(host)) }
}

/// Runs `body`; an error becomes a status, with its text for the host.
private func reporting(_ host: Host?, _ body: () throws -> Void) -> Int32 {
  do {
    try body()
    return BR_OK
  } catch let error as StrategyError {
    switch error {
    case .useUniformWeights: return BR_UNIFORM
    case .argument(let text): host?.fail(text)
    case .unsupported(let text): host?.fail(text)
    case .numeric(let text): host?.fail(text)
    case .state(let text): host?.fail(text)
    }
    return error.status
  } catch {
    host?.fail("\(error)")
    return BR_ERROR_INTERNAL
  }
}

extension StrategyError {
  fileprivate var status: Int32 {
    switch self {
    case .argument: BR_ERROR_ARGUMENT
    case .unsupported: BR_ERROR_UNSUPPORTED
    case .numeric: BR_ERROR_NUMERIC
    case .state: BR_ERROR_STATE
    case .useUniformWeights: BR_UNIFORM
    }
  }
}

extension Setup {
  fileprivate init(_ record: br_setup) {
    unsafe self.init(
      classes: Int(record.classes), features: Int(record.features),
      gradientLength: Int(record.gradient_length), trainingSamples: Int(record.training_samples),
      largestBatch: Int(record.largest_batch),
      classCounts: record.class_count.map {
        unsafe Array(UnsafeBufferPointer(start: $0, count: max(0, Int(record.classes))))
      } ?? [],
      seed: record.seed)
  }
}
