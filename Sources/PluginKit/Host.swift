internal import Glibc
internal import PluginABI

/// The host's services as this library sees them: a function that the host does not have is not called.
@safe
struct Host {
  private let table: UnsafePointer<br_host>
  private let functions: br_host

  /// Takes the host's table, which may be shorter or longer than ours; nil for none.
  init?(_ table: UnsafePointer<br_host>?) {
    guard let table = unsafe table else { return nil }
    unsafe self.table = table
    unsafe functions = copy(of: table, empty: br_host())
  }

  func fail(_ text: String) { unsafe functions.error?(table, text) }
  func log(_ text: String) { unsafe functions.log?(table, BR_LOG_INFO, text) }
  func metric(_ name: String, _ value: Double) { unsafe functions.metric?(table, name, value) }
  var isCancelled: Bool { unsafe functions.cancelled?(table) == 1 }

  func fillUniform(_ values: inout MutableSpan<Float>, _ stream: UInt32, _ counter: UInt64) throws {
    let status = unsafe values.withUnsafeMutableBufferPointer {
      unsafe functions.uniform?(table, stream, counter, $0.baseAddress, Int64($0.count))
    }
    try check(status, "random numbers")
  }

  func multiply(
    _ a: Span<Float>, _ b: Span<Float>, _ c: inout MutableSpan<Float>, _ m: Int, _ n: Int, _ k: Int
  ) throws {
    let status = unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { b in
        unsafe c.withUnsafeMutableBufferPointer { c in
          unsafe functions.sgemm?(
            table, 0, 1, Int64(m), Int64(n), Int64(k), 1, a.baseAddress, Int64(k), b.baseAddress, Int64(k), 0,
            c.baseAddress, Int64(n))
        }
      }
    }
    try check(status, "matrix products")
  }

  func parallelFor(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) throws {
    let status = withoutActuallyEscaping(body) { body in
      var work = Work(body: body)
      return unsafe withUnsafeMutablePointer(to: &work) { work in
        unsafe functions.parallel_for?(
          table, Int64(count),
          { user, begin, end in
            guard begin <= end, let work = unsafe user?.assumingMemoryBound(to: Work.self) else { return }
            unsafe work.pointee.body(Int(begin)..<Int(end))
          }, UnsafeMutableRawPointer(work))
      }
    }
    try check(status, "threads")
  }

  private struct Work {
    let body: @Sendable (Range<Int>) -> Void
  }

  // MARK: - State

  func put<Element: StateElement>(_ name: String, _ values: [Element]) throws {
    let status = unsafe values.withUnsafeBytes { bytes in
      var view = unsafe br_view()
      unsafe view.data = bytes.baseAddress
      unsafe view.dtype = Element.typeCode
      unsafe view.rank = 1
      unsafe view.shape = (Int64(values.count), 1, 1, 1)
      return unsafe functions.put?(table, name, &view)
    }
    try check(status, "saving '\(name)'")
  }

  func get<Element: StateElement>(_ name: String) throws -> [Element] {
    var view = unsafe br_view()
    guard let status = unsafe functions.get?(table, name, &view), status == BR_OK else {
      throw StrategyError.state("there is no '\(name)'")
    }
    guard unsafe view.dtype == Element.typeCode, let count = unsafe elementCount(view.rank, view.shape) else {
      throw StrategyError.state("'\(name)' has another type than expected")
    }
    guard count > 0, let data = unsafe view.data else { return [] }
    let elements = unsafe UnsafeBufferPointer(start: data.assumingMemoryBound(to: Element.self), count: count)
    return unsafe Array(elements)
  }

  private func check(_ status: Int32?, _ service: String) throws {
    guard let status else { throw StrategyError.unsupported("the host offers no \(service)") }
    guard status == BR_OK else {
      throw StrategyError.unsupported("the host refused \(service): status \(status)")
    }
  }
}

/// What a struct of the host holds, up to its own size; zero beyond.
func copy<Record: BitwiseCopyable>(of source: UnsafePointer<Record>, empty: Record) -> Record {
  var record = empty
  let size = unsafe Int(UnsafeRawPointer(source).loadUnaligned(as: UInt32.self))
  unsafe withUnsafeMutableBytes(of: &record) { local in
    let count = min(size, local.count) & ~7  // a field that is there in part is not there
    unsafe local.copyMemory(from: UnsafeRawBufferPointer(start: source, count: count))
  }
  return record
}
