/// How well predictions fit, class by class and in summary. All accuracies are in 0…1.
public struct ClassificationMetrics: Sendable, Equatable {
  /// The number of samples of class `row` that were predicted as class `column`.
  public let confusion: [[Int]]
  /// The share of samples predicted right; NaN without samples.
  public let accuracy: Double
  /// The share of each class's samples predicted right; nil for a class without samples.
  public let classAccuracy: [Double?]
  /// The mean of the class accuracies; classes without samples are left out.
  public let balancedAccuracy: Double
  /// The mean of the classes' F1, 2·TP / (2·TP + FP + FN); classes neither present nor predicted are left out.
  public let macroF1: Double
  /// The class of the lowest accuracy, the first of equal ones; nil without samples.
  public let worstClass: Int?
  /// The classes by their number of training samples.
  public let shots: ShotGroups
  /// The mean of −ln(probability of the true class), in nats.
  public let negativeLogLikelihood: Double
  /// The expected calibration error over 15 bins.
  public let calibrationError: Double

  /// The metrics of `predictions`.
  ///
  /// - Parameter trainingCounts: training samples per class, `[C]`.
  public init(_ predictions: Predictions, trainingCounts: [Int]) {
    let classes = predictions.classes
    precondition(trainingCounts.count == classes, "\(trainingCounts.count) counts for \(classes) classes")
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
    for (target, prediction) in zip(predictions.targets, predictions.predictions) {
      confusion[target][prediction] += 1
    }
    let right = (0..<classes).map { confusion[$0][$0] }
    let present = confusion.map { $0.reduce(0, +) }
    let predicted = (0..<classes).map { column in confusion.reduce(0) { $0 + $1[column] } }

    self.confusion = confusion
    accuracy = Double(right.reduce(0, +)) / Double(predictions.targets.count)
    let classAccuracy = zip(right, present).map { $1 == 0 ? nil : Double($0) / Double($1) }
    self.classAccuracy = classAccuracy
    balancedAccuracy = mean(classAccuracy.compactMap { $0 })
    macroF1 = mean(
      (0..<classes).compactMap { c in
        let all = present[c] + predicted[c]
        return all == 0 ? nil : Double(2 * right[c]) / Double(all)
      })
    worstClass = (0..<classes).filter { classAccuracy[$0] != nil }
      .min { (classAccuracy[$0] ?? 1, $0) < (classAccuracy[$1] ?? 1, $1) }
    shots = ShotGroups(trainingCounts: trainingCounts)
    negativeLogLikelihood = predictions.meanNegativeLogLikelihood
    calibrationError = predictions.expectedCalibrationError
  }

  /// The mean of the accuracies of `classes`; nil where none of them has samples.
  public func accuracy(of classes: [Int]) -> Double? {
    let known = classes.compactMap { classAccuracy[$0] }
    return known.isEmpty ? nil : mean(known)
  }
}

// MARK: - By metric

extension ClassificationMetrics {
  /// The value of a metric; nil for a group of classes without samples.
  public subscript(metric: Metric) -> Double? {
    switch metric {
    case .accuracy: accuracy
    case .balancedAccuracy: balancedAccuracy
    case .macroF1: macroF1
    case .manyAccuracy: accuracy(of: shots.many)
    case .mediumAccuracy: accuracy(of: shots.medium)
    case .fewAccuracy: accuracy(of: shots.few)
    case .worstClassAccuracy: worstClass.flatMap { classAccuracy[$0] }
    case .calibrationError: calibrationError
    case .negativeLogLikelihood: negativeLogLikelihood
    }
  }
}

// MARK: - JSON

extension ClassificationMetrics {
  /// Every number, under the names that reports use.
  public var json: JSON {
    [
      "accuracy": JSON(accuracy),
      "balanced_accuracy": JSON(balancedAccuracy),
      "macro_f1": JSON(macroF1),
      "many_accuracy": JSON(accuracy(of: shots.many)),
      "medium_accuracy": JSON(accuracy(of: shots.medium)),
      "few_accuracy": JSON(accuracy(of: shots.few)),
      "shot_rule": JSON(shots.rule.rawValue),
      "many_classes": JSON(shots.many),
      "medium_classes": JSON(shots.medium),
      "few_classes": JSON(shots.few),
      "worst_class": JSON(worstClass),
      "worst_class_accuracy": JSON(worstClass.flatMap { classAccuracy[$0] }),
      "negative_log_likelihood": JSON(negativeLogLikelihood),
      "calibration_error": JSON(calibrationError),
      "class_accuracy": .array(classAccuracy.map { JSON($0) }),
      "confusion": .array(confusion.map { JSON($0) }),
    ]
  }
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
