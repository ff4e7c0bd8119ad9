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

/// The classes of many, a medium number and few training samples.
public struct ShotGroups: Sendable, Equatable {
  /// How the classes were divided.
  public enum Rule: String, Sendable {
    /// More than 100, 20 to 100, and fewer than 20 training samples (Liu et al.: "Large-scale long-tailed
    /// recognition in an open world", CVPR 2019).
    case counts
    /// Thirds of the classes, ordered by training samples, where one of the groups by counts is empty.
    case thirds
  }

  /// How the classes were divided.
  public let rule: Rule
  /// The classes of many samples.
  public let many: [Int]
  /// The classes of a medium number of samples.
  public let medium: [Int]
  /// The classes of few samples.
  public let few: [Int]

  /// The groups of classes with so many training samples each, `[C]`.
  public init(trainingCounts: [Int]) {
    let classes = trainingCounts.indices
    let groups = [
      classes.filter { trainingCounts[$0] > 100 }, classes.filter { (20...100).contains(trainingCounts[$0]) },
      classes.filter { trainingCounts[$0] < 20 },
    ]
    if groups.allSatisfy({ !$0.isEmpty }) {
      rule = .counts
      (many, medium, few) = (groups[0], groups[1], groups[2])
      return
    }
    let ordered = classes.sorted { (-trainingCounts[$0], $0) < (-trainingCounts[$1], $1) }
    let first = (ordered.count + 1) / 3
    let second = (2 * ordered.count + 1) / 3
    rule = .thirds
    many = ordered[..<first].sorted()
    medium = ordered[first..<second].sorted()
    few = ordered[second...].sorted()
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
      "many_accuracy": optional(accuracy(of: shots.many)),
      "medium_accuracy": optional(accuracy(of: shots.medium)),
      "few_accuracy": optional(accuracy(of: shots.few)),
      "shot_rule": JSON(shots.rule.rawValue),
      "many_classes": JSON(shots.many),
      "medium_classes": JSON(shots.medium),
      "few_classes": JSON(shots.few),
      "worst_class": worstClass.map { JSON($0) } ?? .null,
      "worst_class_accuracy": optional(worstClass.flatMap { classAccuracy[$0] }),
      "negative_log_likelihood": JSON(negativeLogLikelihood),
      "calibration_error": JSON(calibrationError),
      "class_accuracy": .array(classAccuracy.map(optional)),
      "confusion": .array(confusion.map { JSON($0) }),
    ]
  }
}

private func optional(_ value: Double?) -> JSON { value.map { JSON($0) } ?? .null }

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
