internal import Host

private let defaults = trainingDefaults

let trainCommand = Command(
  "train", "Train a network under a weighting strategy.",
  groups: [
    OptionGroup(
      "Data",
      [
        Option("dataset", "<name>", "The data set; 'NAME-lt' is tested on NAME's test set.", required: true),
        dataDirectoryOption,
        Option(
          "augment", "<how>",
          "Random crops and mirror images of training images; auto: crop-flip from 32 × 32 pixels on.",
          .choice(["auto"] + names(Augmentation.self)), default: "auto"),
        Option(
          "normalize", "<how>", "How pixels become inputs; half: x/255 − 0.5.",
          .choice(names(Normalization.self)), default: defaults.normalization.rawValue),
        Option(
          "order", "<order>",
          "The order of an epoch's samples: shuffled, sequential, or an npy file of sample ids.",
          default: "shuffled"),
        Option(
          "validation", "<share>",
          "Hold this share of each class out of training, to choose a best epoch on; 0: none.",
          fractionKind, default: "0"),
        Option(
          "meta", "<count>",
          "Hold out so many samples of each class, at most half of the smallest, for meta_alignment; given, "
            + "under any strategy, so that all train on the same samples.", .integer(1...10_000),
          default: "\(TrainingOptions.usualMetaPerClass) for strategies that ask for it, else none",
          aliases: ["meta-per-class"]),
      ]),
    OptionGroup(
      "Strategy",
      [
        strategyOption, setOption, objectiveOption, objectiveSetOption, gradientSourceOption,
        Option(
          "defer-until", "<epoch>",
          "Train with uniform weights before this epoch, counted from 0 (deferred reweighting).",
          .integer(0...1_000_000),
          default: String(defaults.deferUntil)),
        Option(
          "defer-objective-until", "<epoch>",
          "Train with the cross-entropy before this epoch, then with the objective.", .integer(0...1_000_000),
          default: String(defaults.deferObjectiveUntil)),
      ] + isolationOptions),
    OptionGroup(
      "Model and recipe",
      [
        Option(
          "model", "<name>", "The network.", .choice(TrainingOptions.models),
          default: "resnet32 from 32 × 32 pixels on, else resnet8"),
        Option("init", "<file>", "Weights to start from, safetensors.", default: "random, from the seed"),
        Option(
          "preset", "<name>", "The recipe that the options below change.", .choice(names(Preset.self)),
          default: defaults.preset.rawValue),
        Option("epochs", "<count>", "Passes over the training set.", .integer(1...1_000_000), default: "100"),
        Option("steps", "<count>", "Stop after this many steps, instead of --epochs.", .integer(1...Int.max)),
        batchSizeOption,
        Option(
          "lr", "<rate>", "The peak learning rate.", .number(0...1000), default: "0.1",
          aliases: ["learning-rate"]),
        Option(
          "schedule", "<decay>",
          "How the rate falls: constant, cosine, or steps:F@E,…: times F at each epoch E.", scheduleKind,
          default: "cosine"),
        Option(
          "warmup-epochs", "<count>", "Epochs of a linear rise to the peak.", .integer(0...1_000_000),
          default: "0"),
        Option("weight-decay", "<factor>", "Coupled weight decay.", .number(0...1), default: "0.0001"),
        Option(
          "momentum", "<factor>", "Momentum of SGD, less than 1.", momentumKind,
          default: String(defaults.momentum)),
        Option(
          "nesterov", "<on|off>", "Nesterov's momentum.", .choice(["on", "off"]),
          default: defaults.nesterov ? "on" : "off"),
      ]),
    OptionGroup(
      "Run",
      [
        Option(
          "seed", "<number>", "Seeds initialisation, order and augmentation.", seedKind,
          default: String(defaults.seed)),
        threadsOption, workersOption,
        Option("run-dir", "<folder>", "The folder of the run's files.", default: "runs/CONFIGURATION"),
        Option(
          "record", "<folder>", "Also store every step's inputs and outputs there, for 'plugin replay'."),
        Option(
          "checkpoint-every", "<when>",
          "Save the run's state after so many epochs, or steps:N, or minutes:M.", checkpointKind,
          default: "minutes:1"),
        Option(
          "on-nonfinite", "<what>",
          "When a loss, gradient or weight is not finite, stop the run or skip the batch.",
          .choice(names(NonFinitePolicy.self)), default: defaults.onNonFinite.rawValue),
        Option(
          "eval-every", "<count>", "Epochs between evaluations on the test set.", .integer(1...1_000_000),
          default: String(defaults.evaluateEvery)),
        Option(
          "log-every", "<count>",
          "Steps between points of TensorBoard's step curves; metrics.jsonl has every step.",
          .integer(1...1_000_000), default: String(defaults.logEvery)),
        progressOption, jsonOption,
      ]),
    OptionGroup(
      "The original project's names",
      [
        Option(
          "br", "<0|1>", "Batch reweighting: 0 is '--strategy erm', 1 gamma-threshold.", .choice(["0", "1"])),
        Option("gamma", "<value>", "As '--set gamma=<value>'; unused with '--br 0'."),
        Option("temp", "<value>", "As '--set temp=<value>'; unused with '--br 0'."),
      ]),
  ],
  notes: [
    "Presets set epochs, lr, schedule, warmup-epochs and weight-decay. standard: the defaults above. lt200: "
      + "200 epochs, steps:0.01@160,180, warm-up 5, weight decay 0.0002. reference: 1241 epochs, "
      + "steps:0.1@604,926,1128 for long-tailed data; 308 epochs, steps:0.1@150,230,280 for balanced data.",
    "Ctrl-C, TERM or USR1 ends a run after its batch with exit status 75, a second one at once. The same command "
      + "again goes on from the last checkpoint, with the same bytes as if it had never stopped.",
    "In names, underscores and hyphens are the same; '--name value' and '--name=value' too.",
  ],
  examples: [
    "brhost train --dataset digits-lt --epochs 5",
    "brhost train --dataset cifar10-lt --strategy gamma-threshold --set gamma=0.7 --set temp=12.8",
    "brhost train --dataset cifar10-lt --strategy ./my-strategy.so --preset lt200",
  ],
  prepare: { arguments in
    let options = try TrainingOptions(arguments)
    let asJSON = arguments.has("json")
    return {
      var watcher = ProgressWatcher(isJSON: arguments.text("progress") == "json", isSilent: asJSON)
      defer { watcher.finish() }
      let summary = try namingOptions(of: arguments) {
        try Operations.train(options, commandLine: arguments.commandLine) { watcher.show($0) }
      }
      watcher.finish()
      try summary.print(asJSON: asJSON)
      return .done
    }
  })

/// Calls `body`; of a parameter that the strategy lacks it says by which option it was given.
private func namingOptions(of arguments: Arguments, _ body: () throws -> any Answer) throws -> any Answer {
  do { return try body() } catch PluginError.unknownParameter(let strategy, let name, let known)
    where parameterOptions.contains(name) && arguments.has(name)
  {
    throw UsageError.parameterless(option: "--\(name)", strategy: strategy, parameters: known)
  }
}

private func names<Choice: CaseIterable & RawRepresentable<String>>(_: Choice.Type) -> [String] {
  Choice.allCases.map(\.rawValue)
}
