public import Models

extension TrainingOptions {
  /// How the learning rate falls from its peak.
  public typealias Decay = LearningRateSchedule.Decay
}

extension LearningRateSchedule.Decay {
  /// Reads `constant`, `cosine` or `steps:FACTOR@EPOCH,…`: a factor in 0…1 that counts from each of the rising
  /// epochs on, as in `steps:0.1@9,12`.
  public init?(text: String) {
    switch text {
    case "constant": self = .constant
    case "cosine": self = .cosine
    default:
      guard text.hasPrefix("steps:") else { return nil }
      let parts = text.dropFirst(6).split(separator: "@", omittingEmptySubsequences: false)
      guard parts.count == 2, let factor = Float(parts[0]), factor >= 0, factor <= 1 else { return nil }
      let words = parts[1].split(separator: ",", omittingEmptySubsequences: false)
      let epochs = words.compactMap { Int($0) }
      let isRising = zip(epochs, epochs.dropFirst()).allSatisfy(<)
      guard epochs.count == words.count, epochs[0] >= 0, isRising else { return nil }
      self = .steps(epochs: epochs, factor: factor)
    }
  }

  /// The decay as `init(text:)` reads it.
  public var text: String {
    switch self {
    case .constant: "constant"
    case .cosine: "cosine"
    case .steps(let epochs, let factor): "steps:\(factor)@" + epochs.map(String.init).joined(separator: ",")
    }
  }
}
