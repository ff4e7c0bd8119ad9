internal import Foundation
internal import TestSupport
internal import Testing

/// The program survives a reader that has gone, and says so when its answer can't be written.
@Suite struct OutputTests {
  /// Runs `script` in a shell that knows the program as `$BRHOST`.
  private func shell(_ script: String) throws -> ProgramResult {
    let sh = URL(fileURLWithPath: "/bin/sh")
    return try run(sh, ["-c", script], environment: ["BRHOST": program.path])
  }

  @Test func closedPipeEndsQuietly() throws {
    let result = try shell("{ sleep 0.2; \"$BRHOST\" help train; echo $? >&2; } | true")
    #expect(result.errors == "0\n")
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "this system has no /dev/full"))
  func fullDiskIsAFailure() throws {
    let result = try shell("\"$BRHOST\" help train > /dev/full")
    #expect(result.status == 1)
    #expect(result.errors.hasPrefix("brhost: cannot write to standard output: No space left on device\n"))
  }

  @Test func longHelpArrivesWholeThroughAPipe() throws {
    let direct = try run(program, ["help", "train"]).output
    #expect(try shell("\"$BRHOST\" help train | cat").output == direct)
  }
}
