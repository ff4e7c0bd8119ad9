package import Host

extension TrainingOptions {
  /// Reads the arguments of `train`.
  package init(_ arguments: Arguments) throws(UsageError) {
    self.init(dataset: arguments.text("dataset") ?? "")
    try readStrategy(arguments)
    readData(arguments)
    try readRecipe(arguments)
    readRun(arguments)
  }

  private mutating func readData(_ arguments: Arguments) {
    dataDirectory = arguments.text("data-dir") ?? dataDirectory
    augmentation = arguments.choice("augment")  // nil for auto
    normalization = arguments.choice("normalize") ?? normalization
    validation = arguments.text("validation").flatMap { Double($0) } ?? validation
    metaPerClass = arguments.integer("meta")
    switch arguments.text("order") {
    case nil, "shuffled": order = .shuffled
    case "sequential": order = .sequential
    case .some(let file): order = .file(file)
    }
  }

  private mutating func readStrategy(_ arguments: Arguments) throws(UsageError) {
    if arguments.has("br"), arguments.has("strategy") {
      throw .conflict("--br", "--strategy", both: "choose the strategy")
    }
    try readPlugins(arguments)
    if let br = arguments.text("br") { strategy = br == "1" ? "gamma-threshold" : "erm" }
    if arguments.text("br") != "0" {  // with 0 the original reads them and makes no use of them
      for name in parameterOptions {
        if let value = arguments.text(name) {
          strategyParameters.append(Assignment(name: name, value: value))
        }
      }
      try refuseRepetition(in: strategyParameters)
    }
    deferUntil = arguments.integer("defer-until") ?? deferUntil
    deferObjectiveUntil = arguments.integer("defer-objective-until") ?? deferObjectiveUntil
  }

  /// Reads the options of plugins that `train` and `bench` share.
  mutating func readPlugins(_ arguments: Arguments) throws(UsageError) {
    strategy = arguments.text("strategy") ?? strategy
    strategyParameters = arguments.texts("set").compactMap { Assignment($0) }
    objective = arguments.text("objective")
    objectiveParameters = arguments.texts("objective-set").compactMap { Assignment($0) }
    if objective == nil, !objectiveParameters.isEmpty {
      throw .missingOption("--objective", placeholder: "<name>", command: arguments.command.name)
    }
    try refuseRepetition(in: strategyParameters)
    try refuseRepetition(in: objectiveParameters)
    gradientSource = arguments.choice("gradient-source") ?? gradientSource
    isolation = try IsolationOptions(arguments)
  }

  private func refuseRepetition(in parameters: [Assignment]) throws(UsageError) {
    var seen: Set<String> = []
    for parameter in parameters where !seen.insert(parameter.name).inserted {
      throw .repeatedParameter(parameter.name)
    }
  }

  private mutating func readRecipe(_ arguments: Arguments) throws(UsageError) {
    if arguments.has("epochs"), arguments.has("steps") {
      throw .conflict("--epochs", "--steps", both: "say how long to train")
    }
    model = arguments.text("model")
    initialWeights = arguments.text("init")
    preset = arguments.choice("preset") ?? preset
    epochs = arguments.integer("epochs")
    steps = arguments.integer("steps")
    batchSize = arguments.integer("batch-size") ?? batchSize
    learningRate = arguments.number("lr")
    decay = arguments.text("schedule").flatMap { Decay(text: $0) }
    warmupEpochs = arguments.integer("warmup-epochs")
    weightDecay = arguments.number("weight-decay")
    momentum = arguments.number("momentum") ?? momentum
    nesterov = arguments.text("nesterov").map { $0 == "on" } ?? nesterov
  }

  private mutating func readRun(_ arguments: Arguments) {
    seed = arguments.text("seed").flatMap { UInt64($0) } ?? seed
    threads = arguments.integer("threads")
    workers = arguments.integer("num-workers") ?? workers
    runDirectory = arguments.text("run-dir")
    recordDirectory = arguments.text("record")
    checkpointEvery =
      arguments.text("checkpoint-every").flatMap { CheckpointInterval(text: $0) } ?? checkpointEvery
    onNonFinite = arguments.choice("on-nonfinite") ?? onNonFinite
    evaluateEvery = arguments.integer("eval-every") ?? evaluateEvery
    logEvery = arguments.integer("log-every") ?? logEvery
  }
}

extension IsolationOptions {
  /// Reads the options that say where plugins run.
  init(_ arguments: Arguments) throws(UsageError) {
    self.init()
    for option in ["isolate", "lock-down"] where arguments.has(option) && arguments.has("no-isolate") {
      throw .conflict("--\(option)", "--no-isolate", both: "say where plugins run")
    }
    process.isLockedDown = arguments.has("lock-down")
    process.timeout = arguments.text("plugin-timeout").flatMap { Double($0) } ?? process.timeout
    if arguments.has("isolate") || process.isLockedDown { choice = .all }
    if arguments.has("no-isolate") { choice = .none }
  }
}

extension TrainingOptions.Assignment {
  /// Reads `name=value`.
  init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { return nil }
    self.init(name: String(parts[0]), value: String(parts[1]))
  }
}

/// The options that set a parameter of the strategy of the same name.
let parameterOptions = ["gamma", "temp"]

/// What `--seed` takes: any 64 bits.
let seedKind = ValueKind.custom(
  expected: "a whole number from 0 to \(UInt64.max)", accepts: { UInt64($0) != nil })

/// What `--plugin-timeout` takes.
let timeoutKind = ValueKind.custom(
  expected: "a number of seconds, more than 0 and at most 86400",
  accepts: { Double($0).map { $0 > 0 && $0 <= 86_400 } ?? false })

/// What `--momentum` takes: from 1 on SGD would never forget.
let momentumKind = ValueKind.custom(
  expected: "a number from 0 to less than 1",
  accepts: { Float($0).map { (0..<1).contains($0) } ?? false })

/// What `--validation` takes.
let fractionKind = ValueKind.custom(
  expected: "a share from 0 to less than 1",
  accepts: { Double($0).map { (0..<1).contains($0) } ?? false })

/// What `--checkpoint-every` takes.
let checkpointKind = ValueKind.custom(
  expected: "a number of epochs, steps:N, or minutes:M",
  accepts: { CheckpointInterval(text: $0) != nil })

/// What `--schedule` takes.
let scheduleKind = ValueKind.custom(
  expected: "constant, cosine, or steps:FACTOR@EPOCH,… such as steps:0.1@9,12",
  accepts: { TrainingOptions.Decay(text: $0) != nil })
