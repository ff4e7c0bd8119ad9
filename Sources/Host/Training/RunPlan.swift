internal import Foundation
internal import Models

/// A run with every choice made: what the options, the preset, the data and the machine together decide.
///
/// Everything that can be refused is refused here, before the run's folder exists.
struct RunPlan {
  let options: TrainingOptions
  let strategies: RunStrategies
  let data: DataSource
  let model: String
  let recipe: Recipe
  let augmentation: Augmentation
  let order: SampleOrder
  /// The samples trained on, those held out for `meta_alignment`, and those that a best epoch is chosen on.
  let rows: [Int]
  let heldOut: [Int]
  let validation: [Int]
  /// Held-out samples of each class for `meta_alignment`.
  let metaPerClass: Int
  /// Whether these are fewer than were wanted, for the smallest class keeps half of its own.
  private let isShortOfHeldOut: Bool
  /// The samples trained on of each class.
  let counts: [Int]
  let batchSize: Int
  let batchesPerEpoch: Int

  init(_ options: TrainingOptions, _ strategies: RunStrategies, _ data: DataSource) throws {
    self.options = options
    self.strategies = strategies
    self.data = data
    // What a run starts from is part of what it is, so its hash must be known.
    if let path = options.initialWeights, SHA256.digest(ofFile: path) == nil {
      throw FileError.missing(path: path)
    }
    let images = data.training
    model = options.model ?? TrainingOptions.defaultModel(height: images.height, width: images.width)
    augmentation = options.augmentation ?? .suiting(images)
    let isAsked = strategies.inputs.contains(.metaAlignment)
    let wanted = options.metaPerClass ?? (isAsked ? TrainingOptions.usualMetaPerClass : 0)
    let validated = StratifiedSplit(of: images, fraction: options.validation, seed: options.seed)
    validation = validated.heldOut
    let split = StratifiedSplit(
      of: images, rows: validated.rest, perClass: wanted, seed: options.seed)
    rows = split.rest
    heldOut = split.heldOut
    metaPerClass = heldOut.count / max(1, images.classes)
    isShortOfHeldOut = metaPerClass < wanted
    if isShortOfHeldOut, heldOut.isEmpty, let lone = data.counts(of: validated.rest).firstIndex(of: 1) {
      throw TrainingError.nothingToHoldOut(class: lone)
    }
    if options.validation > 0, validation.isEmpty { throw TrainingError.nothingToValidate }
    order = try Self.order(options.order, count: images.count, heldOut: Set(heldOut + validation))
    let samples = if case .listed(let ids) = order { ids.count } else { rows.count }
    batchSize = min(options.batchSize, samples)
    batchesPerEpoch = (samples + batchSize - 1) / batchSize
    counts = data.counts(of: rows)
    recipe = options.recipe(longTailed: Set(counts).count > 1, stepsPerEpoch: batchesPerEpoch)
  }

  /// What the user may not expect of these settings together.
  var surprises: [String] {
    var surprises: [String] = []
    if batchSize < options.batchSize {
      surprises.append("batches hold \(batchSize) samples, for an epoch has no more")
    }
    if options.deferUntil >= recipe.epochs {
      surprises.append(
        "the strategy is deferred until epoch \(options.deferUntil) of a run of \(recipe.epochs): it never weighs"
      )
    }
    if strategies.objective != nil, options.deferObjectiveUntil >= recipe.epochs {
      surprises.append(
        "the objective is deferred until epoch \(options.deferObjectiveUntil) of a run of \(recipe.epochs): it never acts"
      )
    }
    if isShortOfHeldOut {
      surprises.append(
        "\(metaPerClass) samples of each class are held out (--meta, meta_alignment): the smallest class keeps half of its"
      )
    }
    return surprises
  }

  /// Whether the held-out samples are of use: they may be held out to train as other runs do.
  var needsHeldOut: Bool { strategies.inputs.contains(.metaAlignment) && !heldOut.isEmpty }

  /// Whether the held-out samples are needed while the strategy is deferred, too.
  var needsHeldOutAlways: Bool {
    strategies.objectiveInputs.contains(.metaAlignment) || options.recordDirectory != nil
  }

  /// The planned number of steps.
  var steps: Int { options.steps ?? recipe.epochs * batchesPerEpoch }

  private static func order(
    _ order: TrainingOptions.Order, count: Int, heldOut: Set<Int>
  ) throws -> SampleOrder {
    switch order {
    case .shuffled: return .shuffled
    case .sequential: return .sequential
    case .file(let path):
      let order = try SampleOrder.read(path: path, count: count)
      if case .listed(let ids) = order, let sample = ids.first(where: heldOut.contains) {
        throw TrainingError.heldOutByOrder(file: path, sample: sample)
      }
      return order
    }
  }

  /// What an instance of a strategy is told of the run, whose tensors have these sizes.
  func setup(_ sizes: TensorSizes) -> StrategySetup {
    StrategySetup(
      sizes: sizes, trainingSamples: data.training.count, classCounts: counts.map(Int64.init),
      seed: options.seed)
  }

  // MARK: - Parts

  func trainingLoader() -> BatchLoader {
    BatchLoader(
      data.training, rows: rows, batchSize: batchSize, order: order, normalizer: data.normalizer,
      augmentation: augmentation, seed: options.seed, workers: options.workers)
  }

  func testLoader() -> BatchLoader {
    BatchLoader.evaluating(
      data.test, batchSize: batchSize, normalizer: data.normalizer, workers: options.workers)
  }

  /// The samples that a best epoch is chosen on; nil where there are none.
  func validationLoader() -> BatchLoader? {
    guard !validation.isEmpty else { return nil }
    let loader = BatchLoader(
      data.training, rows: validation, batchSize: batchSize, order: .sequential, normalizer: data.normalizer,
      workers: options.workers)
    loader.start(epoch: 0)
    return loader
  }

  func heldOutLoader() -> BatchLoader {
    BatchLoader(
      data.training, rows: heldOut, batchSize: batchSize, order: .sequential, normalizer: data.normalizer)
  }
}

// MARK: - For run.json

extension RunPlan {
  func description(_ network: Network, pool: ThreadPool, commandLine: [String]) throws -> RunDescription {
    let machine = Machine.current(
      threads: pool.threads, instructionSet: InstructionSet.current,
      blas: "\(BLAS.configuration), \(BLAS.threading)")
    return try description(parameters: network.parameterCount, on: machine, commandLine: commandLine)
  }

  /// What the run's result depends on, known before there is a network.
  var identity: RunIdentity {
    get throws {
      let nowhere = Machine.current(threads: 1, instructionSet: "", blas: "")
      return try description(parameters: 0, on: nowhere, commandLine: []).identity
    }
  }

  private func description(
    parameters: Int, on machine: Machine, commandLine: [String]
  ) throws -> RunDescription {
    RunDescription(
      version: brhostVersion, commandLine: commandLine, configuration: strategies.configuration,
      strategy: try Self.plugin(strategies.weighting, options.strategySettings),
      objective: try strategies.objective.map { try Self.plugin($0, options.objectiveSettings) },
      data: data.description(training: rows), model: model, parameterCount: parameters, seed: options.seed,
      settings: settings, machine: machine,
      environment: RunDescription.relevantEnvironment(ProcessInfo.processInfo.environment))
  }

  private static func plugin(
    _ strategy: LocatedStrategy, _ settings: [String]
  ) throws -> RunDescription.Plugin {
    let values = try strategy.manifest.values(settings)
    return RunDescription.Plugin(
      id: strategy.manifest.id, version: strategy.manifest.version, file: strategy.library.path,
      sha256: strategy.fileHash ?? "",
      parameters: zip(strategy.manifest.parameters, values).map { .init($0.name, $1.json) })
  }

  private var settings: [JSON.Member] {
    let orderText =
      switch options.order {
      case .shuffled: "shuffled"
      case .sequential: "sequential"
      case .file(let path): path
      }
    let orderHash: String? =
      if case .file(let path) = options.order { SHA256.digest(ofFile: path) } else { nil }
    return [
      .init("preset", JSON(options.preset.rawValue)), .init("epochs", JSON(recipe.epochs)),
      .init("steps", JSON(steps)), .init("batch_size", JSON(batchSize)),
      .init("learning_rate", JSON(recipe.learningRate)), .init("schedule", JSON(recipe.decay.text)),
      .init("warmup_epochs", JSON(recipe.warmupEpochs)), .init("weight_decay", JSON(recipe.weightDecay)),
      .init("momentum", JSON(options.momentum)), .init("nesterov", JSON(options.nesterov)),
      .init("gradient_source", JSON(options.gradientSource.rawValue)),
      .init("defer_until", JSON(options.deferUntil)),
      .init("defer_objective_until", JSON(options.deferObjectiveUntil)),
      .init("augment", JSON(augmentation.rawValue)),
      .init("normalize", JSON(options.normalization.rawValue)), .init("order", JSON(orderText)),
      .init("validation", JSON(options.validation)),
      .init("meta_per_class", JSON(metaPerClass)),
      .init("init", JSON(options.initialWeights)),
      .init("init_sha256", JSON(options.initialWeights.flatMap(SHA256.digest(ofFile:)))),
      .init("order_sha256", JSON(orderHash)),
      .init("workers", JSON(options.workers)),
      .init("eval_every", JSON(options.evaluateEvery)), .init("log_every", JSON(options.logEvery)),
      .init("checkpoint_every", JSON(options.checkpointEvery.text)),
      .init("on_nonfinite", JSON(options.onNonFinite.rawValue)),
      .init("isolated", JSON(strategies.areIsolated(options.isolation))),
      .init("record", options.recordDirectory.map { JSON($0) } ?? .null),
    ]
  }
}

extension ParameterValue {
  /// The value in its own type.
  var json: JSON {
    switch self {
    case .float(let number): JSON(number)
    case .int(let integer): JSON(integer)
    case .bool(let flag): JSON(flag)
    case .enumeration(let text, _), .string(let text): JSON(text)
    }
  }
}
