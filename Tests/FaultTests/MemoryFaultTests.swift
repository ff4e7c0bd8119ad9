internal import Glibc
internal import TestSupport
internal import Testing

/// Where memory, threads or processes are refused, the program says so and ends.
@Suite struct MemoryFaultTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let work: Work
    let fault: Fault
    var testDescription: String { "\(work.testDescription), \(fault) above \(fault.above)" }
  }

  private static let faults = [
    Fault(call: "mmap", act: .fail(ENOMEM), above: 1 << 20),
    Fault(call: "aligned_alloc", act: .fail(ENOMEM), above: 1),
    Fault(call: "pthread_create", act: .fail(EAGAIN)),
  ]
  private static let processFaults: [Fault] = [
    Fault(call: "posix_spawn", act: .fail(EAGAIN)), Fault(call: "posix_spawn", act: .fail(ENOMEM)),
    Fault(call: "memfd_create", act: .fail(EMFILE)), Fault(call: "socketpair", act: .fail(EMFILE)),
    Fault(call: "pipe2", act: .fail(ENFILE)), Fault(call: "mmap", act: .fail(ENOMEM), above: 1),
  ]
  static let all =
    [Work.train, .twoThreads, .evaluate, .picture].flatMap { work in
      faults.map { Case(work: work, fault: $0) }
    }
    + [Work.isolate, .replay].flatMap { work in processFaults.map { Case(work: work, fault: $0) } }
  static let quick = [
    Case(work: .train, fault: faults[0]), Case(work: .train, fault: faults[2]),
    Case(work: .isolate, fault: processFaults[3]),
  ]
  static var cases: [Case] { isThorough ? all : quick }

  @Test(.enabled(if: CompiledPlugin.compiler != nil, "there is no C compiler"), arguments: cases)
  func everyRefusalIsToldOrDoneWithout(_ c: Case) throws {
    var fault = c.fault
    for turn in 1... {
      fault.turn = turn
      // OpenBLAS would start threads before the program begins, and end the process where they are refused.
      let outcome = try c.work.run(fault, environment: ["OPENBLAS_NUM_THREADS": "1"])
      let complaints = try Verdict(c.work, outcome, under: fault).complaints
      #expect(complaints.isEmpty, "\(fault): status \(outcome.status)\n\(outcome.errors)")
      guard outcome.isStruck else { break }
      try #require(turn < 1000, "\(fault) never ends")
    }
  }

  /// OpenBLAS's own threads repeated a refused request for ever, and were awaited at the exit.
  static let limits = isThorough ? Array(stride(from: 150, through: 900, by: 25)) : [150, 230, 600]

  @Test(arguments: limits) func aLimitOfAddressSpaceIsToldAndNothingHangs(_ megabytes: Int) throws {
    for work in isThorough ? [Work.train, .evaluate, .report, .picture, .isolate] : [.train] {
      let outcome = try work.run(shell: "ulimit -v \(megabytes * 1024);")
      let complaints = try Verdict(work, outcome).complaints
      #expect(complaints.isEmpty, "\(work), \(megabytes) MB: status \(outcome.status)\n\(outcome.errors)")
    }
  }

  @Test func aCommandThatComputesNothingNeedsNoneOfIt() throws {
    let work = Work(testDescription: "report", words: "report MADE/run")
    let outcome = try work.run(shell: "ulimit -v 150000;")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }
}
