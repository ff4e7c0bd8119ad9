/// The epoch that did best on the validation set, and its result on the test set.
public struct BestEpoch: Sendable, Equatable {
  /// The epoch, counted from 0.
  public let epoch: Int
  /// The balanced accuracy on the validation set that it was chosen for, 0…1.
  public let validationBalancedAccuracy: Double
  let result: JSON

  init?(_ best: JSON?) {
    guard let best, let epoch = best["epoch"]?.int, epoch >= 0, epoch < 1 << 32,
      let validation = Metric.balancedAccuracy.checked(best["validation_balanced_accuracy"]?.double)
    else { return nil }
    self.epoch = epoch
    validationBalancedAccuracy = validation
    result = .object((best["result"]?.members ?? []).filter { $0.key != "confusion" })
  }

  /// A metric of the test set after that epoch.
  public func value(of metric: Metric) -> Double? { metric.checked(result[metric.rawValue]?.double) }
}
