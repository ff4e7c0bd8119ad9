/// How far the run of a row has come.
public struct RowProgress: Sendable, Equatable {
  /// Steps done and planned.
  public let step, steps: Int

  /// A progress; every argument is the property of its name.
  public init(step: Int, steps: Int) {
    self.step = step
    self.steps = steps
  }

  /// Reads a line of `--progress json`; nil for anything else.
  package init?(_ json: JSON) {
    guard json["kind"] == "progress", let step = json["step"]?.int, let steps = json["steps"]?.int, steps > 0,
      (0...steps).contains(step)
    else { return nil }
    self.init(step: step, steps: steps)
  }

  /// The share of the steps that are done, 0…1.
  public var share: Double { Double(step) / Double(steps) }
}
