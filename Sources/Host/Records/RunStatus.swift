internal import Foundation

/// How far a run has come: the part of `run.json` that changes.
struct RunStatus {
  enum State: Equatable {
    case running
    case done
    case interrupted
    case failed(reason: String)
  }

  var state: State
  /// Seconds since 1970.
  var started: Double
  var ended: Double?
  /// How long it has worked, in seconds; nil where it has not ended.
  var seconds: Double?
  /// When it went on after it had been stopped, and at which step.
  var resumed: [JSON] = []
  var steps = 0
  /// The mean over the batches of the last epoch; NaN before the first epoch's end.
  var effectiveSampleSize = Double.nan
  /// The records that could not all be written.
  var incomplete: [String] = []
  /// What it took of time and memory.
  var costs = RunCosts()
  var result = JSON.null
  /// The epoch with the best validation, with its result on the test set; null without a validation split.
  var best = JSON.null

  /// The bytes of `run.json`.
  func encoded(_ description: RunDescription) -> [UInt8] {
    let name: JSON
    var reason = JSON.null
    switch state {
    case .running: name = "running"
    case .done: name = "done"
    case .interrupted: name = "interrupted"
    case .failed(let text):
      name = "failed"
      reason = JSON(text)
    }
    let head: JSON = [
      "format": 1, "status": name, "failure": reason, "started": JSON(Self.time(started)),
      "ended": JSON(ended.map(Self.time)),
      "seconds": JSON(seconds), "resumed": .array(resumed), "steps": JSON(steps),
      "incomplete": JSON(incomplete),
    ]
    let tail: JSON = [
      "settings_hash": JSON(description.identity.hash),
      "effective_sample_size": JSON(effectiveSampleSize), "result": result,
      "best": best,
    ]
    let members =
      (head.members ?? []) + costs.members + description.members + (tail.members ?? [])
    return Array(JSON.object(members).pretty.utf8)
  }

  /// A time in UTC, such as 2030-01-31T12:00:00Z.
  static func time(_ seconds: Double) -> String {
    Date(timeIntervalSince1970: seconds).ISO8601Format()
  }
}
