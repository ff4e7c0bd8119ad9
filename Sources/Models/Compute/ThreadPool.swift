internal import CKernels

/// Why a pool of threads could not be had.
public struct ThreadPoolError: Error, Equatable {
  /// The number of threads asked for.
  public let threads: Int
}

/// The threads that kernels run on: one pool a run.
///
/// Work is cut by rules that do not depend on the number of threads, so results do not either. One caller at a time.
@safe
public final class ThreadPool: @unchecked Sendable {
  /// The number of threads, the caller's included.
  public let threads: Int
  let handle: OpaquePointer
  private var scratchBytes = 0

  /// Starts `threads - 1` threads.
  ///
  /// - Throws: `ThreadPoolError` when the system refuses them.
  public init(threads: Int) throws(ThreadPoolError) {
    precondition(threads >= 1 && threads <= 1024, "a pool of \(threads) threads")
    guard let handle = unsafe ck_pool_create(Int32(threads)) else { throw ThreadPoolError(threads: threads) }
    self.threads = threads
    unsafe self.handle = handle
    BLAS.useOneThread()
  }

  deinit { unsafe ck_pool_destroy(handle) }

  /// Gives every thread at least `bytes` of scratch memory.
  func reserve(scratch bytes: Int) {
    guard bytes > scratchBytes else { return }
    let status = unsafe ck_pool_reserve(handle, bytes)
    guard status == 0 else { ck_end_without_memory(bytes) }
    scratchBytes = bytes
  }

  /// Calls `body` with every index of `0..<count`, in any order and at the same time; returns when all are done.
  public func parallel(_ count: Int, _ body: @Sendable (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      unsafe withUnsafePointer(to: body) { context in
        unsafe ck_parallel_for(
          handle, Int64(count),
          { context, index, _ in
            let body = unsafe context?.assumingMemoryBound(to: (@Sendable (Int) -> Void).self)
            unsafe body?.pointee(Int(index))
          }, UnsafeMutableRawPointer(mutating: context))
      }
    }
  }
}

/// The instruction set that the kernels use.
public enum InstructionSet {
  /// The name of the variant in use: `avx512`, `avx2` or `baseline`.
  public static var current: String { unsafe String(cString: ck_isa()) }

  /// The names of the variants that this machine runs, the widest first.
  public static let available: [String] = {
    let names: [String] = ["avx512", "avx2", "baseline"]
    return names.filter { name in unsafe ck_has_isa(name) == 1 }
  }()

  /// Selects a variant for the whole process; false, and nothing changed, where this machine has none of that name.
  public static func select(_ name: String) -> Bool { unsafe ck_select_isa(name) == 0 }
}
