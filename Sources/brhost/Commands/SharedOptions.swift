internal import Host

let trainingDefaults = TrainingOptions(dataset: "")

// Options that several commands have.

let dataDirectoryOption = Option(
  "data-dir", "<folder>", "The folder of NAME_train.npz and NAME_test.npz.",
  default: trainingDefaults.dataDirectory)
let threadsOption = Option(
  "threads", "<count>", "Threads of the kernels; results do not depend on it.", .integer(1...1024),
  default: "one a core")
let jsonOption = Option(flag: "json", "Print the answer as JSON, and nothing else.")
let progressOption = Option(
  "progress", "<how>",
  "What standard error shows meanwhile: auto, a line for people; json, JSON objects, a line each.",
  .choice(["auto", "json"]), default: "auto")
let strategyOption = Option(
  "strategy", "<name>", "A plugin's id ('brhost plugin list'), or the path of its library.",
  default: trainingDefaults.strategy)
let setOption = Option("set", "<name=value>", "A parameter of the strategy.", .assignment, repeatable: true)
let objectiveOption = Option(
  "objective", "<name>", "A plugin that computes the loss.", default: "cross-entropy")
let objectiveSetOption = Option(
  "objective-set", "<name=value>", "A parameter of the objective.", .assignment, repeatable: true)
let gradientSourceOption = Option(
  "gradient-source", "<what>",
  "The parameters of per-sample gradients: the last layer's bias, weight or both, or the network's.",
  .choice(TrainingOptions.gradientSources), default: trainingDefaults.gradientSource.rawValue)
let timeoutOption = Option(
  "plugin-timeout", "<seconds>", "How long a call of an isolated plugin may take.", timeoutKind, default: "10"
)
let lockDownOption = Option(
  flag: "lock-down", "Isolated plugins open no file for writing and no connection; implies --isolate.")
/// Where plugins run.
let isolationOptions = [
  Option(
    flag: "isolate",
    "Run plugins in processes of their own: a crash or a hang there is a message, not a lost run. Plain functions "
      + "always do."),
  Option(flag: "no-isolate", "Run plain functions in this process, too."),
  timeoutOption, lockDownOption,
]
let batchSizeOption = Option(
  "batch-size", "<count>", "Samples in a batch.", .integer(1...16_384),
  default: String(trainingDefaults.batchSize))
let workersOption = Option(
  "num-workers", "<count>", "Threads that prepare batches ahead; results do not depend on it.",
  .integer(0...256), default: String(trainingDefaults.workers))
