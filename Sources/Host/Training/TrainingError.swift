/// Why a run cannot start or go on, for reasons that are not those of a file or a plugin.
public enum TrainingError: Failure, Equatable {
  case interrupted(step: Int, folder: String)
  case incompleteRecords([String], folder: String)
  case nonFiniteLoss(step: Int, sample: Int64, loss: Float)
  /// A parameter or statistic after `step` steps.
  case badWeight(tensor: String, value: Float, step: Int)
  case nonFiniteLogit(image: Int, value: Float)
  case noThreads(Int)
  case noMemory(model: String, batchSize: Int, bytes: Int)
  case heldOutByOrder(file: String, sample: Int)
  case nothingToHoldOut(class: Int)
  case blasThreads(threads: Int, build: String)
  case missingSetting(String, runFile: String)
  case unknownModel(String)
  case unknownSetting(String, value: String, runFile: String)
  case overwritesWeights(path: String)

  /// What happened and where.
  public var problem: String {
    switch self {
    case .interrupted(0, _): "interrupted before the first step; nothing is left behind"
    case .interrupted(let step, let folder):
      "interrupted after \(step) steps; what was learnt so far is in '\(folder)'"
    case .incompleteRecords(let names, let folder):
      "the run is done, but in '\(folder)' \(names.joined(separator: ", ")) could not be written whole"
    case .nonFiniteLoss(let step, let sample, let loss):
      "the loss of sample \(sample) is \(loss) at step \(step)"
    case .badWeight(let tensor, let value, let step):
      "'\(tensor)' holds \(value) after \(step) steps: the network has diverged"
    case .nonFiniteLogit(let image, let value):
      "the network answers test image \(image) with \(value): its weights are too large to compute with"
    case .noThreads(let threads): "the system refuses \(threads) threads"
    case .noMemory(let model, let batchSize, let bytes):
      "\(model) with batches of \(batchSize) images takes \(bytes >> 20) MiB, more than there are"
    case .heldOutByOrder(let file, let sample):
      "'\(file)' trains on sample \(sample), which the strategy's held-out batch takes"
    case .nothingToHoldOut(let lone):
      "meta_alignment needs a held-out sample of every class, and class \(lone) has one sample in all"
    case .blasThreads(let threads, let build):
      "OpenBLAS uses \(threads) threads although told to use one (\(build))"
    case .missingSetting(let name, let runFile):
      "no \(name) is given, and '\(runFile)' does not tell it"
    case .unknownModel(let name): "there is no model '\(name)'"
    case .unknownSetting(let name, let value, let runFile):
      "'\(runFile)' names a \(name) '\(value)' that does not exist"
    case .overwritesWeights(let path): "the predictions would overwrite the weights, '\(path)'"
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .interrupted(0, _): "the same command again."
    case .interrupted(_, let folder): "--init \(folder)/weights.safetensors to train on from there."
    case .incompleteRecords: "free some space, then 'brhost eval' with the weights, or the run again."
    case .nonFiniteLoss(step: 0, _, _): "start from other weights: this is before the first update."
    case .nonFiniteLoss, .badWeight, .nonFiniteLogit: "lower --lr, or start slower with --warmup-epochs 5."
    case .noThreads: "ask for fewer with --threads."
    case .noMemory: "ask for less with --batch-size, or for a smaller --model."
    case .heldOutByOrder: "leave that sample out of the file, or change --meta-per-class."
    case .nothingToHoldOut: "choose a strategy that does without meta_alignment, or more samples."
    case .blasThreads: "install an OpenBLAS without OpenMP: apt-get install libopenblas0-pthread."
    case .missingSetting(let name, _), .unknownSetting(let name, _, _): "name it with --\(name)."
    case .unknownModel: "--model with one of \(TrainingOptions.models.joined(separator: ", "))."
    case .overwritesWeights: "name another file with --predictions."
    }
  }

  /// 65 for data that does not fit, else 1.
  public var status: ExitStatus {
    switch self {
    case .heldOutByOrder, .nothingToHoldOut, .unknownModel, .unknownSetting: .badData
    case .missingSetting, .overwritesWeights: .usage
    case .interrupted: .interrupted
    default: .failedRun
    }
  }

  /// Whether the run's folder holds results all the same, so that it must not be marked as failed.
  var leavesResults: Bool {
    switch self {
    case .interrupted, .incompleteRecords: true
    default: false
    }
  }
}
