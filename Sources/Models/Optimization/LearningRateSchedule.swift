internal import Foundation

/// The learning rate of every epoch: a peak, its decay, and a linear warm-up before it.
public struct LearningRateSchedule: Equatable, Sendable {
  /// How the rate falls from its peak.
  public enum Decay: Equatable, Sendable {
    /// The peak throughout.
    case constant
    /// Multiplied by `factor` from each of `epochs` on; the factors accumulate (PyTorch's `MultiStepLR`).
    case steps(epochs: [Int], factor: Float)
    /// Half a cosine from the peak to zero (Loshchilov and Hutter: "SGDR", ICLR 2017, without restarts).
    case cosine
  }

  /// The rate that warm-up ends at and decay starts from.
  public var peak: Float
  /// How the rate falls from its peak.
  public var decay: Decay
  /// Epoch e of the first `warmupEpochs` (counted from 0) trains at `peak · (e + 1) / warmupEpochs`.
  public var warmupEpochs: Int

  /// A schedule; `warmupEpochs` is at least zero.
  public init(peak: Float, decay: Decay = .constant, warmupEpochs: Int = 0) {
    precondition(warmupEpochs >= 0, "a warm-up of \(warmupEpochs) epochs")
    self.peak = peak
    self.decay = decay
    self.warmupEpochs = warmupEpochs
  }

  /// The rate of `epoch` (counted from 0) in a run of `total` epochs.
  public func rate(epoch: Int, of total: Int) -> Float {
    if epoch < warmupEpochs { return peak * Float(epoch + 1) / Float(warmupEpochs) }
    switch decay {
    case .constant:
      return peak
    case .steps(let epochs, let factor):
      return epochs.reduce(peak) { epoch >= $1 ? $0 * factor : $0 }
    case .cosine:
      return peak * Float(0.5 * (1 + cos(Double.pi * Double(epoch) / Double(max(total, 1)))))
    }
  }
}
