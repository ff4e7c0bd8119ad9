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

  @Test(arguments: ["2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
  func closedStreamsDoNotReachTheRecords(redirection: String) throws {
    try Repository.withTemporaryFolder { folder in
      let data = Repository.root.appendingPathComponent("data").path
      let result = try shell(
        "\"$BRHOST\" train --dataset digits-lt --data-dir '\(data)' --steps 1 --run-dir '\(folder.path)/run' "
          + redirection)
      #expect(result.status == (redirection == "2>&-" ? 0 : 1))
      for file in try FileManager.default.contentsOfDirectory(atPath: folder.path + "/run") {
        let content = try Data(contentsOf: folder.appendingPathComponent("run/" + file))
        #expect(content.range(of: Data("images/s".utf8)) == nil, "\(file)")
        #expect(content.range(of: Data("brhost: ".utf8)) == nil, "\(file)")
      }
    }
  }

  @Test func controlCharactersDoNotReachTheTerminal() throws {
    let result = try run(program, ["train", "--dataset", "a\u{1B}[31m\u{7}b"])
    #expect(result.status == 65)
    #expect(!result.errors.contains("\u{1B}") && result.errors.contains("'a\u{FFFD}[31m\u{FFFD}b'"))
    #expect(result.errors.contains("\n  Try: "))
  }

  @Test func longHelpArrivesWholeThroughAPipe() throws {
    let direct = try run(program, ["help", "train"]).output
    #expect(try shell("\"$BRHOST\" help train | cat").output == direct)
  }
}
