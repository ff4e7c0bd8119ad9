internal import Host

let pluginCheckCommand = Command(
  "check", "Test whether a plugin keeps the contract, with made-up batches.",
  operands: Operands("<plugin>", "The path of a library, or the id of a strategy."),
  groups: [
    OptionGroup(
      "Options",
      [
        Option("strategy", "<id>", "The only strategy of the library to check.", default: "all"),
        Option("only", "<test>", "The tests with this in their name; * stands for any text.", default: "all"),
        Option("seed", "<number>", "The seed of the batches.", .integer(0...Int.max), default: "1"),
        Option(
          "timeout", "<seconds>", "How long a test may take.", .number(0.1...86_400), default: "10"),
        Option(
          "reproduce", "<seed>", "Run one test in this process, such as under a debugger.",
          .integer(0...Int.max)),
        jsonOption,
      ])
  ],
  notes: [
    "Every test runs in a process of its own. The exit status is 1 where a test failed or the plugin crashed.",
    "Tests: " + ConformanceTest.all.map(\.id).joined(separator: ", ") + ".",
  ],
  examples: [
    "brhost plugin check ./my-strategy.so",
    "brhost plugin check ./my-strategy.so --only loss-* --json",
    "brhost plugin check ./my-strategy.so --strategy my-strategy --only threads --reproduce 1",
  ],
  prepare: { arguments in
    var options = ConformanceCheck.Options(name: arguments.operands[0])
    options.strategy = arguments.text("strategy")
    options.only = arguments.text("only")
    options.seed = UInt64(arguments.integer("reproduce") ?? arguments.integer("seed") ?? 1)
    options.timeout = .seconds(arguments.text("timeout").flatMap { Double($0) } ?? 10)
    let (check, isReproduced, asJSON) = (options, arguments.has("reproduce"), arguments.has("json"))
    return {
      let report =
        isReproduced ? try Operations.reproduce(check) : try Operations.check(check, showsProgress: !asJSON)
      try report?.print(asJSON: asJSON)
      return report?.hasBreach == true ? .failedRun : .done
    }
  })
