internal import Models

/// What learns: a network, its optimizer and the strategies, one batch at a time.
///
/// `train` and `bench` go through the same step; what they do with its results differs.
struct Learner: ~Copyable {
  let network: Network
  /// How long the phases of the last step took, `data` excepted, which is the caller's.
  var times: PhaseTimes { clock.times }
  /// Inputs and outputs of the last step by registry name.
  var tensors: StepTensors { inputs.tensors }
  private let plan: RunPlan
  private var inputs: StepInputs
  private var weighting: StrategyInstance
  private var objective: Objective
  private var optimizer: SGD
  private let heldOutLoader: BatchLoader?
  /// ∂(Σ w_i ℓ_i)/∂z, `[B, C]`.
  private var weightedGradient: Buffer<Float>
  private var clock = PhaseClock()

  /// Builds the network and makes the strategies' instances.
  ///
  /// - Parameters:
  ///   - messages: where what plugins say is kept.
  ///   - isCancelled: whether the user wants the run to end, for plugins that take long.
  init(
    _ plan: RunPlan, pool: ThreadPool, messages: PluginMessages, isCancelled: @escaping @Sendable () -> Bool
  ) throws {
    let options = plan.options
    let comparesGradients = StepInputs.needGram(plan.strategies.inputs)
    // Batches to train on, to test on, and to hold out.
    let batches =
      3 * BatchLoader.bytes(of: plan.data.training, batchSize: plan.batchSize, workers: options.workers)
    let network = try Engine.network(
      plan.model, for: plan.data.training, capacity: plan.batchSize, seed: options.seed, pool: pool,
      sampleGram: comparesGradients && options.gradientSource == .network,
      besides: batches + (comparesGradients ? StepInputs.gramBytes(batch: plan.batchSize) : 0))
    if let path = options.initialWeights { try network.load(weightsAt: path) }

    let source = options.gradientSource
    let sizes = TensorSizes(
      batch: plan.batchSize, classes: network.classes, features: network.features,
      gradientLength: LastLayerGradients.width(source, classes: network.classes, features: network.features)
        ?? 0)
    let setup = plan.setup(sizes)
    let inputs = try StepInputs(
      wanted: plan.strategies.inputs, sizes: sizes, classCounts: plan.counts, source: source,
      network: network, pool: pool, areShared: plan.strategies.areIsolated(options.isolation))
    func instance(
      _ strategy: LocatedStrategy, _ settings: [String]
    ) throws(PluginError) -> StrategyInstance {
      try StrategyInstance(
        strategy, settings: settings, setup: setup, available: StepInputs.available(source),
        services: .run(for: strategy.manifest.id, pool: pool, messages: messages, isCancelled: isCancelled),
        placement: options.isolation.placement(
          of: strategy.manifest, inputs.tensors, threads: pool.threads))
    }
    let weighting = try instance(plan.strategies.weighting, options.strategySettings)
    let objective: Objective =
      if let located = plan.strategies.objective {
        .plugin(try instance(located, options.objectiveSettings))
      } else {
        .crossEntropy
      }
    self.plan = plan
    self.network = network
    self.weighting = weighting
    self.objective = objective
    optimizer = SGD(
      network,
      settings: .init(
        momentum: options.momentum, weightDecay: plan.recipe.weightDecay, nesterov: options.nesterov))
    self.inputs = inputs
    weightedGradient = Buffer(count: plan.batchSize * network.classes)
    heldOutLoader = plan.heldOut.isEmpty ? nil : plan.heldOutLoader()
  }

  // MARK: - Learning

  /// Learns from one batch: predict, weigh, differentiate, update.
  mutating func learn(from batch: Batch, _ context: StepContext) throws -> StepResult {
    clock.restart()
    let isWeighed = context.epoch >= plan.options.deferUntil
    if let heldOutLoader, isWeighed || plan.needsHeldOutAlways {
      inputs.measureHeldOut(heldOutLoader)
      clock.end(.sampleGradients)
    }
    network.forward(batch.images, samples: batch.count, mode: .training)
    clock.end(.forward)
    inputs.fillFromForward(batch)
    try objective.evaluate(context, &inputs, wanted: plan.strategies.objectiveInputs)
    try checkLosses(of: batch, step: context.step)
    clock.end(.objective)
    let hasScores = try isWeighed ? weigh(context) : weighUniformly(context)
    clock.end(.strategy)
    weighGradient(samples: batch.count)
    network.backward(logitGradient: weightedGradient, samples: batch.count)
    clock.end(.backward)
    optimizer.update(rate: Float(context.learningRate))
    clock.end(.update)
    return StepResult(tensors, samples: batch.count, classes: network.classes, hasScores: hasScores)
  }

  /// Overwrites the step's weights by the strategy's; says whether its scores were written too.
  private mutating func weigh(_ context: StepContext) throws(PluginError) -> Bool {
    inputs.fillFromGradients(plan.strategies.weightingInputs, samples: context.batch)
    clock.end(.sampleGradients)
    return try weighting.step(context, tensors).hasScores
  }

  /// Overwrites the step's weights by equal ones, while the strategy is deferred.
  private mutating func weighUniformly(_ context: StepContext) -> Bool {
    if plan.options.recordDirectory != nil {
      inputs.fillFromGradients(plan.strategies.weightingInputs, samples: context.batch)
      clock.end(.sampleGradients)
    }
    let weights = tensors.output(.weight)
    for i in 0..<context.batch { weights.buffer[i] = 1 / Float(context.batch) }
    return false
  }

  private mutating func weighGradient(samples: Int) {
    let weights = tensors.output(.weight)
    let gradient = tensors.floats(.logitGradient)
    for i in 0..<samples * network.classes {
      weightedGradient[i] = weights.buffer[i / network.classes] * gradient.buffer[i]
    }
  }

  private func checkLosses(of batch: Batch, step: Int) throws(TrainingError) {
    let losses = tensors.floats(.loss)
    for i in 0..<batch.count where !losses.buffer[i].isFinite {
      throw .nonFiniteLoss(step: step, sample: batch.sampleIDs[i], loss: losses.buffer[i])
    }
  }

  // MARK: - At the end

  /// What a run leaves of what it has learnt.
  mutating func outcome(_ predictions: Predictions? = nil) throws(PluginError) -> RunRecorder.Outcome {
    .init(
      weights: network.namedTensors, strategyState: try weighting.saveState(), predictions: predictions)
  }

  /// Ends the strategies, and warns of one that goes down with a fault: nothing depends on it any more.
  mutating func finishStrategies(warn: (String) -> Void) {
    do throws(PluginError) { try weighting.finish() } catch { warn(error.problem) }
    do throws(PluginError) { try objective.finish() } catch { warn(error.problem) }
  }

  /// What a run that ends early leaves of what it has learnt; warns where the strategy's state can't be had.
  mutating func remains(warn: (String) -> Void) -> RunRecorder.Outcome {
    var outcome = RunRecorder.Outcome(weights: network.namedTensors)
    do throws(PluginError) { outcome.strategyState = try weighting.saveState() } catch {
      warn("the strategy's state is lost" + (error.hasEnded ? "" : ": \(error.problem)"))
    }
    return outcome
  }
}
