/// A number that runs are compared by; the raw value is its name in `run.json`.
public enum Metric: String, CaseIterable, Sendable {
  case accuracy
  case balancedAccuracy = "balanced_accuracy"
  case macroF1 = "macro_f1"
  case manyAccuracy = "many_accuracy"
  case mediumAccuracy = "medium_accuracy"
  case fewAccuracy = "few_accuracy"
  case worstClassAccuracy = "worst_class_accuracy"
  case calibrationError = "calibration_error"
  case negativeLogLikelihood = "negative_log_likelihood"

  /// The metric at the head of a column.
  public var title: String {
    switch self {
    case .accuracy: "accuracy"
    case .balancedAccuracy: "balanced"
    case .macroF1: "macro-F1"
    case .manyAccuracy: "many"
    case .mediumAccuracy: "medium"
    case .fewAccuracy: "few"
    case .worstClassAccuracy: "worst class"
    case .calibrationError: "calibration error"
    case .negativeLogLikelihood: "NLL"
    }
  }

  /// The metric in a sentence.
  public var name: String {
    switch self {
    case .accuracy, .macroF1, .calibrationError: title
    case .balancedAccuracy: "balanced accuracy"
    case .manyAccuracy: "many-shot accuracy"
    case .mediumAccuracy: "medium-shot accuracy"
    case .fewAccuracy: "few-shot accuracy"
    case .worstClassAccuracy: "accuracy of the worst class"
    case .negativeLogLikelihood: "negative log-likelihood"
    }
  }

  /// The tag of its curve, on the test set, in TensorBoard.
  var tag: String { self == .negativeLogLikelihood ? "test/loss" : "test/\(rawValue)" }

  /// Whether less is better.
  public var isLowerBetter: Bool { self == .calibrationError || self == .negativeLogLikelihood }

  /// The value, where it can be one of this metric: a share in 0…1, or a likelihood of at least 0 whose square is a
  /// number, too.
  func checked(_ value: Double?) -> Double? {
    guard let value, value >= 0, value <= (self == .negativeLogLikelihood ? 1e100 : 1) else { return nil }
    return value
  }
}
