internal import Glibc
internal import Models
internal import PluginABI

/// The host's side of `br_host`: what a plugin's calls reach, for one instance.
///
/// A class because C holds its address; the table and this object live as long as the instance.
@safe
final class HostServices {
  /// The table that the plugin sees.
  let table: UnsafeMutablePointer<br_host>
  private let services: StrategyServices
  private let strategy: String
  private let streamName: String
  private let seed: UInt64
  private var call: PluginCall?
  private var failure: String?
  private var isParallel = false
  private var scratch = Scratch(limit: 1 << 30)
  private var loans = Scratch(limit: Int.max / 2)
  private var state: [NamedTensor] = []

  init(strategy: String, seed: UInt64, services: StrategyServices) {
    self.strategy = strategy
    self.streamName = "strategy." + strategy
    self.seed = seed
    self.services = services
    unsafe table = .allocate(capacity: 1)
    unsafe table.initialize(to: br_host())
    unsafe table.pointee.struct_size = UInt32(MemoryLayout<br_host>.size)
    unsafe table.pointee.abi_minor = UInt32(hostMinor)
    unsafe table.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
    installFunctions()
  }

  deinit { unsafe table.deallocate() }

  // MARK: - Calls

  /// Runs one call into the plugin and turns its failure into an error; true where it asks for uniform weights.
  func during(_ call: PluginCall, _ body: () -> Int32) throws(PluginError) -> Bool {
    self.call = call
    failure = nil
    let code = body()
    self.call = nil
    scratch.reset()
    return try PluginError.check(code, failure, of: strategy, in: call)
  }

  /// The state that the plugin puts while `body` runs.
  func saving(_ body: () -> Int32) throws(PluginError) -> [NamedTensor] {
    defer { state = [] }
    _ = try during(.save, body)
    return state
  }

  /// Lets the plugin get `tensors` while `body` runs.
  func loading(_ tensors: [NamedTensor], _ body: () -> Int32) throws(PluginError) {
    state = tensors
    defer {
      state = []
      loans = Scratch(limit: Int.max / 2)
    }
    _ = try during(.load, body)
  }

  // MARK: - The table

  private func installFunctions() {
    unsafe table.pointee.log = { host, level, text in
      unsafe HostServices.of(host)?.log(level, text)
    }
    unsafe table.pointee.error = { host, text in
      guard let text = unsafe HostServices.text(text, limit: 8192) else { return }
      unsafe HostServices.of(host)?.failure = text
    }
    unsafe table.pointee.metric = { host, name, value in
      unsafe HostServices.of(host)?.metric(name, value)
    }
    unsafe table.pointee.cancelled = { host in
      unsafe HostServices.of(host)?.services.isCancelled() == true ? 1 : 0
    }
    unsafe table.pointee.scratch = { host, count in
      guard let self = unsafe HostServices.of(host), self.call != nil else { return nil }
      return unsafe self.scratch.take(count)
    }
    unsafe table.pointee.parallel_for = { host, count, body, user in
      guard let self = unsafe HostServices.of(host), let body = unsafe body else { return BR_ERROR_ARGUMENT }
      return unsafe self.parallelFor(count, body, user)
    }
    unsafe table.pointee.sgemm = { host, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc in
      guard let self = unsafe HostServices.of(host),
        let product = MatrixProduct(
          transposeA: transA != 0, transposeB: transB != 0, m: m, n: n, k: k, alpha: alpha, beta: beta,
          strideA: lda, strideB: ldb, strideC: ldc)
      else { return BR_ERROR_ARGUMENT }
      return unsafe self.multiply(product, a, b, c)
    }
    unsafe table.pointee.uniform = { host, stream, counter, values, count in
      guard let self = unsafe HostServices.of(host), count >= 0 else { return BR_ERROR_ARGUMENT }
      return unsafe self.uniform(
        stream, counter, UnsafeMutableBufferPointer(start: values, count: Int(count)))
    }
    unsafe table.pointee.put = { host, name, view in
      guard let self = unsafe HostServices.of(host), let view = unsafe view else { return BR_ERROR_ARGUMENT }
      return unsafe self.put(name, view.pointee)
    }
    unsafe table.pointee.get = { host, name, view in
      guard let self = unsafe HostServices.of(host), let view = unsafe view else { return BR_ERROR_ARGUMENT }
      return unsafe self.get(name, into: &view.pointee)
    }
    unsafe table.pointee.query = { _, _ in nil }
  }

  /// The object behind a table that a plugin passes, which may be a shorter copy of ours.
  private static func of(_ host: UnsafePointer<br_host>?) -> HostServices? {
    guard let host = unsafe host, let at = unsafe MemoryLayout<br_host>.offset(of: \.owner) else {
      return nil
    }
    let owner = unsafe UnsafeRawPointer(host).loadUnaligned(fromByteOffset: at, as: UnsafeRawPointer?.self)
    return unsafe owner.map { unsafe Unmanaged<HostServices>.fromOpaque($0).takeUnretainedValue() }
  }

  /// A plugin's text without control characters but line ends; broken UTF-8 is mended.
  private static func text(_ start: UnsafePointer<CChar>?, limit: Int) -> String? {
    guard let start = unsafe start else { return nil }
    let raw = unsafe UnsafeRawBufferPointer(start: start, count: strnlen(start, limit))
    return unsafe plainText(raw)
  }
}

// MARK: - Log, metrics, random numbers

extension HostServices {
  private func log(_ level: Int32, _ text: UnsafePointer<CChar>?) {
    guard let text = unsafe Self.text(text, limit: 8192) else { return }
    services.log(PluginLogLevel(rawValue: level) ?? .info, text)
  }

  private func metric(_ name: UnsafePointer<CChar>?, _ value: Double) {
    guard let name = unsafe Self.text(name, limit: 65), case .step? = call else { return }
    services.checkedMetric(name, value)
  }

  private func uniform(
    _ stream: UInt32, _ counter: UInt64, _ values: UnsafeMutableBufferPointer<Float>
  ) -> Int32 {
    guard unsafe values.baseAddress != nil || values.isEmpty else { return BR_ERROR_ARGUMENT }
    var random = RandomStream(seed: seed, name: streamName, substream: stream)
    random.seek(toBlock: counter / 4)
    for _ in 0..<counter % 4 { _ = random.next32() }
    for index in values.indices { unsafe values[index] = random.uniform() }
    return BR_OK
  }
}

// MARK: - Threads and products

extension HostServices {
  /// A C function with its argument, on its way to several threads: the plugin promises that it may go there.
  @safe
  private struct Work: @unchecked Sendable {
    let body: @convention(c) (UnsafeMutableRawPointer?, Int64, Int64) -> Void
    let user: UnsafeMutableRawPointer?
  }

  private func parallelFor(
    _ count: Int64, _ body: @convention(c) (UnsafeMutableRawPointer?, Int64, Int64) -> Void,
    _ user: UnsafeMutableRawPointer?
  ) -> Int32 {
    guard count >= 0 else { return BR_ERROR_ARGUMENT }
    guard !isParallel else { return BR_ERROR_UNSUPPORTED }
    guard count > 0 else { return BR_OK }
    let work = unsafe Work(body: body, user: user)
    isParallel = true
    services.parallelFor(Int(count)) { range in
      unsafe work.body(work.user, Int64(range.lowerBound), Int64(range.upperBound))
    }
    isParallel = false
    return BR_OK
  }

  private func multiply(
    _ product: MatrixProduct, _ a: UnsafePointer<Float>?, _ b: UnsafePointer<Float>?,
    _ c: UnsafeMutablePointer<Float>?
  ) -> Int32 {
    guard !isParallel else { return BR_ERROR_UNSUPPORTED }
    guard let counts = product.counts else { return BR_ERROR_ARGUMENT }
    let isNull = unsafe (a == nil && counts.a > 0) || (b == nil && counts.b > 0) || (c == nil && counts.c > 0)
    guard !isNull else { return BR_ERROR_ARGUMENT }
    let x = unsafe UnsafeBufferPointer(start: a, count: counts.a)
    let y = unsafe UnsafeBufferPointer(start: b, count: counts.b)
    let z = unsafe UnsafeMutableBufferPointer(start: c, count: counts.c)
    var result = unsafe z.mutableSpan
    unsafe services.multiply(product, x.span, y.span, &result)
    return BR_OK
  }
}

extension MatrixProduct {
  /// A product from numbers that came from outside; nil when one is negative, a stride too short, or a number more
  /// than the matrix library's 32 bits hold.
  fileprivate init?(
    transposeA: Bool, transposeB: Bool, m: Int64, n: Int64, k: Int64, alpha: Float, beta: Float,
    strideA: Int64, strideB: Int64, strideC: Int64
  ) {
    guard m >= 0, n >= 0, k >= 0 else { return nil }
    guard [m, n, k, strideA, strideB, strideC].allSatisfy({ $0 <= Int64(Int32.max) }) else { return nil }
    guard strideA >= (transposeA ? m : k), strideB >= (transposeB ? k : n), strideC >= n else { return nil }
    self.init(
      transposeA: transposeA, transposeB: transposeB, m: Int(m), n: Int(n), k: Int(k), alpha: alpha,
      beta: beta,
      strideA: Int(strideA), strideB: Int(strideB), strideC: Int(strideC))
  }

  /// How many elements of the three matrices the product touches; nil on overflow.
  fileprivate var counts: (a: Int, b: Int, c: Int)? {
    func count(_ rows: Int, _ columns: Int, _ stride: Int) -> Int? {
      guard rows > 0, columns > 0 else { return 0 }
      let (last, overflow) = (rows - 1).multipliedReportingOverflow(by: stride)
      let (count, more) = last.addingReportingOverflow(columns)
      return overflow || more || count > Int.max / 8 ? nil : count
    }
    guard let a = transposeA ? count(k, m, strideA) : count(m, k, strideA),
      let b = transposeB ? count(n, k, strideB) : count(k, n, strideB), let c = count(m, n, strideC)
    else { return nil }
    return (a, b, c)
  }
}

// MARK: - State

extension HostServices {
  private func put(_ name: UnsafePointer<CChar>?, _ view: br_view) -> Int32 {
    guard case .save? = call else { return BR_ERROR_STATE }
    guard let name = unsafe Self.text(name, limit: 129), (1...128).contains(name.utf8.count),
      name != SafeTensors.metadataKey,
      !state.contains(where: { $0.name == name }),
      let type = unsafe ElementType(rawValue: view.dtype), unsafe view.rank <= UInt32(BR_MAX_RANK)
    else { return BR_ERROR_ARGUMENT }
    let all = unsafe [view.shape.0, view.shape.1, view.shape.2, view.shape.3].map { Int($0) }
    let shape = unsafe Array(all.prefix(Int(view.rank)))
    guard let count = NamedTensor.byteCount(shape, type.stored), unsafe view.data != nil || count == 0 else {
      return BR_ERROR_ARGUMENT
    }
    let bytes = unsafe [UInt8](UnsafeRawBufferPointer(start: view.data, count: count))
    let tensor = NamedTensor(name: name, dtype: type.stored, shape: shape, bytes: bytes)
    state.append(tensor)
    return BR_OK
  }

  private func get(_ name: UnsafePointer<CChar>?, into view: inout br_view) -> Int32 {
    guard case .load? = call, let name = unsafe Self.text(name, limit: 129),
      let tensor = state.first(where: { $0.name == name }), tensor.shape.count <= Int(BR_MAX_RANK),
      let type = ElementType.allCases.first(where: { $0.stored == tensor.dtype })
    else { return BR_ERROR_STATE }
    guard let data = unsafe loans.take(UInt64(tensor.bytes.count)) else { return BR_ERROR_INTERNAL }
    unsafe tensor.bytes.withUnsafeBytes {
      unsafe data.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(data), byteCount: $0.count)
    }
    let shape = tensor.shape.map { Int64($0) } + Array(repeating: 1, count: 4 - tensor.shape.count)
    unsafe view = br_view(
      data: UnsafeRawPointer(data), dtype: type.rawValue, rank: UInt32(tensor.shape.count),
      shape: (shape[0], shape[1], shape[2], shape[3]))
    return BR_OK
  }
}
