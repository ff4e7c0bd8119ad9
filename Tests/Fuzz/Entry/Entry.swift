internal import Foundation
internal import FuzzTargets

private let environment = ProcessInfo.processInfo.environment

/// The comparison with the numpy of `BRHOST_FUZZ_PYTHON`; its differences are listed at the end.
private let comparison: NumPyComparison? = {
  atexit {
    for (kind, count) in (comparison?.differences ?? [:]).sorted(by: { $0.value > $1.value }) {
      print("difference: \(count) refused by \(kind.refusedBy) alone, '\(kind.mark)': \(kind.reason)")
    }
    fflush(nil)
  }
  return try? NumPyComparison(URL(fileURLWithPath: environment["BRHOST_FUZZ_PYTHON"] ?? "python3"))
}()

/// The target that `BRHOST_FUZZ_TARGET` names; `numpy` is the comparison.
private let target: FuzzTarget = {
  let name = environment["BRHOST_FUZZ_TARGET"] ?? ""
  guard let target = name == "numpy" ? comparison?.target : FuzzTarget.named(name) else {
    print("BRHOST_FUZZ_TARGET is '\(name)', expected numpy or one of \(FuzzTarget.all)")
    exit(64)
  }
  return target
}()

/// What libFuzzer calls with each input; a promise that is broken ends the process, which keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count <= target.longest else { return -1 }
  let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  do { _ = try target.accepts(input) } catch {
    print("broken promise of '\(target.name)': \(error)")
    fflush(nil)
    abort()
  }
  return 0
}
