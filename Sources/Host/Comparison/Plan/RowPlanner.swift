/// Finds out, before anything is trained, what each row of a comparison depends on; refuses what its run would refuse.
public struct RowPlanner: ~Copyable {
  private var data: [DataKey: DataSource] = [:]
  /// What the user may not expect, and the methods whose rows it is about.
  public private(set) var surprises: [(text: String, methods: [String])] = []

  /// A planner that has read no data yet.
  public init() {}

  /// The hash of everything that the result of a run depends on, as its `run.json` will have it.
  ///
  /// - Parameter method: what the run's method is called, for `surprises`.
  /// - Throws: the `Failure` that would end the run before its first step.
  public mutating func settingsHash(of options: TrainingOptions, called method: String) throws -> String {
    let strategies = try RunStrategies(options)
    let plan = try RunPlan(options, strategies, try source(options))
    for text in plan.surprises {
      if let place = surprises.firstIndex(where: { $0.text == text }) {
        if surprises[place].methods.last != method { surprises[place].methods.append(method) }
      } else {
        surprises.append((text, [method]))
      }
    }
    return try plan.identity.hash
  }

  /// Whether the run's strategies are to see a held-out batch.
  public func wantsHeldOut(_ options: TrainingOptions) throws -> Bool {
    try RunStrategies(options).inputs.contains(.metaAlignment)
  }

  /// The parameters of a method: those of its strategy, and those of its objective.
  public func parameters(of options: TrainingOptions) throws -> (strategy: [String], objective: [String]) {
    let strategies = try RunStrategies(options)
    return (
      strategies.weighting.manifest.parameters.map(\.name),
      strategies.objective?.manifest.parameters.map(\.name) ?? []
    )
  }

  private struct DataKey: Hashable {
    let name, folder: String
    let normalization: Normalization
  }

  private mutating func source(_ options: TrainingOptions) throws -> DataSource {
    let key = DataKey(
      name: options.dataset, folder: options.dataDirectory, normalization: options.normalization)
    if let known = data[key] { return known }
    let read = try DataSource(
      options.dataset, in: options.dataDirectory, normalization: options.normalization, isHashed: true)
    data[key] = read
    return read
  }
}
