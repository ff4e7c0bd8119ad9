internal import Host

let evalCommand = Command(
  "eval", "Classify a test set with stored weights.",
  groups: [
    OptionGroup(
      "Options",
      [
        Option("weights", "<file>", "The weights, safetensors.", required: true),
        Option(
          "dataset", "<name>", "The data set whose test images are classified.",
          default: "that of run.json; required without one"),
        dataDirectoryOption,
        Option(
          "model", "<name>", "The network.", .choice(TrainingOptions.models),
          default: "that of run.json; required without one"),
        Option(
          "normalize", "<how>", "How pixels become inputs.",
          .choice(Normalization.allCases.map(\.rawValue)),
          default: "that of run.json, else half"),
        Option(
          "batch-size", "<count>", "Images in a batch; results depend on it by rounding only.",
          .integer(1...16_384),
          default: String(EvaluationOptions(weights: "").batchSize)),
        threadsOption,
        Option("predictions", "<file>", "Also write every image's prediction, npz."),
        jsonOption,
      ])
  ],
  notes: ["run.json is the one beside the weights, or in the folder above them."],
  examples: [
    "brhost eval --weights runs/digits-lt_erm_seed1/weights.safetensors",
    "brhost eval --weights net.safetensors --model resnet20 --dataset cifar10-lt --normalize imagenet",
  ],
  prepare: { arguments in
    let options = EvaluationOptions(arguments)
    return {
      try Operations.evaluate(options).print(asJSON: arguments.has("json"))
      return .done
    }
  })

extension EvaluationOptions {
  /// Reads the arguments of `eval`.
  init(_ arguments: Arguments) {
    self.init(weights: arguments.text("weights") ?? "")
    dataset = arguments.text("dataset")
    dataDirectory = arguments.text("data-dir") ?? dataDirectory
    model = arguments.text("model")
    normalization = arguments.choice("normalize")
    batchSize = arguments.integer("batch-size") ?? batchSize
    threads = arguments.integer("threads")
    predictions = arguments.text("predictions")
  }
}
