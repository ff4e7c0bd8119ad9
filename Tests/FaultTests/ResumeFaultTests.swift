internal import Foundation
internal import Glibc
internal import TestSupport
internal import Testing

/// Whatever struck a run, and at whatever call: the same command again ends with the bytes of a run that nothing struck.
@Suite(.enabled(if: CompiledPlugin.compiler != nil, "there is no C compiler")) struct ResumeFaultTests {
  private static let faults =
    ["open", "write", "fsync", "close", "rename", "ftruncate", "unlink", "mkdir"].flatMap { call in
      [
        Fault(call: call, act: .signal(SIGKILL)), Fault(call: call, act: .fail(EIO)),
        Fault(call: call, act: .fail(ENOSPC)),
      ]
    } + [
      Fault(call: "write", act: .full(100)), Fault(call: "write", act: .short(7)),
      Fault(call: "write", act: .full(70), also: ("ftruncate", EIO)),
    ]
  private static let quick = [
    Fault(call: "write", act: .signal(SIGKILL)), Fault(call: "rename", act: .signal(SIGKILL)),
    Fault(call: "fsync", act: .fail(EIO)),
  ]
  static var cases: [Fault] { isThorough ? faults : quick }

  @Test(arguments: cases) func aStruckRunGoesOnToTheSameBytes(_ fault: Fault) throws {
    let whole = try Work.undisturbed.get()[Work.checkpoints.words] ?? [:]
    // Without the whole matrix, every fifth call: each kind of file is written more often than that.
    var fault = fault
    for turn in stride(from: 1, to: 2000, by: isThorough ? 1 : 5) {
      fault.turn = turn
      let isStruck = try Repository.withTemporaryFolder { temporary in
        let folder = temporary.resolvingSymlinksInPath().appendingPathComponent("work")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let struck = try Work.checkpoints.run(fault, in: folder)
        let again = try Work.checkpoints.run(in: folder)
        // A row that was lost is lost, which both runs say.
        let isIncomplete = ["will be incomplete", "could not be written whole"].contains {
          struck.errors.contains($0)
        }
        #expect(
          again.status == 0 || isIncomplete && again.status == 1,
          "\(fault): \(struck.errors)\n\(again.errors)")
        for name in ["weights.safetensors", "score.npy", "samples.npz", "predictions.npz"]
          + (isIncomplete ? [] : ["metrics.jsonl"])
        {
          let isSame = again.files["run/\(name)"] == whole["run/\(name)"]
          #expect(isSame, "\(fault), turn \(turn), '\(name)': \(struck.errors)\n\(again.errors)")
        }
        for (path, content) in again.files {
          #expect(Verdict.flaw(of: content, path) == nil && !path.hasSuffix(".tmp"), "\(path)")
        }
        return struck.isStruck
      }
      guard isStruck else { break }
    }
  }
}
