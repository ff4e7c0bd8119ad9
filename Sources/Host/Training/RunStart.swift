internal import Models

/// How a run begins in its folder.
struct RunStart {
  /// What it goes on from; nil for a run that begins with its first step.
  let checkpoint: Checkpoint?
  /// The checkpoint's file.
  let path: String
  /// Whether the folder holds nothing of it yet.
  let isFirst: Bool

  /// Looks at what the folder holds.
  ///
  /// - Parameters:
  ///   - description: of the run that is to begin.
  ///   - warn: is told of checkpoints that cannot be read, and of what may change the last digits.
  /// - Throws: `TrainingError.otherRun` where it holds another run, `FinishedRun` where this one is done, and
  ///   `CheckpointError` where no checkpoint of this one can be read.
  init(in folder: RunFolder, _ description: RunDescription, warn: (String) -> Void) throws {
    let run = try folder.readDescription()
    if let run, RunFolder.isDone(run), description.identity == RunIdentity(describing: run) {
      throw try FinishedRun(in: folder, description, run)
    }
    let newest = try folder.checkpoints.newest(warn: warn)
    guard let found = newest?.checkpoint.identity ?? run.map({ RunIdentity(describing: $0) }) else {
      guard try !folder.holdsRun() else {
        throw TrainingError.otherRun(folder: folder.path, run: "files of another run", [], commandLine: nil)
      }
      (checkpoint, path, isFirst) = (nil, "", true)
      return
    }
    let differences = description.identity.differences(from: found)
    guard differences.isEmpty else {
      throw TrainingError.otherRun(
        folder: folder.path, run: run.map(Self.describe) ?? "checkpoints of a run", differences,
        commandLine: run?["command_line"]?.array?.compactMap(\.string).joined(separator: " "))
    }
    if let machine = (try? newest?.checkpoint.state.json("machine")) ?? run?["machine"] {
      Self.compare(machine, with: description.machine, warn)
    }
    if newest == nil {
      warn("'\(folder.path)' has no checkpoint of this run: it starts again from its beginning")
    }
    (checkpoint, path, isFirst) = (newest?.checkpoint, newest?.path ?? "", false)
  }

  /// A run in a few words.
  private static func describe(_ run: JSON) -> String {
    let state =
      switch run["status"]?.string {
      case "done": "a finished"
      case "failed": "a failed"
      case "interrupted": "an interrupted"
      default: "an unfinished"
      }
    let strategy = run["strategy"]?["id"]?.string ?? "?"
    let start = run["started"]?.string.map { ", started \($0)," } ?? ""
    return "\(state) run of '\(strategy)' on '\(run["data"]?["name"]?.string ?? "?")'\(start)"
  }

  /// Warns of what makes last digits differ from those of a run that is never stopped.
  private static func compare(_ then: JSON, with now: Machine, _ warn: (String) -> Void) {
    if let set = then["instruction_set"]?.string, set != now.instructionSet {
      let remedy =
        InstructionSet.available.contains(set) ? "; \(InstructionSetChoice.variable)=\(set) keeps it" : ""
      warn(
        "the run began with the instruction set \(set), and goes on with \(now.instructionSet), which rounds differently\(remedy)"
      )
    }
    if let blas = then["blas"]?.string, blas != now.blas {
      warn("the run began with \(blas), and goes on with \(now.blas), which may round differently")
    }
  }
}
