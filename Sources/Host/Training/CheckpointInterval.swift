/// How often a run's state is saved.
public enum CheckpointInterval: Sendable, Equatable {
  /// After so many epochs, at least 1.
  case epochs(Int)
  /// After so many steps, at least 1.
  case steps(Int)
  /// After so many minutes, more than 0.
  case minutes(Double)

  /// Reads `EPOCHS`, `steps:N` or `minutes:M`.
  public init?(text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    switch (parts.count, parts[0]) {
    case (1, _):
      guard let epochs = Int(parts[0]), epochs >= 1 else { return nil }
      self = .epochs(epochs)
    case (2, "epochs"):
      guard let epochs = Int(parts[1]), epochs >= 1 else { return nil }
      self = .epochs(epochs)
    case (2, "steps"):
      guard let steps = Int(parts[1]), steps >= 1 else { return nil }
      self = .steps(steps)
    case (2, "minutes"):
      guard let minutes = Double(parts[1]), minutes > 0, minutes <= 1e6 else { return nil }
      self = .minutes(minutes)
    default: return nil
    }
  }

  /// The interval as `init(text:)` reads it.
  public var text: String {
    switch self {
    case .epochs(let epochs): "\(epochs)"
    case .steps(let steps): "steps:\(steps)"
    case .minutes(let minutes): "minutes:\(minutes)"
    }
  }
}
