package import Host

extension Progress {
  /// One line of at most `width` characters; the less important parts go first where it is narrow.
  package func line(width: Int) -> String {
    // Each part with its rank: rank 0 stays longest.
    let parts: [(rank: Int, text: String?)] = [
      (0, "epoch \(epoch)/\(epochs)"),
      (6, "step \(step)/\(steps)"),
      (2, "loss \(decimal(loss, places: 3))"),
      (3, "accuracy \(decimal(accuracy * 100, places: 1))%"),
      (1, testAccuracy.map { "test \(decimal($0 * 100, places: 1))%" }),
      (5, "ESS \(decimal(effectiveSampleSize, places: 1))"),
      (4, "\(decimal(imagesPerSecond, places: 0)) images/s"),
      (1, timeLeft.map { "\(clock($0)) left" }),
    ]
    for limit in stride(from: 6, through: 0, by: -1) {
      let kept = parts.filter { $0.rank <= limit }.compactMap(\.text)
      let line = kept.joined(separator: "  ")
      if line.count <= width { return line }
    }
    return String("epoch \(epoch)/\(epochs)".prefix(max(0, width)))
  }

  /// The report for a program; null where a number is not there yet.
  package var json: JSON {
    [
      "kind": "progress", "epoch": JSON(epoch), "epochs": JSON(epochs), "step": JSON(step),
      "steps": JSON(steps),
      "loss": JSON(loss), "accuracy": JSON(accuracy), "effective_sample_size": JSON(effectiveSampleSize),
      "images_per_second": JSON(imagesPerSecond), "seconds_left": JSON(timeLeft.map(seconds)),
      "test_accuracy": JSON(testAccuracy),
    ]
  }
}

private func seconds(_ duration: Duration) -> Double {
  let (seconds, attoseconds) = duration.components
  return Double(seconds) + Double(attoseconds) * 1e-18
}

/// A time in its two largest units: `9s`, `4m 05s`, `3h 07m`, `2d 04h`.
package func clock(_ duration: Duration) -> String {
  let seconds = max(0, duration.components.seconds)
  func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
  switch seconds {
  case ..<60: return "\(seconds)s"
  case ..<3600: return "\(seconds / 60)m \(two(seconds % 60))s"
  case ..<86_400: return "\(seconds / 3600)h \(two(seconds / 60 % 60))m"
  default: return "\(seconds / 86_400)d \(two(seconds / 3600 % 24))h"
  }
}
