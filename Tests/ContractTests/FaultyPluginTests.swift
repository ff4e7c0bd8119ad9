import Foundation
import Host
import TestSupport
import Testing

/// Every fault of a plugin ends in one message that says what is wrong, and never in a crash.
/// Skipped without a C compiler.
@Suite(.enabled(if: CompiledPlugin.compiler != nil)) struct FaultyPluginTests {
  struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let macros: [String]
    let message: String
    var status = ExitStatus.badData
  }

  // MARK: - Opening

  static let opening = [
    Fault(
      testDescription: "no table function", macros: ["NO_TABLE_SYMBOL"],
      message: "does not export br_strategy_v1"),
    Fault(
      testDescription: "undefined symbol", macros: ["MISSING_FUNCTION"],
      message: "undefined symbol: no_such_function_anywhere"),
    Fault(
      testDescription: "broken JSON", macros: [#"MANIFEST="{\n \"brhost\": 1,,""#],
      message: "line 2, column 14: expected a key in double quotes, found ','"),
    Fault(
      testDescription: "NULL manifest", macros: ["MANIFEST=NULL"], message: "br_manifest_v1 returned NULL"),
  ]

  @Test(arguments: opening)
  func libraryIsRefusedByName(_ fault: Fault) throws {
    let error = #expect(throws: PluginError.self) { try FaultyPlugin.with(fault.macros) { _ in } }
    #expect(error?.problem.contains(fault.message) == true, "\(error?.problem ?? "")")
    #expect(error?.problem.contains("x.so") == true)
    #expect(error?.status == fault.status)
  }

  /// Not even by a search for a name; a listing opens it, in a process of its own.
  @Test func libraryBehindTheOneThatIsMeantIsNotOpened() throws {
    try Repository.withTemporaryFolder { folder in
      let folders = ["first", "second"].map { folder.appendingPathComponent($0) }
      for folder in folders {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      }
      _ = try CompiledPlugin.build(FaultyPlugin.source, in: folders[0])
      _ = try CompiledPlugin.build(FaultyPlugin.source, ["-DOPENING=abort()"], in: folders[1])
      let path = ["BRHOST_PLUGIN_PATH": folders.map(\.path).joined(separator: ":")]
      let program = Repository.products.appendingPathComponent("brhost")
      let found = try run(program, ["plugin", "info", "faulty"], environment: path)
      #expect(found.status == 0, "\(found.errors)")
      let listed = try run(program, ["plugin", "list"], environment: path)
      #expect(listed.status == 0 && listed.output.contains("ended by signal 6"), "\(listed)")
    }
  }

  // MARK: - Making an instance

  static let making = [
    Fault(
      testDescription: "table that ends before step", macros: ["TABLE_SIZE=16"],
      message: "the table of 'faulty' (struct_size 16) lacks the function 'step'"),
    Fault(
      testDescription: "table that cuts a pointer in half", macros: ["TABLE_SIZE=20"],
      message: "(struct_size 20) lacks the function 'step'"),
    Fault(
      testDescription: "table of four bytes", macros: ["TABLE_SIZE=4"],
      message: "(struct_size 4) lacks the function 'create'"),
    Fault(
      testDescription: "state without save", macros: ["STATEFUL", "TABLE_SIZE=32"],
      message: "lacks the function 'save'"),
    Fault(
      testDescription: "create with a reason",
      macros: [#"CREATE=setup->host->error(setup->host, "no luck today"); return BR_ERROR_UNSUPPORTED"#],
      message: "failed in create: no luck today", status: .failedRun),
    Fault(
      testDescription: "create without a reason", macros: ["CREATE=return BR_ERROR_NUMERIC"],
      message: "failed in create: numeric trouble", status: .failedRun),
    Fault(
      testDescription: "create with a status that is none", macros: ["CREATE=return 17"],
      message: "it returned 17, which is no status of the ABI", status: .failedRun),
  ]

  @Test(arguments: making)
  func instanceIsRefused(_ fault: Fault) throws {
    try FaultyPlugin.with(fault.macros) { located in
      let error = #expect(throws: PluginError.self) {
        _ = try StrategyInstance(located, setup: TrialRun.setup)
      }
      #expect(error?.problem.contains(fault.message) == true, "\(error?.problem ?? "")")
      #expect(error?.status == fault.status)
    }
  }

  @Test(arguments: [32, 40, 48, 56, 4096])
  func tableOfAnotherSizeRuns(_ size: Int) throws {
    try FaultyPlugin.with(["TABLE_SIZE=\(size)"]) { located in
      var instance = try StrategyInstance(located, setup: TrialRun.setup)
      let answer = try TrialRun.step(&instance, TrialRun.Batch(count: 4))
      #expect(answer.weights == [0.25, 0.25, 0.25, 0.25])
    }
  }

  @Test func unknownIdNamesTheKnownOnes() throws {
    try Repository.withTemporaryFolder { folder in
      let path = try CompiledPlugin.build(FaultyPlugin.source, in: folder)
      let catalog = PluginCatalog(folders: [])
      #expect(throws: PluginError.noSuchStrategy(path: path, id: "fault", known: ["faulty"])) {
        try catalog.find(path + ":fault")
      }
      #expect(try catalog.find(path + ":faulty").manifest.id == "faulty")
    }
  }

  @Test func neededInputThatTheRunLacksIsRefused() throws {
    try FaultyPlugin.with([]) { located in
      #expect(throws: PluginError.unavailableInput(strategy: "faulty", input: .loss)) {
        _ = try StrategyInstance(located, setup: TrialRun.setup, available: [.target])
      }
    }
  }

  // MARK: - Outputs

  static let outputs = [
    Fault(
      testDescription: "NaN", macros: ["WEIGHT(i)=(i == 2 ? NAN : 1)"],
      message: "step 5: it gave sample 85 the weight nan, expected a finite number", status: .failedRun),
    Fault(
      testDescription: "infinite", macros: ["WEIGHT(i)=INFINITY"],
      message: "it gave sample 11 the weight inf", status: .failedRun),
    Fault(
      testDescription: "negative", macros: ["WEIGHT(i)=(i == 1 ? -0.5f : 1)"],
      message: "it gave sample 48 the weight -0.5, expected at least 0", status: .failedRun),
    Fault(
      testDescription: "all zero", macros: ["WEIGHT(i)=0"], message: "all its weights are 0",
      status: .failedRun),
    Fault(
      testDescription: "unwritten", macros: ["WEIGHT(i)=(i == 3 ? weight[3] : 1)"],
      message: "it left the weight of sample 122 unwritten", status: .failedRun),
    Fault(
      testDescription: "failure with a text",
      macros: [
        #"STEP=step->host->error(step->host, "bad\x1b luck"); return BR_ERROR_INTERNAL"#
      ],
      message: "failed in step 5: bad luck", status: .failedRun),
  ]

  @Test(arguments: outputs)
  func stepIsRefused(_ fault: Fault) throws {
    try FaultyPlugin.with(fault.macros) { located in
      var instance = try StrategyInstance(located, setup: TrialRun.setup)
      do {
        _ = try TrialRun.step(&instance, TrialRun.Batch(count: 6), step: 5)
        Issue.record("the step was accepted")
      } catch let error as PluginError {
        #expect(error.problem.contains(fault.message), "\(error.problem)")
        #expect(error.problem.contains("faulty"))
        #expect(error.status == fault.status)
      }
    }
  }

  @Test func uniformStatusGivesUniformWeights() throws {
    try FaultyPlugin.with(["STEP_STATUS=BR_UNIFORM", "WEIGHT(i)=-1"]) { located in
      var instance = try StrategyInstance(located, setup: TrialRun.setup)
      let answer = try TrialRun.step(&instance, TrialRun.Batch(count: 8))
      #expect(answer.outcome == StepOutcome(isUniform: true, hasScores: false))
      #expect(answer.weights == Array(repeating: 0.125, count: 8))
    }
  }
}
