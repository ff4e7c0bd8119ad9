internal import Glibc
internal import Host

/// What this program does where address space is scarce, such as under `ulimit -v`.
///
/// OpenBLAS starts a thread for each further core when it is loaded, before `main`. Each of them takes 128 MiB of
/// addresses, asks again for ever where they are refused, and is awaited at the exit: the process never ends. This
/// program has threads of its own and needs none of those, but can only say so before OpenBLAS is loaded.
enum ScarceMemory {
  private static let variable = "OPENBLAS_NUM_THREADS"

  /// Starts the program anew without OpenBLAS's threads, where they might not have what they ask for.
  static func restartIfNeeded() {
    guard isScarce, unsafe getenv(variable) == nil else { return }
    unsafe setenv(variable, "1", 1)
    // Where this fails, all goes on as well as it can.
    unsafe execv("/proc/self/exe", CommandLine.unsafeArgv)
  }

  private static var isScarce: Bool {
    var limit = rlimit()
    let isLimited =
      unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 && limit.rlim_cur != rlim_t.max
    return isLimited || !canAllocate(byteCount: sysconf(Int32(_SC_NPROCESSORS_ONLN)) << 27)
  }
}
