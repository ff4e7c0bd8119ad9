/// What a recorded trace says of its run, the file `trace.json`: all that it takes to make an instance of a strategy
/// as the run made it.
public struct TraceHeader: Sendable, Equatable {
  /// A plugin of the run.
  public struct Plugin: Sendable, Equatable {
    /// The strategy's id.
    public let id: String
    /// The author's version of it.
    public let version: String
    /// The value of every parameter, in the manifest's order.
    public let parameters: [JSON.Member]

    /// A plugin by what it says of itself.
    package init(id: String, version: String, parameters: [JSON.Member]) {
      self.id = id
      self.version = version
      self.parameters = parameters
    }
  }

  /// The version of the format.
  static let format = 1

  /// The version of this program that recorded it.
  public let version: String
  /// The name of the data set.
  public let dataset: String
  /// What weighed the samples.
  public let strategy: Plugin
  /// What computed the loss; nil for the cross-entropy.
  public let objective: Plugin?
  /// The parameters of per-sample gradients, as `--gradient-source` names them.
  public let gradientSource: String
  /// The epoch before which the weights are uniform whatever the strategy says.
  public let deferUntil: Int
  /// What the strategy was told of the run.
  public var setup: StrategySetup
  /// The step that the trace begins with.
  public var firstStep = 0
  /// Whether it is a single batch that stopped the run, for numbers that are not finite: it may hold such numbers, and
  /// has no weights.
  public var isFlawed = false

  /// A header; every argument is the property of its name.
  package init(
    version: String, dataset: String, strategy: Plugin, objective: Plugin?, gradientSource: String,
    deferUntil: Int, setup: StrategySetup
  ) {
    self.version = version
    self.dataset = dataset
    self.strategy = strategy
    self.objective = objective
    self.gradientSource = gradientSource
    self.deferUntil = deferUntil
    self.setup = setup
  }
}

extension TraceHeader.Plugin {
  /// A strategy with these settings, which its manifest accepts.
  init(_ manifest: StrategyManifest, _ values: [ParameterValue]) {
    id = manifest.id
    version = manifest.version
    parameters = zip(manifest.parameters, values).map { JSON.Member($0.name, $1.json) }
  }
}

extension TraceHeader {
  /// The header of a run whose tensors have these sizes.
  init(_ plan: RunPlan, _ sizes: TensorSizes) throws(PluginError) {
    let (weighting, options) = (plan.strategies.weighting.manifest, plan.options)
    version = brhostVersion
    dataset = plan.data.name
    strategy = Plugin(weighting, try weighting.values(options.strategySettings))
    objective = try plan.strategies.objective.map { located throws(PluginError) in
      Plugin(located.manifest, try located.manifest.values(options.objectiveSettings))
    }
    gradientSource = options.gradientSource.rawValue
    deferUntil = options.deferUntil
    setup = plan.setup(sizes)
  }

  /// The file's content.
  package var json: JSON {
    [
      "format": JSON(Self.format), "brhost": JSON(version), "dataset": JSON(dataset),
      "strategy": strategy.json, "objective": objective?.json ?? .null,
      "gradient_source": JSON(gradientSource), "defer_until": JSON(deferUntil), "seed": JSON(setup.seed),
      "classes": JSON(setup.sizes.classes), "features": JSON(setup.sizes.features),
      "gradient_length": JSON(setup.sizes.gradientLength), "training_samples": JSON(setup.trainingSamples),
      "largest_batch": JSON(setup.sizes.batch), "class_count": JSON(setup.classCounts),
      "first_step": JSON(firstStep), "flawed": JSON(isFlawed),
    ]
  }
}

extension TraceHeader.Plugin {
  /// The plugin as an object.
  var json: JSON {
    ["id": JSON(id), "version": JSON(version), "parameters": .object(parameters)]
  }
}
