internal import Foundation
internal import Glibc

/// The number of this process's allocations, where the library that counts them is preloaded.
@safe
package struct AllocationCounter: Sendable {
  private static let library = "liballocation-counter.so"
  private let function: @convention(c) () -> UInt

  /// The counter; nil where the library is not preloaded.
  package init?() {
    guard let symbol = unsafe dlsym(nil, "br_allocation_count") else { return nil }
    function = unsafe unsafeBitCast(symbol, to: (@convention(c) () -> UInt).self)
  }

  /// Allocations on any thread since the program began.
  package var count: UInt { function() }

  // MARK: - Preloading

  /// Where the library is, for a program at `executable`: beside it, or in `lib/brhost` of its prefix.
  package static func path(besides executable: String) -> String? {
    let folder = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
    let prefix = folder.deletingLastPathComponent()
    let places = [folder, prefix.appendingPathComponent("lib/brhost")]
    return places.map { $0.appendingPathComponent(library).path }.first { path in
      // A space or a colon would end the name in LD_PRELOAD.
      FileManager.default.isReadableFile(atPath: path) && !path.contains { $0 == " " || $0 == ":" }
    }
  }

  /// Begins this program anew, with the library preloaded. Returns where it is already, or cannot be.
  package static func preload() {
    guard AllocationCounter() == nil,
      let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
      let library = path(besides: program)
    else { return }
    let others = ProcessInfo.processInfo.environment["LD_PRELOAD"] ?? ""
    // Preloaded without effect: trying again would never end.
    if others.contains(library) { return }
    unsafe setenv("LD_PRELOAD", others.isEmpty ? library : "\(library):\(others)", 1)
    _ = unsafe execv(program, CommandLine.unsafeArgv)
    if others.isEmpty { unsafe unsetenv("LD_PRELOAD") } else { unsafe setenv("LD_PRELOAD", others, 1) }
  }
}
