/// The plugins of a run: found, and asked for nothing that they do not have, before any data is read.
struct RunStrategies {
  let weighting: LocatedStrategy
  let objective: LocatedStrategy?
  /// What the weighting asked for or is recorded, and what the objective asked for.
  let weightingInputs, objectiveInputs: Set<StrategyInput>
  /// The configuration's name, and the folder of the run's files.
  let configuration, folder: String

  init(_ options: TrainingOptions) throws(PluginError) {
    let catalog = PluginCatalog.standard(options.isolation.access)
    weighting = try catalog.find(options.strategy)
    try weighting.require(.weighting)
    _ = try weighting.manifest.values(options.strategySettings)
    objective = try options.objective.map { name throws(PluginError) in
      let found = try catalog.find(name)
      try found.require(.objective)
      _ = try found.manifest.values(options.objectiveSettings)
      return found
    }
    let available = StepInputs.available(options.gradientSource)
    let recorded = options.recordDirectory == nil ? [] : Self.recorded
    weightingInputs = weighting.manifest.inputNames.union(recorded).intersection(available)
    objectiveInputs = (objective?.manifest.inputNames ?? []).intersection(available)
    configuration = options.configurationName(
      strategy: weighting.manifest.id, objective: objective?.manifest.id)
    folder = options.runDirectory ?? "runs/\(configuration)"
  }

  /// Whether one of the plugins runs in a process of its own.
  func areIsolated(_ options: IsolationOptions) -> Bool {
    options.isolates(weighting.manifest) || objective.map { options.isolates($0.manifest) } ?? false
  }

  /// The ids of the weighting and, after a "+", of the objective.
  var method: String {
    [weighting.manifest.id, objective?.manifest.id].compactMap { $0 }.joined(separator: "+")
  }

  /// What either asked for or is recorded.
  var inputs: Set<StrategyInput> { weightingInputs.union(objectiveInputs) }

  /// What `--record` stores beyond what the strategies asked for: whatever is cheap, for other strategies' sake.
  private static let recorded: Set<StrategyInput> = Set(StrategyInput.allCases)
    .subtracting([.gradient, .metaAlignment])
}

extension TrainingOptions {
  /// The strategy's parameters as `name=value`.
  var strategySettings: [String] { strategyParameters.map { "\($0.name)=\($0.value)" } }
  /// The objective's parameters as `name=value`.
  var objectiveSettings: [String] { objectiveParameters.map { "\($0.name)=\($0.value)" } }
}

extension StrategyManifest {
  fileprivate var inputNames: Set<StrategyInput> { Set(inputs.map(\.name)) }
}
