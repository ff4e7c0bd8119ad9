internal import PluginKit

/// A number that follows the batches, and how many have been seen.
struct RunningValue {
  private(set) var value = 0.0
  private(set) var batches: Int64 = 0

  /// Takes in the number of a batch: the first as it is, later ones by `mix(before, it)`.
  mutating func take(_ number: Double, _ mix: (Double, Double) -> Double) {
    value = batches == 0 ? number : mix(value, number)
    batches += 1
  }

  func save(to state: borrowing StateWriter) throws {
    try state.put("value", [value])
    try state.put("batches", [batches])
  }

  mutating func load(from state: borrowing StateReader) throws {
    let value: [Double] = try state.get("value")
    let batches: [Int64] = try state.get("batches")
    guard value.count == 1, batches.count == 1, value[0].isFinite,
      (0..<Int64.max).contains(batches[0])
    else {
      throw StrategyError.state("expected one finite 'value' and one count of 'batches'")
    }
    (self.value, self.batches) = (value[0], batches[0])
  }
}
