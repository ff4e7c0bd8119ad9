internal import Foundation
internal import Glibc
internal import TestSupport
internal import Testing

/// What real systems do to a program: full and read-only disks, limits, closed streams, odd clocks, files that go.
@Suite struct ConditionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What a shell does before it becomes the program.
    var shell = ""
    var environment: [String: String] = [:]
    var works = [Work.train]
    /// Whether nobody hears what the program says.
    var isMute = false
    /// The statuses that are right; any documented one by default.
    var statuses: Set<Int32> = [0, 1, 65, 75]
  }

  private func check(
    _ c: Case, prepare: (URL) throws -> Void = { _ in }, cleanUp: (URL) -> Void = { _ in }
  ) throws {
    for work in c.works {
      let outcome = try work.run(
        shell: c.shell, environment: c.environment, prepare: prepare, cleanUp: cleanUp)
      var verdict = try Verdict(work, outcome)
      verdict.isMute = c.isMute
      let complaints = verdict.complaints
      #expect(complaints.isEmpty, "\(work), \(c): status \(outcome.status)\n\(outcome.errors)")
      #expect(c.statuses.contains(outcome.status), "\(work), \(c): \(outcome.errors)")
    }
  }

  // MARK: - Limits and streams

  private static let fileSizes = isThorough ? [1, 2, 8, 16, 60, 100, 300, 660, 680, 2000] : [100]
  private static let descriptors = isThorough ? Array(4...16) : [6, 8]
  static let limits =
    fileSizes.map { Case(testDescription: "ulimit -f \($0)", shell: "ulimit -f \($0);", works: some) }
    + descriptors.map { Case(testDescription: "ulimit -n \($0)", shell: "ulimit -n \($0);", works: some) }
    + [
      Case(testDescription: "no standard input", shell: "exec <&-;", works: some, statuses: [0]),
      Case(testDescription: "no standard output", shell: "exec >&-;", works: some, statuses: [0, 1]),
      Case(
        testDescription: "no standard error", shell: "exec 2>&-;", works: some, isMute: true, statuses: [0]),
      Case(
        testDescription: "no streams", shell: "exec <&- >&- 2>&-;", works: some, isMute: true,
        statuses: [0, 1]),
      Case(testDescription: "a full output", shell: "exec >/dev/full;", works: some, statuses: [0, 1]),
    ]
  private static let some = isThorough ? Work.all : [Work.train]

  @Test(arguments: limits) func limitsAndClosedStreamsAreTold(_ c: Case) throws { try check(c) }

  // MARK: - Clocks

  static let jumps =
    isThorough ? [-1, 1, -86_400, 4_000_000_000, -4_000_000_000, 100_000_000_000] : [-4_000_000_000]

  @Test(.enabled(if: CompiledPlugin.compiler != nil, "there is no C compiler"), arguments: jumps)
  func nothingDependsOnTheWallClock(_ seconds: Int) throws {
    try check(
      Case(
        testDescription: "a clock that jumps \(seconds) s",
        environment: ["FAULT_CLOCK": "\(seconds)", "PRELOADED": try Fault.library.get()],
        works: isThorough ? [.train, .record, .isolate, .report] : [.train], statuses: [0]))
  }

  // MARK: - Files that go

  /// What is removed at the second row of metrics.jsonl, at the next write, and so on until the last epoch ends. What
  /// goes after that goes from a finished run.
  @Test(
    .enabled(if: CompiledPlugin.compiler != nil, "there is no C compiler"),
    arguments: ["run", "run/metrics.jsonl", "run/run.json"])
  func filesThatGoAreMissed(_ path: String) throws {
    for turn in stride(from: 4, through: 11, by: isThorough ? 1 : 6) {
      let fault = Fault(call: "write", act: .remove(path), turn: turn)
      let outcome = try Work.train.run(fault)
      #expect(outcome.isStruck)
      let complaints = try Verdict(.train, outcome, under: fault).complaints
      #expect(complaints.isEmpty, "\(fault): status \(outcome.status)\n\(outcome.errors)")
    }
  }

  // MARK: - Disks

  /// Whether this machine lets the tests mount file systems.
  static let canMount: Bool = {
    let isMounted = try? Repository.withTemporaryFolder { folder in
      defer { unmount(folder) }
      return try mount(folder, ["-t", "tmpfs", "-o", "size=64k", "none"])
    }
    return isMounted ?? false
  }()
  private static func mount(_ folder: URL, _ words: [String]) throws -> Bool {
    try TestSupport.run(URL(fileURLWithPath: "/bin/mount"), words + [folder.path]).status == 0
  }
  private static func unmount(_ folder: URL) {
    _ = try? TestSupport.run(URL(fileURLWithPath: "/bin/umount"), ["-l", folder.path])
  }

  static let sizes = isThorough ? [8, 16, 32, 64, 128, 256, 360, 384, 400, 420, 440, 500, 2048] : [64, 2048]

  @Test(.enabled(if: canMount, "file systems can't be mounted here"), arguments: sizes)
  func aFullDiskIsTold(_ kilobytes: Int) throws {
    try check(
      Case(testDescription: "a disk of \(kilobytes) KB", works: isThorough ? Work.all : [.train]),
      prepare: { try #require(try Self.mount($0, ["-t", "tmpfs", "-o", "size=\(kilobytes)k", "none"])) },
      cleanUp: Self.unmount)
  }

  @Test(.enabled(if: canMount, "file systems can't be mounted here"))
  func aReadOnlyDiskIsTold() throws {
    try check(
      Case(testDescription: "a read-only disk", works: Work.all, statuses: [1]),
      prepare: { try #require(try Self.mount($0, ["-t", "tmpfs", "-o", "ro", "none"])) },
      cleanUp: Self.unmount)
  }
}
