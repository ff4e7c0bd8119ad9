import Foundation
import Host
import TestSupport
import Testing

/// `brhost plugin check` finds every breach of the contract, and no other. Skipped without a C compiler.
@Suite(.enabled(if: CompiledPlugin.compiler != nil)) struct ConformanceTests {
  /// `broken.c` with one rule broken, and the tests that are not to pass.
  struct Breach: Sendable, CustomTestStringConvertible {
    let test: String
    var state = "failed"
    let macros: [String]
    /// Words of the report.
    var words = ""
    var flags = ["-Wl,--no-as-needed", "-lm"]

    /// Other tests that cannot but see it, with their states.
    var also: [String: String] = [:]

    var testDescription: String { "\(test): \(macros.joined(separator: " "))" }
  }

  static let breaches = [
    Breach(
      test: "manifest", state: "warning", macros: [#"MORE_KEYS=", \"colour\": 1""#],
      words: "strategies[0].colour is not a key"),
    Breach(test: "symbols", macros: ["MORE_SYMBOLS"], words: "it exports 'helper' too"),
    Breach(test: "undefined-symbols", macros: ["OBJECTIVE"], words: "'exp', 'fmax', 'log', 'pow'", flags: []),
    Breach(
      test: "unknown-id", macros: [#"KNOWN(id)=(strncmp(id, "broken", 6) == 0)"#], words: #"(\"brokenx\")"#),
    Breach(test: "table", macros: ["TABLE=.struct_size = sizeof(br_strategy), .reserved = 7"], words: "is 7"),
    Breach(test: "table", macros: ["TABLE=.struct_size = 20"], words: "lacks the function 'step'"),
    Breach(
      test: "create-destroy", state: "warning", macros: ["CREATE=memset(malloc(5000), 1, 5000)"],
      words: "KiB of memory behind"),
    Breach(
      test: "create-destroy", state: "crashed", macros: ["DESTROY=void *volatile twice = at; free(twice)"],
      words: "signal 6 (Aborted)"),
    Breach(test: "outputs-written", macros: ["SAMPLES=(step->batch - 1)"], words: "unwritten"),
    Breach(
      test: "canaries", macros: ["AFTER=if (step->batch < 64) weight[step->batch] = 1"],
      words: "beside the output weight of a batch of 32"),
    Breach(
      test: "inputs-unchanged", macros: ["AFTER=((float *)loss)[0] = 1"], words: "it changed the input loss"),
    Breach(
      test: "batch-sizes", macros: ["BEFORE=if (step->batch == 2) return BR_ERROR_INTERNAL"],
      words: "a batch of 2: "),
    Breach(
      test: "one-class",
      macros: [
        "BEFORE=int64_t same = 0; for (int64_t i = 0; group && i < step->batch; i++) same += group[i] == group[0]; "
          + "if (same == step->batch && same > 3) return BR_ERROR_INTERNAL"
      ], words: "a batch of class 0 alone"),
    Breach(
      test: "loss-equal",
      macros: ["BEFORE=if (step->batch > 1 && loss[0] > 0.1f && loss[0] == loss[1]) return BR_ERROR_NUMERIC"],
      words: "numeric trouble"),
    Breach(test: "loss-zero", macros: ["AFTER=if (loss[0] == 0) weight[0] = NAN"], words: "the weight nan"),
    Breach(test: "loss-huge", macros: ["AFTER=if (loss[0] > 1e29f) score[0] *= 1e30f"], words: "inf"),
    Breach(
      test: "loss-huge", state: "warning", macros: ["BEFORE=if (loss[0] > 1e29f) return BR_ERROR_NUMERIC"]),
    Breach(
      test: "loss-denormal", macros: ["AFTER=if (loss[0] > 0 && loss[0] < 1e-38f) weight[0] = -1"],
      words: "the weight -1.0"),
    Breach(
      test: "optional-inputs", state: "crashed", macros: ["HAS_GROUPS=1"],
      words: "signal 11 (Segmentation fault) ended the process: without group"),
    Breach(
      test: "setup-size",
      macros: ["CREATE=if (setup->struct_size != sizeof *setup) return BR_ERROR_UNSUPPORTED"],
      words: "a setup of a newer host: "),
    Breach(
      test: "setup-size", state: "crashed",
      macros: ["CREATE=if (setup->seed == 12345) return BR_ERROR_ARGUMENT"],
      words: "a setup that ends before seed"),
    Breach(
      test: "step-size", state: "crashed",
      macros: ["BEFORE=if (step->epoch < 0) return BR_ERROR_ARGUMENT"],
      words: "a step that ends before epoch"),
    Breach(
      test: "host-size", state: "crashed", macros: [#"BEFORE=step->host->metric(step->host, "a", 1)"#],
      words: "a host's table that ends before metric"),
    Breach(test: "equivariance", macros: ["AFTER=weight[0] += 0.5f"], words: "in another order of the batch"),
    Breach(
      test: "determinism", macros: ["CREATE=place += 1", "AFTER=score[0] += place"], words: "score[0]"),
    Breach(
      test: "interleaved",
      macros: [
        "CREATE=if (BR_HAS(setup, seed)) place = (float)setup->seed",
        "AFTER=for (int i = 0; i < step->batch; i++) score[i] += place",
      ],
      words: "with another instance beside it"),
    Breach(
      test: "threads", macros: ["CREATE=here = 1", "AFTER=score[0] += here != 1"], words: "on other threads"),
    Breach(
      test: "parameters", macros: ["CREATE=if (setup->params[0].number == 1) return BR_ERROR_ARGUMENT"],
      words: "rate=1.0: "),
    Breach(
      test: "parameters", state: "warning",
      macros: [
        "CREATE=if (setup->params[0].number != 0.5 && setup->params[1].integer) return BR_ERROR_ARGUMENT"
      ], words: "it refuses rate="),
    Breach(
      test: "state-continues", macros: ["SAVED=((double[]){0, it->mean[1]})"], words: "after loading"),
    Breach(
      test: "state-damaged", macros: ["ACCEPTS(view)=((view).data != NULL)"],
      words: "a state whose 'mean' is shorter: the state was accepted"),
    Breach(
      test: "cancelled", macros: ["BEFORE=if (step->batch == 1024) usleep(300000)"],
      words: "when it is cancelled"),
    Breach(
      test: "time", state: "warning", macros: ["BEFORE=if (step->batch == 128) usleep(110000)"],
      words: "99 of 100 steps take up to"),
    Breach(
      test: "surroundings", macros: ["AFTER=if (step->batch == 32) fesetround(FE_UPWARD)"],
      words: "the rounding of floating-point numbers", also: ["determinism": "failed"]),
    Breach(
      test: "logits-huge",
      macros: ["OBJECTIVE", "AFTER=if (logits[0] > 1e3f || logits[1] > 1e3f) loss[0] = NAN"],
      words: "logits of ±10000"),
    Breach(
      test: "logit-gradient", macros: ["OBJECTIVE", "SLOPE=0.9"], words: "derivatives are wrong"),
  ]

  /// What a plugin can do to the process around it.
  static let intrusions = [
    ("printf(\"hello\\n\")", "it wrote to standard output: hello"),
    ("setlocale(LC_ALL, \"C.UTF-8\")", "the locale"),
    ("signal(SIGUSR1, SIG_IGN)", "the handler of signal 10"),
    ("if (chdir(\"/\")) return BR_ERROR_INTERNAL", "the working directory"),
    ("setenv(\"BROKEN\", \"1\", 1)", "the environment"),
    ("pthread_t thread; pthread_create(&thread, NULL, sleeping, NULL)", "the number of threads"),
    ("if (dup(2) < 0) return BR_ERROR_INTERNAL", "the open files"),
  ].map { Breach(test: "surroundings", macros: ["AFTER=if (step->batch == 32) { \($0); }"], words: $1) }

  @Test(arguments: breaches + intrusions)
  func breachIsFoundByItsTestAlone(_ breach: Breach) throws {
    try Self.withPlugin(breach.macros, flags: breach.flags) { path in
      let report = try Self.check([path])
      #expect(
        report.states.filter { !["passed", "skipped"].contains($0.value) }
          == breach.also.merging([breach.test: breach.state]) { $1 })
      #expect(report.status == (breach.state == "warning" ? 0 : 1))
      #expect(breach.words.isEmpty || report.text.contains(breach.words), "\(report.text)")
    }
  }

  #if arch(x86_64)
    /// As code does that is linked with -ffast-math.
    @Test func flushingDenormalsOnOpeningIsFound() throws {
      let code = "OPENING=__builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040)"
      try Self.withPlugin([code]) { path in
        let report = try Self.check([path, "--only", "surroundings"])
        #expect(report.states == ["surroundings": "failed"])
        #expect(report.text.contains("the flushing of denormal numbers"), "\(report.text)")
      }
    }
  #endif

  @Test func everyTestHasItsBreach() {
    #expect(
      Set((Self.breaches + Self.intrusions).map(\.test)) == Set(ConformanceTest.all.map(\.id)))
  }

  @Test(arguments: [[], ["OBJECTIVE"]])
  func rightPluginPassesEveryTestThatApplies(_ macros: [String]) throws {
    try Self.withPlugin(macros) { path in
      let report = try Self.check([path])
      #expect(report.status == 0)
      #expect(report.states.values.allSatisfy { ["passed", "skipped"].contains($0) }, "\(report.text)")
      #expect(report.states.count == ConformanceTest.all.count)
    }
  }

  @Test(arguments: Shipped.ids)
  func shippedStrategyPasses(_ id: String) throws {
    let report = try Self.check([id])
    #expect(report.status == 0)
    #expect(report.states.values.allSatisfy { ["passed", "skipped"].contains($0) }, "\(report.text)")
  }

  // MARK: - Crashes

  static let crashes = [
    Breach(test: "manifest", macros: ["OPENING=abort()"], words: "signal 6 (Aborted) ended the process"),
    Breach(
      test: "outputs-written", macros: ["BEFORE=exit(0)"], words: "the plugin ended the process by exit(0)"),
    Breach(
      test: "outputs-written", macros: ["BEFORE=for (;;) usleep(1000)"], words: "did not end within 0.5 s"),
    Breach(
      test: "outputs-written", macros: ["BEFORE=weight[0] = (float)deeper(NULL)"],
      words: "signal 11 (Segmentation fault)"),
    Breach(
      test: "outputs-written", macros: ["OPENING=atexit(abort)"], words: "ended the process, after the test"),
  ]

  @Test(arguments: crashes)
  func crashIsReportedWithItsKind(_ crash: Breach) throws {
    try Self.withPlugin(crash.macros) { path in
      let report = try Self.check([path, "--only", crash.test, "--timeout", "0.5"])
      #expect(report.states[crash.test] == "crashed" || report.states["manifest"] == "crashed")
      #expect(report.status == 1)
      #expect(report.text.contains(crash.words), "\(report.text)")
    }
  }

  @Test func whatThePluginPrintedIsShownWhereItFailed() throws {
    try Self.withPlugin([#"BEFORE=fprintf(stderr, "so long\n"); abort()"#]) { path in
      let report = try Self.check([path, "--only", "outputs-written"], asJSON: false)
      #expect(report.text.contains("    | so long\n"))
    }
  }

  // MARK: - Choosing tests

  @Test func reproductionGivesTheSameVerdictInOneProcess() throws {
    try Self.withPlugin(["AFTER=weight[0] += 0.5f"]) { path in
      let checked = try Self.check([path, "--only", "equivariance", "--seed", "7"])
      let line = try #require(checked.again["equivariance"])
      let words = Array(line.split(separator: " ").map(String.init).dropFirst(3))
      #expect(words.suffix(2) == ["--reproduce", "7"])
      let reproduced = try Self.check(words)
      #expect(reproduced.text == checked.text)
      #expect(reproduced.status == 1)
    }
  }

  @Test func patternChoosesTests() throws {
    let report = try Self.check(["erm", "--only", "loss-*"])
    #expect(report.states.keys.sorted() == ["loss-denormal", "loss-equal", "loss-huge", "loss-zero"])
    #expect(try Self.check(["erm", "--only", "thread"]).states.keys.sorted() == ["threads"])
  }

  static let refusals: [([String], Int32, String)] = [
    (["./nowhere.so"], 64, "nowhere.so"),
    (["no-such-strategy"], 64, "no-such-strategy"),
    (["erm", "--strategy", "other"], 64, "other"),
    (["erm", "--only", "looss-zero"], 64, "'--only loss-zero'"),
    (["erm", "--only", "loss", "--reproduce", "1"], 64, "runs one test"),
  ]

  @Test(arguments: refusals)
  func checkOfNothingIsRefused(_ arguments: [String], _ status: Int32, _ words: String) throws {
    let result = try run(Self.program, ["plugin", "check"] + arguments)
    #expect(result.status == status)
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(result.output.isEmpty)
  }

  // MARK: - Running

  static let program = Repository.products.appendingPathComponent("brhost")

  struct Report {
    let status: Int32
    let text: String
    /// The states by test, and the lines that run a test again.
    var states: [String: String] = [:]
    var again: [String: String] = [:]
  }

  static func check(_ arguments: [String], asJSON: Bool = true) throws -> Report {
    let result = try run(program, ["plugin", "check"] + arguments + (asJSON ? ["--json"] : []))
    var report = Report(status: result.status, text: result.output)
    guard asJSON else { return report }
    for test in try JSON(parsing: result.output)["tests"]?.array ?? [] {
      guard let id = test["test"]?.string else { continue }
      report.states[id] = test["state"]?.string
      report.again[id] = test["again"]?.string
    }
    return report
  }

  static func withPlugin(
    _ macros: [String], flags: [String] = ["-Wl,--no-as-needed", "-lm"], _ body: (String) throws -> Void
  ) throws {
    let source = Repository.root.appendingPathComponent("Tests/ContractTests/Plugins/broken.c")
    try Repository.withTemporaryFolder { folder in
      try body(
        try CompiledPlugin.build(
          source, ["-fvisibility=hidden"] + flags + macros.map { "-D" + $0 }, in: folder))
    }
  }
}
