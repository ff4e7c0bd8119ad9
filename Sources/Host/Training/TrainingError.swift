/// Why a run cannot start or go on, for reasons that are not those of a file or a plugin.
public enum TrainingError: Failure, Equatable {
  /// By the user, after `step` steps in all; the run can go on from the step `checkpoint`.
  case interrupted(step: Int, checkpoint: Int, folder: String)
  case incompleteRecords([String], folder: String)
  /// A step that stopped the run, with the folder that keeps its batch where it could be written.
  case nonFinite(NonFinite, step: Int, batch: String?)
  /// An epoch of which no step could be taken.
  case allSkipped(epoch: Int)
  /// A parameter or statistic after `step` steps.
  case badWeight(tensor: String, value: Float, step: Int)
  case nonFiniteLogit(image: Int, value: Float)
  case noThreads(Int)
  case noMemory(model: String, batchSize: Int, bytes: Int)
  case heldOutByOrder(file: String, sample: Int)
  case nothingToHoldOut(class: Int)
  case nothingToValidate
  /// The folder holds a run that is not this one, or can't be told apart from it.
  case otherRun(folder: String, run: String, [RunIdentity.Difference], commandLine: String?)
  /// The run would not be the one that a comparison has planned.
  case notAsPlanned
  case blasThreads(threads: Int, build: String)
  case missingSetting(String, runFile: String)
  case unknownModel(String)
  case unknownSetting(String, value: String, runFile: String)
  case overwritesWeights(path: String)
  /// A class without training samples, by the counts in `file`.
  case noShare(class: Int, file: String)
  case otherClasses(count: Int, runFile: String, dataset: String, expected: Int)

  /// What happened and where.
  public var problem: String {
    switch self {
    case .interrupted(0, _, _): "interrupted before the first step; nothing is left behind"
    case .interrupted(let step, _, let folder):
      "interrupted after \(step) steps; what was learnt so far is in '\(folder)'"
    case .incompleteRecords(let names, let folder):
      "the run is done, but in '\(folder)' \(names.joined(separator: ", ")) could not be written whole"
    case .nonFinite(let found, let step, let batch):
      "at step \(step), under '\(found.method)', \(found.text)"
        + (batch.map { "; the batch is kept in '\($0)'" } ?? "")
    case .allSkipped(let epoch): "no step of epoch \(epoch) has finite numbers"
    case .badWeight(let tensor, let value, let step):
      "'\(tensor)' holds \(value) after \(step) steps: the network has diverged"
    case .nonFiniteLogit(let image, let value):
      "the network answers test image \(image) with \(value): its weights are too large to compute with"
    case .noThreads(let threads): "the system refuses \(threads) threads"
    case .noMemory(let model, let batchSize, let bytes):
      "\(model) with batches of \(batchSize) images takes \(bytes >> 20) MiB, more than there are"
    case .heldOutByOrder(let file, let sample):
      "'\(file)' trains on sample \(sample), which is held out"
    case .nothingToHoldOut(let lone):
      "a sample of every class is to be held out (--meta, meta_alignment), and class \(lone) has one sample to train on"
    case .nothingToValidate: "the validation split takes no sample: the classes are too small for that share"
    case .otherRun(let folder, let run, let differences, _):
      "'\(folder)' holds \(run)"
        + (differences.isEmpty ? "" : " with other settings: " + Self.list(differences))
    case .notAsPlanned: "this is not the run that was planned: data, plugin or program have changed since"
    case .blasThreads(let threads, let build):
      "OpenBLAS uses \(threads) threads although told to use one (\(build))"
    case .missingSetting(let name, let runFile):
      "no \(name) is given, and '\(runFile)' does not tell it"
    case .unknownModel(let name): "there is no model '\(name)'"
    case .unknownSetting(let name, let value, let runFile):
      "'\(runFile)' names a \(name) '\(value)' that does not exist"
    case .noShare(let empty, let file):
      "logits cannot be adjusted: class \(empty) has no training samples by '\(file)'"
    case .otherClasses(let count, let runFile, let dataset, let expected):
      "'\(runFile)' counts the training samples of \(count) classes, and \(dataset) has \(expected)"
    case .overwritesWeights(let path): "the predictions would overwrite the weights, '\(path)'"
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .interrupted(0, _, _): "the same command again."
    case .interrupted(let step, let checkpoint, _):
      step == checkpoint
        ? "the same command again; it goes on from there."
        : "the same command again; it goes on from step \(checkpoint)."
    case .incompleteRecords:
      "some space where a disk was full; then 'brhost eval' with the weights, or the run again in another --run-dir."
    case .nonFinite(_, step: 0, _): "start from other weights: this is before the first update."
    case .nonFinite(let found, _, let batch): Self.remedy(found, batch)
    case .allSkipped, .badWeight, .nonFiniteLogit: "lower --lr, or start slower with --warmup-epochs 5."
    case .noThreads: "ask for fewer with --threads."
    case .noMemory: "ask for less with --batch-size, for a smaller --model, or raise the limit ('ulimit -v')."
    case .heldOutByOrder: "leave that sample out of the file, or change --meta or --validation."
    case .nothingToHoldOut:
      "a strategy that does without meta_alignment and no --meta, less --validation, or more samples."
    case .nothingToValidate: "a larger share with --validation, or none."
    case .otherRun(_, _, _, let commandLine):
      (commandLine.map { "'\($0)' to continue that run; or " } ?? "") + "another --run-dir for this one."
    case .notAsPlanned: "the 'brhost compare' command again, which makes a new plan."
    case .blasThreads: "install an OpenBLAS without OpenMP: apt-get install libopenblas0-pthread."
    case .missingSetting(let name, _), .unknownSetting(let name, _, _): "name it with --\(name)."
    case .unknownModel: "--model with one of \(TrainingOptions.models.joined(separator: ", "))."
    case .noShare, .otherClasses: "leave out --posthoc-logit-adjust, or evaluate on the classes trained on."
    case .overwritesWeights: "name another file with --predictions."
    }
  }

  private static func list(_ differences: [RunIdentity.Difference]) -> String {
    let shown = differences.prefix(4).map { "\($0.name) is \($0.there) there and \($0.here) here" }
    let more = differences.count > 4 ? ["\(differences.count - 4) more differ"] : []
    return (shown + more).joined(separator: "; ")
  }

  private static func remedy(_ found: NonFinite, _ batch: String?) -> String {
    let replay =
      batch.map { ", or see what a strategy makes of it: 'brhost plugin replay --trace \($0) …'" } ?? ""
    return switch found.place {
    case .output:
      "look for a division by zero in the plugin\(replay); --on-nonfinite skip leaves such batches out."
    default:
      "lower --lr, start slower with --warmup-epochs 5, or leave such batches out with --on-nonfinite skip\(replay)."
    }
  }

  /// 65 for data that does not fit, else 1.
  public var status: ExitStatus {
    switch self {
    case .heldOutByOrder, .nothingToHoldOut, .nothingToValidate, .unknownModel, .unknownSetting, .noShare,
      .otherClasses, .notAsPlanned:
      .badData
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
