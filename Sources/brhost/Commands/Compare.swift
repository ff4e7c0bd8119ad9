internal import Host

/// The options of `train` that `compare` has, too: those of a single run are left out.
let comparedOptions = trainCommand.options.filter { !ofSingleRuns.contains($0.name) }
private let ofSingleRuns: Set = [
  "dataset", "strategy", "seed", "threads", "run-dir", "record", "progress", "json", "br", "gamma", "temp",
]

private let listKind = ValueKind.custom(
  expected: "names separated by commas, each once", accepts: { list($0) != nil })

let compareCommand = Command(
  "compare", "Train strategies on equal terms, seed by seed, and tell how they differ.",
  groups: [
    OptionGroup(
      "What is compared",
      [
        Option(
          "strategies", "<methods>",
          "The methods, separated by commas (by semicolons where one holds a comma); their form is below.",
          listKind, required: true, repeatable: true),
        Option(
          "datasets", "<names>", "The data sets, separated by commas; each is a comparison of its own.",
          listKind,
          aliases: ["dataset"], required: true),
        Option(
          "seeds", "<seeds>", "Every method trains once with each: 1-5, or 1,2,7.",
          .custom(expected: "seeds such as 1-5 or 1,2,7, at most a thousand", accepts: { seeds($0) != nil }),
          default: "1-3"),
        Option(
          "sweep", "<name=values>",
          "An option of 'train' or a parameter of methods, and its values separated by commas; several combine.",
          .custom(expected: "NAME=VALUE,VALUE", accepts: { Sweep($0) != nil }), repeatable: true),
        Option(
          "baseline", "<method>",
          "What the others are compared with; where a sweep makes several of it, each with that of its values.",
          default: "erm, else the first method"),
      ]),
    OptionGroup(
      "How",
      [
        Option("out", "<folder>", "Where plan, runs and report go.", default: "runs/compare_DATASETS"),
        Option(
          "jobs", "<count>", "Runs at a time, which share the threads; results do not depend on it.",
          .integer(1...1024), default: "one a core"),
        Option(
          "threads", "<count>", "Threads of all runs together; results do not depend on it.",
          .integer(1...1024),
          default: "one a core"),
        Option(flag: "retry-failed", "Try rows again that failed before."),
        Option(flag: "plan-only", "Write the plan and train nothing."),
        jsonOption,
      ]),
  ]
    + trainCommand.groups.map { group in
      OptionGroup("\(group.title), as for train", group.options.filter { !ofSingleRuns.contains($0.name) })
    }.filter { !$0.options.isEmpty },
  notes: [
    "A method is \(MethodSpec.form), such as erm, gamma-threshold:temp=12.8, or "
      + "class-balanced+objective=ldam:max_margin=1+defer-until=80.",
    "The same command again goes on: finished rows stay, interrupted ones are resumed. More seeds or methods add rows "
      + "to those that are there. A row that fails does not stop the others.",
    "Runs of one seed share initial weights, order and augmentation. Where a method needs held-out samples, all train "
      + "without as many.",
    "'--set', '--objective-set' and '--sweep' of a parameter apply to the methods that have it.",
  ],
  examples: [
    "brhost compare --dataset digits-lt --strategies erm,gamma-threshold:temp=12.8 --seeds 1-5",
    "brhost compare --dataset digits-lt --strategies erm,erm+objective=logit-adjust --sweep lr=0.05,0.1",
    "brhost compare run runs/compare_digits-lt --row 3",
    "brhost compare status runs/compare_digits-lt",
  ],
  subcommands: [compareRunCommand, compareStatusCommand],
  prepare: { arguments in
    let grid = try ComparisonGrid(arguments)
    let names = arguments.text("datasets").flatMap(list) ?? []
    let out =
      arguments.text("out")
      ?? "runs/compare_\(names.map { String($0.map { $0 == "/" ? "-" : $0 }) }.joined(separator: "_"))"
    let jobs = arguments.integer("jobs")
    let threads = arguments.integer("threads")
    let (retries, plansOnly) = (arguments.has("retry-failed"), arguments.has("plan-only"))
    let asJSON = arguments.has("json")
    return {
      let folder = ComparisonFolder(out)
      var options = ComparisonRun.Options()
      options.threads = threads ?? options.threads
      options.jobs = jobs ?? options.threads
      options.retriesFailed = retries
      return try Operations.compare(grid, in: folder, options, plansOnly: plansOnly, asJSON: asJSON)
    }
  })

private let compareRunCommand = Command(
  "run", "Train one row of a plan, as a scheduler of a cluster wants it.",
  operands: Operands("<folder>", "The folder of the comparison."),
  groups: [
    OptionGroup(
      "Options",
      [
        Option(
          "row", "<row>", "The row: its id, the beginning of it, or its place in the plan counted from 1.",
          required: true),
        threadsOption, progressOption,
        Option(
          "ends-with", "<process>",
          "End, with the state saved, when the process of this number that started it does.",
          .integer(1...Int(Int32.max))),
        jsonOption,
      ])
  ],
  notes: ["A row that has failed is tried again; a finished one is not done again."],
  examples: ["brhost compare run runs/compare_digits-lt --row 3"],
  prepare: { arguments in
    let folder = ComparisonFolder(arguments.operands[0])
    let row = arguments.text("row") ?? ""
    let threads = arguments.integer("threads")
    let starter = arguments.integer("ends-with")
    let asJSON = arguments.has("json")
    return {
      var watcher = ProgressWatcher(isJSON: arguments.text("progress") == "json", isSilent: asJSON)
      defer { watcher.finish() }
      let result = try Operations.trainRow(row, of: folder, threads: threads, starter: starter) {
        watcher.show($0)
      }
      watcher.finish()
      try result.print(asJSON: asJSON)
      return .done
    }
  })

private let compareStatusCommand = Command(
  "status", "Say how far a comparison has come, and why rows failed.",
  operands: Operands("<folder>", "The folder of the comparison."),
  groups: [OptionGroup("Options", [jsonOption])],
  examples: ["brhost compare status runs/compare_digits-lt"],
  prepare: { arguments in
    let folder = ComparisonFolder(arguments.operands[0])
    return {
      let plan = try folder.readPlan()
      try ComparisonStatus(plan, in: folder).print(asJSON: arguments.has("json"))
      return .done
    }
  })
