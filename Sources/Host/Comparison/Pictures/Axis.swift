internal import Foundation

/// An axis of a picture: values to places between 0 and 1, and round numbers at its ticks.
struct Axis {
  private enum Kind {
    case linear(Scale)
    /// The powers of ten at its ends.
    case logarithmic(Double, Double)
  }

  private let kind: Kind
  private let unit: String

  /// An axis with even steps that holds all of `values`; nil where none of them is a number.
  ///
  /// - Parameters:
  ///   - including: further values that it shows.
  ///   - room: what is added beyond either end, as a share of the extent.
  init?(
    _ values: some Sequence<Double>, including: [Double] = [], room: Double = 0.05, ticks: Int = 5,
    whole: Bool = false, unit: String = ""
  ) {
    let values = values.compactMap(plottable)
    guard let least = (values + including).min(), let most = (values + including).max(), !values.isEmpty
    else { return nil }
    let space = (most - least) * room
    let low = including.contains(least) ? least : least - space
    let high = including.contains(most) ? most : most + space
    kind = .linear(Scale(from: low, to: high, ticks: ticks, whole: whole))
    self.unit = unit
  }

  /// An axis of equal ratios for the positive ones of `values`, of at most six decades.
  ///
  /// - Parameter including: further values that it shows, positive ones.
  init?(ratios values: some Sequence<Double>, including: [Double] = []) {
    let values = values.compactMap(plottable).filter { $0 > 0 }
    guard !values.isEmpty, let least = (values + including).min(), let most = (values + including).max()
    else { return nil }
    let high = log10(most) + 0.03
    kind = .logarithmic(max(log10(least) - 0.03, high - 6), high)
    unit = ""
  }

  /// The place of a value, 0…1 between the ends; values beyond an end are at the end.
  func place(_ value: Double) -> Double {
    switch kind {
    case .linear(let scale): scale.place(value)
    case .logarithmic(let low, let high):
      value > 0 ? min(max((log10(value) - low) / (high - low), 0), 1) : 0
    }
  }

  /// The round numbers from end to end, each with its text.
  var ticks: [(value: Double, text: String)] {
    switch kind {
    case .linear(let scale): return scale.ticks.map { ($0, scale.text($0).replacing("-", with: "−") + unit) }
    case .logarithmic(let low, let high):
      let factors: [Double] = high - low < 1.6 ? [1, 2, 5] : high - low < 3 ? [1, 3] : [1]
      return (Int(low.rounded(.down))...Int(high.rounded(.up))).flatMap { power in
        factors.map { $0 * pow(10, Double(power)) }
      }
      .filter { (low...high).contains(log10($0)) }.map { ($0, Self.text($0)) }
    }
  }

  /// A power of ten, or a few times it, in the digits that it takes.
  private static func text(_ tick: Double) -> String {
    if tick < 0.0009 || tick > 90_000 {
      let power = Int((log10(tick) + 1e-9).rounded(.down))
      return "\(decimal(tick / pow(10, Double(power)), places: 0))e\(power)".replacing("-", with: "−")
    }
    return shortest((tick * 1e4).rounded() / 1e4)
  }
}
