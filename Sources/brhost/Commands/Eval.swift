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
          "posthoc-logit-adjust", "<tau>",
          "Subtract tau · ln(share of the class's training samples) from every logit first; predictions are "
            + "then the adjusted logits', too.", tauKind, default: "none"),
        Option(
          "batch-size", "<count>", "Images in a batch; results depend on it by rounding only.",
          .integer(1...16_384),
          default: String(EvaluationOptions(weights: "").batchSize)),
        threadsOption,
        Option("predictions", "<file>", "Also write every image's prediction, npz."),
        jsonOption,
      ])
  ],
  notes: [
    "run.json is the one beside the weights, or in the folder above them.",
    "--posthoc-logit-adjust 1 is Menon et al., ICLR 2021, equation 9. The shares are those of the samples that the "
      + "run trained on, by run.json; without one, those of the training file.",
  ],
  examples: [
    "brhost eval --weights runs/digits-lt_erm_seed1/weights.safetensors",
    "brhost eval --weights runs/digits-lt_erm_seed1/weights.safetensors --posthoc-logit-adjust 1",
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
    logitAdjustment = arguments.text("posthoc-logit-adjust").flatMap { Double($0) }
    batchSize = arguments.integer("batch-size") ?? batchSize
    threads = arguments.integer("threads")
    predictions = arguments.text("predictions")
  }
}

/// What `--posthoc-logit-adjust` takes.
private let tauKind = ValueKind.custom(
  expected: "a number from 0 to 1000", accepts: { Double($0).map { (0...1000).contains($0) } ?? false })
