internal import Foundation
internal import Host
internal import TestSupport
internal import Testing
internal import brhost

/// The doctor tells well from ill, and its exit status says which.
@Suite struct DoctorTests {
  @Test func librariesOfThisMachineAreFine() {
    for check in Doctor.libraries() { #expect(check.state == .ok, "\(check)") }
  }

  @Test func anotherMajorVersionOfALibraryFails() {
    #expect(Doctor.version("zlib", ("1.3.1", "1.2.13"), package: "zlib1g-dev").state == .ok)
    let check = Doctor.version("zlib", ("2.0", "1.2.13"), package: "zlib1g-dev")
    #expect(check.state == .failed)
    #expect(check.finding == "2.0 is loaded, but the program was built for 1.2.13")
  }

  @Test(arguments: [
    ("7f00 r-xp /usr/lib/libgomp.so.1.0.0", DoctorReport.Check.State.failed),
    ("7f00 r-xp /usr/lib/llvm-14/lib/libomp.so.5", .failed), ("7f00 r-xp /usr/lib/libopenblas.so.0", .ok),
  ])
  func openMPIsFoundAmongTheLibraries(maps: String, state: DoctorReport.Check.State) {
    #expect(Doctor.openMP(loadedLibraries: maps).state == state)
  }

  @Test func processesOfPluginsAreTried() {
    var isolation = Isolation()
    isolation.program = program.path
    #expect(Doctor.isolation(isolation)[0].state == .ok)
    isolation.program = "/bin/true"
    #expect(Doctor.isolation(isolation)[0].state == .failed)
    isolation.program = "/nowhere"
    #expect(Doctor.isolation(isolation)[0].finding.contains("starting '/nowhere': No such file or directory"))
  }

  @Test func wrongProductAndIgnoredThreadSettingFail() {
    func engine(threads: Int, scale: Float) -> Doctor.Engine {
      Doctor.Engine(
        configuration: "OpenBLAS 0", threading: "pthreads", threadsAfterAskingForOne: threads,
        instructionSet: "avx2"
      ) { a, b, n in
        (0..<n * n).map { i in (0..<n).reduce(0) { $0 + scale * a[i / n * n + $1] * b[$1 * n + i % n] } }
      }
    }
    #expect(Doctor.engine(engine(threads: 1, scale: 1)).map(\.state) == [.ok, .ok, .ok, .ok])
    #expect(Doctor.engine(engine(threads: 4, scale: 1)).map(\.state) == [.ok, .failed, .ok, .ok])
    #expect(Doctor.engine(engine(threads: 1, scale: 1.01)).map(\.state) == [.ok, .ok, .failed, .ok])
    #expect(Doctor.engine(engine(threads: 1, scale: .nan)).map(\.state) == [.ok, .ok, .failed, .ok])
  }

  @Test func datasetsAreNamedWithTheirTestSets() throws {
    try Repository.withTemporaryFolder { folder in
      for name in ["a-lt_train.npz", "a_test.npz", "b_train.npz", "b_test.npz", "c_train.npz"] {
        try Data().write(to: folder.appendingPathComponent(name))
      }
      let path = folder.path
      let checks = Doctor.datasets(in: DataFolders(path, executable: "/nowhere/brhost"))
      #expect(checks.map(\.state) == [.ok, .ok, .warning])
      #expect(checks[0].finding == "a-lt: \(path)/a-lt_train.npz, tested on \(path)/a_test.npz")
      #expect(checks[2].finding == "there is no test set of 'c': looked for '\(path)/c_test.npz'")
      #expect(checks[2].remedy?.hasPrefix("put it there") == true)
    }
    let nowhere = DataFolders("/no/such/folder", executable: "/nowhere/brhost")
    #expect(Doctor.datasets(in: nowhere).map(\.state) == [.warning])
  }

  @Test func noPluginIsAFailureAndARefusedFileAWarning() {
    let none = Doctor.plugins(searchPath: ["p"], found: [], refused: ["p/x.so: no manifest"])
    #expect(none.map(\.state) == [.failed, .warning])
    let some = Doctor.plugins(searchPath: ["p", "q"], found: ["erm"], refused: [])
    #expect(some == [.ok("plugins", "erm in p, q")])
  }

  @Test func reportIsAlignedAndEndsWithAVerdict() {
    let report = DoctorReport([
      .ok("zlib", "1.2"), .warning("data", "none", remedy: "fetch some."),
      .failed("sgemm", "off", remedy: "r."),
    ])
    let text = """
      ok       zlib   1.2
      warning  data   none
               Try: fetch some.
      failed   sgemm  off
               Try: r.
      3 checks: 1 failed, 1 with a warning.

      """
    #expect(report.text == text)
    #expect(report.hasFailure)
  }

  @Test func programAnswersInJSON() throws {
    let result = try run(program, ["doctor", "--json"])
    let report = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    let checks = try #require(report?["checks"] as? [[String: Any]])
    let failed = checks.contains { $0["state"] as? String == "failed" }
    #expect(result.status == (failed ? 1 : 0))
    #expect(checks.contains { $0["subject"] as? String == "zlib" })
  }
}
