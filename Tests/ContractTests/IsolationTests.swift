import Foundation
import Host
import TestSupport
import Testing

/// What a plugin does in a process of its own cannot hurt the host, and is told in one sentence.
/// Skipped without a C compiler.
@Suite(.enabled(if: CompiledPlugin.compiler != nil)) struct IsolationTests {
  struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let macros: [String]
    /// How the process ends; nil where the run goes on.
    let end: ProcessEnd?
    var step = 2
    var words: String?
  }

  private static func isolation(lockedDown: Bool = false) -> Isolation {
    var isolation = TrialRun.isolation
    isolation.timeout = 5
    isolation.isLockedDown = lockedDown
    return isolation
  }

  /// An isolated instance with the tensors that it reads.
  private static func withInstance<Result>(
    _ macros: [String], settings: [String] = [], isolation: Isolation = isolation(),
    services: StrategyServices = .serial,
    _ body: (inout StrategyInstance, StepTensors) throws -> Result
  ) throws -> Result {
    try FaultyPlugin.with(macros) { located in
      let tensors = try TrialRun.sharedTensors(TrialRun.Batch(count: 8))
      var instance = try StrategyInstance(
        located, settings: settings, setup: TrialRun.setup, services: services,
        placement: .isolated(isolation, tensors))
      return try body(&instance, tensors)
    }
  }

  private static func steps(_ instance: inout StrategyInstance, _ tensors: StepTensors, count: Int) throws {
    for step in 0..<count {
      _ = try instance.step(TrialRun.context(TrialRun.Batch(count: 8), step: step), tensors)
    }
  }

  // MARK: - Faults

  static let faults = [
    Fault(
      testDescription: "invalid access", macros: ["STEP=if (step->step == 2) *(volatile int *)8 = 1"],
      end: .signal(SIGSEGV)),
    Fault(
      testDescription: "writing an input", macros: ["STEP=((float *)step->inputs[0].data)[0] = step->step"],
      end: .signal(SIGSEGV), step: 0),
    Fault(
      testDescription: "stack overflow",
      macros: [
        "HELP=static int deep(int n) { volatile char a[4096]; a[0] = n; return n < 0 ? 0 : deep(n + 1) + a[0]; }",
        "STEP=if (step->step == 2 && deep(0)) return 1",
      ], end: .signal(SIGSEGV)),
    Fault(
      testDescription: "exit", macros: ["STEP=if (step->step == 2) exit(3)"], end: .exit(3)),
    Fault(
      testDescription: "exit with success", macros: ["STEP=if (step->step == 2) exit(0)"], end: .exit(0)),
    Fault(
      testDescription: "abort with last words",
      macros: [#"STEP=if (step->step == 2) { write(2, "no way\n", 7); abort(); }"#], end: .signal(SIGABRT),
      words: "no way"),
    Fault(
      testDescription: "heap corruption",
      macros: [
        "STEP=if (step->step == 2) { char *volatile p = malloc(24); free(p); free(p); }"
      ], end: .signal(SIGABRT)),
    Fault(
      testDescription: "killed from outside", macros: ["STEP=if (step->step == 2) kill(getpid(), SIGKILL)"],
      end: .signal(SIGKILL)),
    Fault(
      testDescription: "closed descriptors",
      macros: ["STEP=if (step->step == 2) { for (int i = 3; i < 64; i++) close(i); usleep(5000); }"],
      end: .exit(0)),
    Fault(
      testDescription: "rubbish in the channel",
      macros: [#"STEP=if (step->step == 2) write(3, "rubbish!", 8), br_log(step->host, BR_LOG_INFO, "x")"#],
      end: .nonsense),
    Fault(
      testDescription: "rubbish in the outputs' memory",
      macros: ["STEP=memset((char *)step->outputs[0].data, 0xFF, 4096)", "WEIGHT(i)=1"], end: nil),
    Fault(
      testDescription: "signals ignored and handled",
      macros: ["STEP=for (int s = 1; s < 32; s++) signal(s, SIG_IGN)"], end: nil),
    Fault(
      testDescription: "an interval timer that interrupts",
      macros: [
        "HELP=static void tick(int s) { (void)s; }",
        "STEP=struct sigaction a = {.sa_handler = tick}; sigaction(SIGALRM, &a, NULL); "
          + "struct itimerval t = {{0, 500}, {0, 500}}; setitimer(ITIMER_REAL, &t, NULL); usleep(3000)",
      ], end: nil),
    Fault(
      testDescription: "ten gigabytes of scratch",
      macros: ["STEP=if (br_scratch(step->host, 10ull << 30)) return BR_ERROR_INTERNAL"], end: nil),
    Fault(
      testDescription: "more memory than it may have",
      macros: [
        "STEP=if (step->step == 2) for (;;) { char *p = malloc(1ull << 30); if (!p) abort(); }"
      ], end: .signal(SIGABRT)),
    Fault(
      testDescription: "another floating-point mode and locale",
      macros: [#"STEP=fesetround(FE_UPWARD); setlocale(LC_ALL, "C.UTF-8"); chdir("/")"#], end: nil),
    Fault(
      testDescription: "a thread left behind that scribbles",
      macros: [
        "HELP=static void *scribble(void *p) { for (;;) ((volatile float *)p)[0] = -1; return p; }",
        "AFTER=if (step->step == 0) { pthread_t t; pthread_create(&t, 0, scribble, step->outputs[0].data + 4000); }",
      ], end: nil),
    Fault(
      testDescription: "a child left behind",
      macros: ["STEP=if (step->step == 0 && fork() == 0) for (;;) pause()"], end: nil),
    Fault(
      testDescription: "more output than a pipe holds",
      macros: [#"STEP=for (int i = 0; i < 20000; i++) printf("line %d of many\n", i)"#], end: nil),
    Fault(
      testDescription: "more log than a channel holds",
      macros: [
        #"STEP=for (int i = 0; i < 20000; i++) br_log(step->host, BR_LOG_DEBUG, "a line of the log")"#
      ],
      end: nil),
  ]

  @Test(arguments: faults)
  func faultStaysInItsProcess(_ fault: Fault) throws {
    try Self.withInstance(fault.macros) { instance, tensors in
      do {
        try Self.steps(&instance, tensors, count: 4)
        #expect(fault.end == nil)
        #expect(tensors.output(.weight).buffer[7] > 0)
      } catch PluginError.ended(let plugin, _, let call, let end, let words) {
        #expect(end == fault.end)
        #expect(plugin == "faulty")
        #expect(call == .step(fault.step))
        if let expected = fault.words { #expect(words?.contains(expected) == true) }
      }
    }
  }

  @Test func hangIsEndedByItsDeadline() throws {
    var isolation = Self.isolation()
    isolation.timeout = 0.3
    try Self.withInstance(["STEP=if (step->step == 1) for (;;) sched_yield()"], isolation: isolation) {
      instance, tensors in
      let error = #expect(throws: PluginError.self) { try Self.steps(&instance, tensors, count: 3) }
      #expect(
        error?.problem == "plugin 'faulty' did not return within 0.3 s, and was killed, in step 1")
      #expect(error?.status == .failedRun)
      // It is gone for good.
      #expect(throws: PluginError.self) { try Self.steps(&instance, tensors, count: 1) }
    }
  }

  static let opening = [
    ("OPENING=abort()", ProcessEnd.signal(SIGABRT)), ("OPENING=exit(0)", .exit(0)),
    ("OPENING=for (;;) sched_yield()", .timeout(0.5)),
  ]

  @Test(arguments: opening)
  func faultOnOpeningStaysInItsProcess(_ macro: String, _ end: ProcessEnd) throws {
    var isolation = Self.isolation()
    isolation.timeout = 0.5
    try Repository.withTemporaryFolder { folder in
      let path = try CompiledPlugin.build(FaultyPlugin.source, ["-D" + macro], in: folder)
      #expect(throws: PluginError.ended(plugin: path, path: path, call: .open, end: end, lastWords: nil)) {
        _ = try PluginCatalog(folders: [], access: .isolated(isolation)).find(path)
      }
    }
  }

  @Test func refusalsAreThoseOfThisProcess() throws {
    for macros in [["CREATE=return BR_ERROR_NUMERIC"], ["TABLE_SIZE=16"], ["WEIGHT(i)=-1"]] {
      try FaultyPlugin.with(macros) { located in
        let tensors = try TrialRun.sharedTensors(TrialRun.Batch(count: 8))
        let problems = [StrategyPlacement.here, .isolated(Self.isolation(), tensors)].map { placement in
          do {
            var instance = try StrategyInstance(located, setup: TrialRun.setup, placement: placement)
            try Self.steps(&instance, tensors, count: 1)
            return "none"
          } catch { return "\(error)" }
        }
        #expect(problems[0] == problems[1] && problems[0] != "none")
      }
    }
  }

  // MARK: - The same results

  static let strategies = [
    ("gamma-threshold", ["temp=12.8", "history=mean"]), ("gamma-threshold", ["score=excess"]), ("erm", []),
  ]

  @Test(arguments: strategies)
  func outputsAndStateAreTheSameBytes(_ id: String, _ settings: [String]) throws {
    let located = try Shipped.catalog.find(id)
    func answers(_ isIsolated: Bool) throws -> (outputs: [Float], state: [NamedTensor]) {
      let tensors = try TrialRun.sharedTensors(TrialRun.Batch(count: 64))
      func instance() throws -> StrategyInstance {
        try StrategyInstance(
          located, settings: settings, setup: TrialRun.setup,
          placement: isIsolated ? .isolated(Self.isolation(), tensors) : .here)
      }
      var outputs: [Float] = []
      var state: [NamedTensor] = []
      for _ in 0..<2 {  // the second continues from the first one's state
        var instance = try instance()
        try instance.loadState(state.isEmpty ? try instance.saveState() : state)
        for step in 0..<3 {
          let batch = TrialRun.Batch(count: 40 + step, seed: UInt64(step))
          TrialRun.fill(tensors, batch)
          _ = try instance.step(TrialRun.context(batch, step: step), tensors)
          outputs += tensors.output(.weight).buffer.array(prefix: batch.count)
          outputs += tensors.output(.score).buffer.array(prefix: batch.count)
        }
        state = try instance.saveState()
      }
      return (outputs, state)
    }
    let (here, there) = (try answers(false), try answers(true))
    #expect(here.outputs.map(\.bitPattern) == there.outputs.map(\.bitPattern))
    #expect(here.state == there.state)
  }

  @Test func servicesReachTheHost() throws {
    let code = #"""
      STEP=br_log(step->host, BR_LOG_WARNING, "careful"); br_metric(step->host, "good", 2.5); \#
      br_metric(step->host, "bad name", 1); printf("to stdout\n"); \#
      float r[3]; if (br_uniform(step->host, 4, 9, r, 3) == BR_OK) br_metric(step->host, "random", r[1]); \#
      float a[4] = {1, 2, 3, 4}, c[4]; br_sgemm(step->host, 0, 0, 2, 2, 2, 1, a, 2, a, 2, 0, c, 2); \#
      br_metric(step->host, "product", c[3])
      """#
    func record(_ isIsolated: Bool) throws -> ([String], [String: Double]) {
      var lines: [String] = []
      var metrics: [String: Double] = [:]
      var services = StrategyServices.serial
      services.log = { lines.append("\($0): \($1)") }
      services.metric = { metrics[$0] = $1 }
      try FaultyPlugin.with([code]) { located in
        let tensors = try TrialRun.sharedTensors(TrialRun.Batch(count: 8))
        var instance = try StrategyInstance(
          located, setup: TrialRun.setup, services: services,
          placement: isIsolated ? .isolated(Self.isolation(), tensors) : .here)
        try Self.steps(&instance, tensors, count: 1)
      }
      return (lines, metrics)
    }
    let (here, there) = (try record(false), try record(true))
    #expect(there.0.contains("info: printed: to stdout"))
    #expect(there.0.filter { !$0.contains("printed") } == here.0)
    #expect(there.1 == here.1 && there.1["product"] == 22)
  }

  @Test func cancellationReachesThePlugin() throws {
    var services = StrategyServices.serial
    services.isCancelled = { true }
    let code = "STEP=while (!br_cancelled(step->host)) sched_yield(); return BR_ERROR_INTERNAL"
    try Self.withInstance([code], services: services) { instance, tensors in
      let error = #expect(throws: PluginError.self) { try Self.steps(&instance, tensors, count: 1) }
      #expect(error?.problem.contains("failed in step 0") == true)
    }
  }

  // MARK: - Locked down

  static let forbidden = [
    #"open("/tmp/brhost-forbidden", O_WRONLY | O_CREAT, 0600)"#, #"open("/dev/null", O_RDWR)"#,
    #"mkdir("/tmp/brhost-forbidden", 0700)"#, #"rename("/tmp", "/tmq")"#, #"unlink("/tmp/brhost-forbidden")"#,
    "socket(AF_INET, SOCK_STREAM, 0)", "socket(AF_UNIX, SOCK_STREAM, 0)", "kill(getppid(), 0)",
    "kill(1, 0)",
  ]

  /// Skipped where the kernel has no filters for system calls.
  @Test(.enabled(if: Isolation.canLockDown), arguments: forbidden)
  func lockedDownProcessIsRefused(_ call: String) throws {
    let code = "STEP=if (\(call) != -1 || errno != EPERM) return BR_ERROR_INTERNAL"
    try Self.withInstance([code], isolation: Self.isolation(lockedDown: true)) { instance, tensors in
      try Self.steps(&instance, tensors, count: 1)
    }
  }

  /// Skipped where the kernel has no filters for system calls.
  @Test(.enabled(if: Isolation.canLockDown))
  func lockedDownProcessReadsStartsThreadsAndTakesMemory() throws {
    let code = """
      STEP=int f = open("/etc/passwd", O_RDONLY); if (f < 0) return BR_ERROR_INTERNAL; close(f); \
      pthread_t t; if (pthread_create(&t, 0, idle, 0) != 0 || pthread_join(t, 0) != 0) return BR_ERROR_INTERNAL; \
      char *p = malloc(64 << 20); if (!p) return BR_ERROR_INTERNAL; memset(p, 1, 64 << 20); free(p)
      """
    let macros = ["HELP=static void *idle(void *p) { return p; }", code]
    try Self.withInstance(macros, isolation: Self.isolation(lockedDown: true)) { instance, tensors in
      try Self.steps(&instance, tensors, count: 2)
    }
  }
}
