internal import Foundation

/// Logits shifted against the training classes' shares: z_y − τ · ln π_y (Menon et al.: "Long-tail learning via logit
/// adjustment", ICLR 2021, equation 9).
public struct LogitAdjustment: Sendable, Equatable {
  /// τ.
  public let strength: Double
  /// Training samples of each class, `[C]`.
  public let counts: [Int]
  /// The file that tells them.
  public let source: String

  /// Shifts by `strength` and the shares that `counts` give, which the file `source` tells.
  ///
  /// - Throws: `TrainingError.noShare` where a class has no share to take the logarithm of.
  init(strength: Double, counts: [Int], source: String) throws(TrainingError) {
    if let empty = counts.firstIndex(where: { $0 < 1 }) { throw .noShare(class: empty, file: source) }
    self.strength = strength
    self.counts = counts
    self.source = source
  }

  /// What is added to each class's logits, `[C]`.
  var shifts: [Double] {
    let total = counts.reduce(0.0) { $0 + Double($1) }
    return counts.map { -strength * log(Double($0) / total) }
  }

  var text: String {
    "  adjusted logits    z − \(strength) · ln(share of training samples), counts from '\(source)'"
  }

  var json: JSON {
    ["tau": JSON(strength), "train_counts": JSON(counts), "counts_from": JSON(source)]
  }
}

extension Predictions {
  /// The predictions of the adjusted logits.
  func adjusted(by adjustment: LogitAdjustment) -> Predictions {
    let shifts = adjustment.shifts
    precondition(shifts.count == classes, "\(shifts.count) shifts for \(classes) classes")
    let logits = logits.enumerated().map { Float(Double($1) + shifts[$0 % classes]) }
    return Predictions(classes: classes, logits: logits, targets: targets)
  }
}
