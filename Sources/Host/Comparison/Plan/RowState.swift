/// How far a row of a comparison has come.
public enum RowState: Sendable, Equatable {
  /// A state without what is known of it; the raw value is its name.
  public enum Kind: String, Sendable {
    case planned, running, interrupted, done, failed
  }

  /// What a finished run reached.
  public struct Result: Sendable, Equatable {
    /// Test accuracy and its mean over the classes, 0…1.
    public let accuracy, balancedAccuracy: Double?
    /// How long it trained.
    public let seconds: Double?

    /// A result; every argument is the property of its name.
    package init(accuracy: Double?, balancedAccuracy: Double?, seconds: Double?) {
      self.accuracy = accuracy
      self.balancedAccuracy = balancedAccuracy
      self.seconds = seconds
    }
  }

  case planned
  /// A process trains it.
  case running
  /// It has taken so many steps and goes on from its last checkpoint.
  case interrupted(step: Int)
  case done(Result)
  case failed(RowFailure)

  /// Which of the states it is.
  public var kind: Kind {
    switch self {
    case .planned: .planned
    case .running: .running
    case .interrupted: .interrupted
    case .done: .done
    case .failed: .failed
    }
  }

  /// Why the row failed.
  public var failure: RowFailure? { if case .failed(let failure) = self { failure } else { nil } }
}

/// Why a row failed.
public struct RowFailure: Sendable, Equatable {
  /// The exit status of its process.
  public let status: Int
  /// What it said.
  public let reason: String

  /// A failure; every argument is the property of its name.
  public init(status: Int, reason: String) {
    self.status = status
    self.reason = reason
  }
}
