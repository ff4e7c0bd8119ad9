extension Doctor {
  /// Whether plugins can run in processes of their own, and whether these can be locked down.
  public static func isolation(_ isolation: Isolation = Isolation()) -> [DoctorReport.Check] {
    let lockDown: DoctorReport.Check =
      Isolation.canLockDown
      ? .ok("lock-down", "this kernel filters the system calls of isolated plugins")
      : .warning(
        "lock-down", "this kernel has no filters for system calls (seccomp)",
        remedy: "'--isolate' alone, which needs none, or another kernel.")
    do throws(PluginError) {
      _ = try IsolatedManifest.bytes(of: "/", isolation)
      return [
        .failed("isolation", "a plugin's process read a folder as a plugin", remedy: "rebuild brhost."),
        lockDown,
      ]
    } catch {
      guard case .relayed = error else {
        return [.failed("isolation", error.problem, remedy: "train without '--isolate'."), lockDown]
      }
      return [.ok("isolation", "plugins can run in processes of their own"), lockDown]
    }
  }
}
