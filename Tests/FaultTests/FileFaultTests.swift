internal import Foundation
internal import Glibc
internal import TestSupport
internal import Testing

/// Whatever call on a file fails, at whatever moment: one clear sentence, a documented status, and only whole files.
@Suite struct FileFaultTests {
  /// Faults of one kind, struck at the first call of a function, the second, and so on until there is none.
  struct Case: Sendable, CustomTestStringConvertible {
    let work: Work
    let fault: Fault
    var testDescription: String { "\(work.testDescription), \(fault)" }
  }

  private static let refusals: [(call: String, errors: [Int32])] = [
    ("open", [ENOSPC, EROFS, EACCES, EMFILE, EDQUOT]), ("write", [ENOSPC, EIO, EDQUOT, EFBIG]),
    ("fsync", [EIO, ENOSPC, EDQUOT]), ("close", [EIO, ENOSPC]), ("rename", [EIO, ENOSPC, EACCES]),
    ("mkdir", [ENOSPC, EACCES, EROFS]),
  ]

  /// What is tried on each command that writes files.
  private static let faults: [Fault] =
    refusals.flatMap { call, errors in errors.map { Fault(call: call, act: .fail($0)) } } + [
      Fault(call: "write", act: .full(100)), Fault(call: "write", act: .full(0)),
      Fault(call: "write", act: .full(70), also: ("ftruncate", EIO)),
      Fault(call: "write", act: .fail(ENOSPC), also: ("ftruncate", EROFS)),
      Fault(call: "write", act: .fail(EIO), also: ("unlink", EIO)),
      Fault(call: "write", act: .short(7)), Fault(call: "write", act: .interrupt(50)),
      Fault(call: "read", act: .fail(EIO), isOnInput: true),
      Fault(call: "read", act: .short(1000), isOnInput: true),
      Fault(call: "read", act: .interrupt(50), isOnInput: true),
      Fault(call: "open", act: .interrupt(50)), Fault(call: "fsync", act: .interrupt(50)),
      Fault(call: "write", act: .slow(5)), Fault(call: "fsync", act: .slow(20)),
    ]
    + ["open", "write", "fsync", "close", "rename"].flatMap { call in
      [SIGKILL, SIGTERM].map { Fault(call: call, act: .signal($0)) }
    }

  private static let all = Work.all.flatMap { work in faults.map { Case(work: work, fault: $0) } }
  private static let quick = [
    Case(work: .train, fault: Fault(call: "write", act: .fail(ENOSPC))),
    Case(work: .train, fault: Fault(call: "fsync", act: .fail(EIO))),
    Case(work: .train, fault: Fault(call: "rename", act: .signal(SIGKILL))),
    Case(work: .evaluate, fault: Fault(call: "write", act: .full(100))),
    Case(work: .report, fault: Fault(call: "open", act: .fail(EROFS))),
    Case(work: .picture, fault: Fault(call: "close", act: .fail(EIO))),
    Case(work: .project, fault: Fault(call: "rename", act: .fail(EIO))),
  ]
  static var cases: [Case] { isThorough ? all : quick }

  @Test(.enabled(if: CompiledPlugin.compiler != nil, "there is no C compiler"), arguments: cases)
  func everyFailureIsToldAndLeavesWholeFiles(_ c: Case) throws {
    var fault = c.fault
    for turn in 1... {
      fault.turn = turn
      let outcome = try c.work.run(fault)
      let complaints = try Verdict(c.work, outcome, under: fault).complaints
      #expect(complaints.isEmpty, "\(fault): status \(outcome.status)\n\(outcome.errors)")
      guard outcome.isStruck else { break }
      try #require(turn < 1000, "\(fault) never ends")
    }
  }
}
