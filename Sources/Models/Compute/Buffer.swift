internal import CKernels

/// Fixed-size storage, aligned for vector loads: the only owner of numeric memory in this module, unless it
/// stands in memory of somebody else's.
///
/// Elements are reached through `span` and `mutableSpan`; kernels take the address, in `Kernels.swift` only.
@safe
public struct Buffer<Element: BitwiseCopyable>: ~Copyable {
  /// The alignment of the first element, in bytes: one cache line, one 512-bit vector.
  public static var alignment: Int { Int(CK_ALIGNMENT) }

  /// The number of elements.
  public let count: Int
  package let base: UnsafeMutablePointer<Element>
  /// Whoever owns the memory, kept as long as this buffer; nil where that is the buffer.
  private let owner: AnyObject?

  /// Allocates `count` elements, each set to `value`.
  public init(count: Int, repeating value: Element) {
    self.init(zeroed: count)
    unsafe base.initialize(repeating: value, count: count)
  }

  /// Allocates `count` elements whose bytes are zero; large ones take memory only where they are written.
  fileprivate init(zeroed count: Int) {
    precondition(count >= 0, "a buffer of \(count) elements")
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    precondition(!overflow, "a buffer of \(count) elements")
    guard let raw = unsafe ck_allocate(bytes) else { ck_end_without_memory(bytes) }
    self.count = count
    unsafe base = raw.bindMemory(to: Element.self, capacity: count)
    owner = nil
  }

  /// The `count` elements at `address`, as they are: memory that `owner` holds as long as it lives.
  @unsafe
  package init(count: Int, at address: UnsafeMutableRawPointer, keeping owner: AnyObject) {
    precondition(count >= 0, "a buffer of \(count) elements")
    precondition(
      Int(bitPattern: address).isMultiple(of: Self.alignment),
      "a buffer that is not aligned to \(Self.alignment) bytes")
    self.count = count
    unsafe base = address.bindMemory(to: Element.self, capacity: count)
    self.owner = owner
  }

  deinit { if owner == nil { unsafe ck_free(base, count * MemoryLayout<Element>.stride) } }

  /// The elements, to read.
  public var span: Span<Element> {
    @_lifetime(borrow self) get {
      let span = unsafe Span(_unsafeStart: base, count: count)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// The elements, to write.
  public var mutableSpan: MutableSpan<Element> {
    @_lifetime(&self) mutating get {
      let span = unsafe MutableSpan(_unsafeStart: base, count: count)
      return unsafe _overrideLifetime(span, mutating: &self)
    }
  }

  /// Overwrites the first `count` elements with those of `other`.
  package mutating func copy(_ other: borrowing Buffer<Element>, count: Int) {
    precondition(
      count >= 0 && count <= self.count && count <= other.count,
      "\(count) elements from a buffer of \(other.count) to one of \(self.count)")
    unsafe base.update(from: other.base, count: count)
  }

  /// The element at `index`; traps outside `0..<count`.
  public subscript(index: Int) -> Element {
    get {
      precondition(index >= 0 && index < count, "index \(index) of a buffer of \(count)")
      return unsafe base[index]
    }
    set {
      precondition(index >= 0 && index < count, "index \(index) of a buffer of \(count)")
      unsafe base[index] = newValue
    }
  }
}

extension Buffer where Element: ExpressibleByIntegerLiteral {
  /// Allocates `count` zeros.
  public init(count: Int) { self.init(zeroed: count) }

  /// Sets every element to zero.
  package mutating func clear() { unsafe base.update(repeating: 0, count: count) }
}

extension Buffer where Element: Sendable {
  /// A copy of the first `prefix` elements (all of them by default) as an array.
  public func array(prefix: Int? = nil) -> [Element] {
    let length = prefix ?? count
    precondition(length >= 0 && length <= count, "prefix \(length) of a buffer of \(count)")
    var copy: [Element] = []
    copy.reserveCapacity(length)
    for index in 0..<length { copy.append(unsafe base[index]) }
    return copy
  }
}

// The memory is owned by one value; sharing is by borrowing.
extension Buffer: @unchecked Sendable where Element: Sendable {}
