internal import Host

private let defaults = BenchmarkOptions()

let benchCommand = Command(
  "bench", "Measure how fast this machine trains.",
  groups: [
    OptionGroup(
      "What is trained",
      [
        Option(
          "model", "<name>", "The network.", .choice(TrainingOptions.models),
          default: "resnet32 from 32 × 32 pixels on, else resnet8"),
        batchSizeOption, strategyOption, setOption, objectiveOption, objectiveSetOption,
        gradientSourceOption,
        Option(
          "dataset", "<name>", "The data set.", default: "made-up images of CIFAR's shape, long-tailed"),
        dataDirectoryOption,
      ] + isolationOptions),
    OptionGroup(
      "Measurement",
      [
        threadsOption, workersOption,
        Option(
          "steps", "<count>", "Steps that are measured, and then forward passes in evaluation mode.",
          .integer(1...1_000_000), default: String(defaults.steps)),
        Option(
          "warmup", "<count>", "Steps before them that are not.", .integer(0...1_000_000),
          default: String(defaults.warmup)),
        jsonOption,
      ]),
  ],
  notes: [
    "A step is train's own, from asking for the batch to the updated weights; no records are written. data is the "
      + "time that it waits for the loader.",
    "GFLOP/s count the arithmetic of plain convolutions and products, forward and backward, by the median step. "
      + "Winograd's convolutions do with less, so the figure may exceed the measured peak, which is what the "
      + "threads do with registers alone.",
  ],
  examples: [
    "brhost bench --threads 2",
    "brhost bench --strategy gamma-threshold --gradient-source network --batch-size 256 --json",
  ],
  prepare: { arguments in
    let options = try BenchmarkOptions(arguments)
    let asJSON = arguments.has("json")
    return {
      let isWatched = !asJSON && Terminal.canRedraw
      let benchmark = try Operations.measure(options) { done, total in
        if isWatched { Terminal.note(done < total ? "\rstep \(done)/\(total)" : "\r\u{1B}[K") }
      }
      try benchmark.print(asJSON: asJSON)
      return .done
    }
  })

extension BenchmarkOptions {
  /// Reads the arguments of `bench`.
  package init(_ arguments: Arguments) throws(UsageError) {
    self.init(dataset: arguments.text("dataset"))
    try training.readPlugins(arguments)
    training.dataDirectory = arguments.text("data-dir") ?? training.dataDirectory
    training.model = arguments.text("model")
    training.batchSize = arguments.integer("batch-size") ?? training.batchSize
    training.threads = arguments.integer("threads")
    training.workers = arguments.integer("num-workers") ?? training.workers
    steps = arguments.integer("steps") ?? steps
    warmup = arguments.integer("warmup") ?? warmup
  }
}
