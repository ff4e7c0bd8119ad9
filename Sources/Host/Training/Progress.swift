/// Where a running training stands, for whoever watches.
public struct Progress: Sendable, Equatable {
  /// The current epoch, counted from 1.
  public var epoch: Int
  /// The planned number of epochs.
  public var epochs: Int
  /// Steps done since the start of the run.
  public var step: Int
  /// The planned number of steps.
  public var steps: Int
  /// Mean unweighted training loss of the epoch so far, in nats.
  public var loss: Double
  /// Training accuracy of the epoch so far, 0…1.
  public var accuracy: Double
  /// Effective sample size `1 / Σ w²`, weights scaled to sum 1: the mean over the epoch's batches so far.
  public var effectiveSampleSize: Double
  /// Training images per second, over the last seconds.
  public var imagesPerSecond: Double
  /// Time since the run began, or went on after it had been stopped.
  public var elapsed: Duration
  /// The step that it went on from.
  public var firstStep: Int
  /// Test accuracy, 0…1, where this report closes an epoch that was evaluated.
  public var testAccuracy: Double?
  /// Whether this report closes an epoch.
  public var endsEpoch: Bool

  /// A report; every argument is the property of its name.
  public init(
    epoch: Int, epochs: Int, step: Int, steps: Int, loss: Double, accuracy: Double,
    effectiveSampleSize: Double, imagesPerSecond: Double, elapsed: Duration, firstStep: Int = 0,
    testAccuracy: Double? = nil, endsEpoch: Bool = false
  ) {
    self.epoch = epoch
    self.epochs = epochs
    self.step = step
    self.steps = steps
    self.loss = loss
    self.accuracy = accuracy
    self.effectiveSampleSize = effectiveSampleSize
    self.imagesPerSecond = imagesPerSecond
    self.elapsed = elapsed
    self.firstStep = firstStep
    self.testAccuracy = testAccuracy
    self.endsEpoch = endsEpoch
  }

  /// The time left at the pace so far; nil before the first step.
  public var timeLeft: Duration? {
    guard step > firstStep, steps >= step else { return nil }
    return elapsed * Double(steps - step) / Double(step - firstStep)
  }
}
