extension RunReport {
  /// Every number of the finished runs, a line each, as RFC 4180 wants it: data, method, seed, metric, value.
  public var csv: String {
    var lines = ["data,method,seed,metric,value\r\n"]
    for comparison in comparisons {
      let data = csvField(comparison.name)
      for method in comparison.methods {
        let label = csvField(method.label)
        for run in method.finished {
          let seed = run.seed.map { "\($0)" } ?? ""
          for (metric, value) in run.numbers {
            lines.append("\(data),\(label),\(seed),\(metric),\(value)\r\n")
          }
        }
      }
    }
    return lines.joined()
  }
}

extension RunSummary {
  /// Every number that a run ended with, by name.
  fileprivate var numbers: [(String, Double)] {
    var numbers: [(String, Double?)] = Metric.allCases.map { ($0.rawValue, value(of: $0)) }
    for (c, accuracy) in classAccuracy.enumerated() { numbers.append(("class_accuracy_\(c)", accuracy)) }
    numbers += [
      ("effective_sample_size", effectiveSampleSize), ("seconds", cost.seconds),
      ("seconds_per_epoch", cost.secondsPerEpoch), ("step_milliseconds", cost.stepMilliseconds),
      ("peak_memory", cost.peakMemory.map { Double($0) }),
    ]
    if let best {
      numbers.append(("best_epoch", Double(best.epoch)))
      numbers.append(("best_validation_balanced_accuracy", best.validationBalancedAccuracy))
      for metric in Metric.allCases { numbers.append(("best_\(metric.rawValue)", best.value(of: metric))) }
    }
    return numbers.compactMap { name, value in
      value.flatMap { $0.isFinite ? (name, $0) : nil }
    }
  }
}

/// A field of words: in quotes where it needs them, and no formula to a spreadsheet.
package func csvField(_ text: String) -> String {
  var field = shown(text, limit: 1000)
  if let first = field.unicodeScalars.first, "=+-@|%".unicodeScalars.contains(first) { field = "'" + field }
  guard field.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" || $0 == "'" || $0 == ";" }) else {
    return field
  }
  let doubled = field.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
  return "\"\(doubled)\""
}
