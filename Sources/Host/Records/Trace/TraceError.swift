/// Why a recorded trace cannot be read or replayed, and what to do about it.
public enum TraceError: Failure, Equatable {
  case file(FileError)
  case data(DataError)
  case noHeader(path: String)
  case badJSON(path: String, JSONSyntaxError)
  case unknownFormat(path: String, found: Int, known: Int)
  case badHeader(path: String, key: String, expected: String, found: String)
  case noSteps(folder: String)
  /// A file of a step that lacks the one before it.
  case gap(folder: String, missing: Int, found: Int)
  case badArray(DataPlace, expected: String, found: String)
  case noSuchSteps(folder: String, asked: ClosedRange<Int>, count: Int)
  case missingInput(strategy: String, input: StrategyInput, folder: String)
  case interrupted(steps: Int, of: Int)

  /// What happened and where.
  public var problem: String {
    switch self {
    case .file(let error): error.problem
    case .data(let error): error.problem
    case .noHeader(let path): "there is no '\(path)', which says what run was recorded"
    case .badJSON(let path, let error): "'\(path)', \(error)"
    case .unknownFormat(let path, let found, let known):
      "'\(path)' is of format \(found), and this brhost reads format \(known)"
    case .badHeader(let path, let key, let expected, let found):
      "'\(path)', \(key): expected \(expected), found \(found)"
    case .noSteps(let folder): "'\(folder)' holds no recorded step"
    case .gap(let folder, let missing, let found):
      "'\(folder)' lacks step \(missing), though step \(found) is there"
    case .badArray(let place, let expected, let found): "\(place): expected \(expected), found \(found)"
    case .noSuchSteps(let folder, let asked, let count):
      "'\(folder)' holds steps 0 to \(count - 1), not \(asked.lowerBound) to \(asked.upperBound)"
    case .missingInput(let strategy, let input, let folder):
      "strategy '\(strategy)' needs the input '\(input.rawValue)', which '\(folder)' does not hold"
    case .interrupted(let steps, let count):
      "interrupted after \(steps) of \(count) steps; nothing was written"
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .file(let error): error.remedy
    case .data(let error): error.remedy
    case .noHeader: "name a folder that 'brhost train --record' made, or record again."
    case .badJSON, .badHeader, .badArray, .gap:
      "copy the folder again, or record again with 'brhost train --record'."
    case .unknownFormat: "update brhost, or record again with this one."
    case .noSteps: "record again with 'brhost train --record'."
    case .noSuchSteps(_, _, let count): "--steps with a part of 0-\(count - 1)."
    case .missingInput(let strategy, let input, _):
      switch input {
      case .gradient:
        "'brhost train --record' with --strategy \(strategy) and --gradient-source layer, weight or bias."
      default: "'brhost train --record' with --strategy \(strategy), which then records it."
      }
    case .interrupted: "the same command again, or fewer --steps."
    }
  }

  /// Usage for steps that are not there, else bad data.
  public var status: ExitStatus {
    switch self {
    case .noSuchSteps: .usage
    case .interrupted: .interrupted
    default: .badData
    }
  }
}
