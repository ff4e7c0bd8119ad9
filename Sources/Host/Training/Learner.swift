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
  private let cancellation: Cancellation

  /// Builds the network and makes the strategies' instances.
  ///
  /// - Parameters:
  ///   - messages: where what plugins say is kept.
  ///   - isCancelled: whether the user wants the run to end, for plugins that take long.
  init(
    _ plan: RunPlan, pool: ThreadPool, messages: PluginMessages, isCancelled: @escaping @Sendable () -> Bool
  ) throws {
    let options = plan.options
    let cancellation = Cancellation(isCancelled)
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
    let tensors = inputs.tensors
    func instance(
      _ strategy: LocatedStrategy, _ settings: [String]
    ) throws(PluginError) -> StrategyInstance {
      try StrategyInstance(
        strategy, settings: settings, setup: setup, available: StepInputs.available(source),
        services: .run(
          for: strategy.manifest.id, pool: pool, messages: messages, isCancelled: cancellation.tell),
        placement: options.isolation.placement(
          of: strategy.manifest, tensors, threads: pool.threads))
    }
    let weighting = try instance(plan.strategies.weighting, options.strategySettings)
    let objective: Objective =
      if let located = plan.strategies.objective {
        .plugin(try instance(located, options.objectiveSettings))
      } else {
        .crossEntropy
      }
    self.plan = plan
    self.cancellation = cancellation
    self.network = network
    self.weighting = weighting
    self.objective = objective
    optimizer = SGD(
      network,
      settings: .init(
        momentum: options.momentum, weightDecay: plan.recipe.weightDecay, nesterov: options.nesterov))
    self.inputs = inputs
    weightedGradient = Buffer(count: plan.batchSize * network.classes)
    heldOutLoader = plan.needsHeldOut ? plan.heldOutLoader() : nil
  }

  // MARK: - Learning

  /// Learns from one batch: predict, weigh, differentiate, update.
  ///
  /// - Throws: `NonFinite`, `PluginError` and `StepCancelled`; what has been learnt is then as it was before. And
  ///   `TrainingError.badWeight` where the update itself leaves what cannot be computed with.
  mutating func learn(from batch: Batch, _ context: StepContext) throws -> StepResult {
    clock.restart()
    cancellation.begin()
    let isWeighed = context.epoch >= plan.options.deferUntil
    if let heldOutLoader, isWeighed || plan.needsHeldOutAlways {
      inputs.measureHeldOut(heldOutLoader)
      clock.end(.sampleGradients)
    }
    network.forward(batch.images, samples: batch.count, mode: .training)
    clock.end(.forward)
    inputs.fillFromForward(batch)
    if context.epoch >= plan.options.deferObjectiveUntil {
      do throws(PluginError) {
        try objective.evaluate(context, &inputs, wanted: plan.strategies.objectiveInputs)
      } catch { throw flaw(error, in: batch) }
    }
    if cancellation.isTold { throw StepCancelled() }
    if let flaw = flawedLoss(of: batch) { throw flaw }
    clock.end(.objective)
    let hasScores: Bool
    do throws(PluginError) { hasScores = try isWeighed ? weigh(context) : weighUniformly(context) } catch {
      throw flaw(error, in: batch)
    }
    if cancellation.isTold { throw StepCancelled() }
    clock.end(.strategy)
    weighGradient(samples: batch.count)
    network.backward(logitGradient: weightedGradient, samples: batch.count)
    if let flaw = flawedGradient(of: batch) { throw flaw }
    clock.end(.backward)
    optimizer.update(rate: Float(context.learningRate))
    network.updateStatistics()
    if let parameter = network.firstNonFiniteParameter {
      let value = parameter.value.array().first { !$0.isFinite } ?? .nan
      throw TrainingError.badWeight(tensor: parameter.name, value: value, step: context.step + 1)
    }
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

  // MARK: - State

  /// Everything that later steps depend on, under the names of `Checkpoint`.
  mutating func snapshot() throws(PluginError) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.add(Checkpoint.model, Snapshot(network.namedTensors))
    snapshot.add("momentum", Snapshot(optimizer.state.map { NamedTensor($0) }))
    snapshot.add("strategy", Snapshot(try weighting.saveState()))
    snapshot.add("objective", Snapshot(try objective.saveState()))
    return snapshot
  }

  /// Goes back to a state from the checkpoint at `path`.
  mutating func restore(_ snapshot: Snapshot, path: String) throws {
    do throws(StateError) {
      try network.load(snapshot.part(Checkpoint.model).tensors.map { StateTensor($0) })
      try optimizer.load(snapshot.part("momentum").tensors.map { StateTensor($0) })
    } catch { throw CheckpointError.misfit(path: path, reason: error.sentence) }
    let (strategy, objective) = (snapshot.part("strategy").tensors, snapshot.part("objective").tensors)
    try weighting.loadState(strategy)
    try self.objective.loadState(objective)
  }

  /// Whether a plugin has a state, which a call that it gave up may have changed.
  var hasPluginState: Bool {
    plan.strategies.weighting.manifest.hasState || plan.strategies.objective?.manifest.hasState ?? false
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

// MARK: - Numbers that are not finite

extension Learner {
  private func flawedLoss(of batch: Batch) -> NonFinite? {
    flaw(.loss, in: batch, tensors.floats(.loss).buffer, each: 1)
      ?? flaw(.logitGradient, in: batch, tensors.floats(.logitGradient).buffer, each: network.classes)
  }

  private func flawedGradient(of batch: Batch) -> NonFinite? {
    guard let parameter = network.firstNonFiniteGradient else { return nil }
    return NonFinite(
      place: .gradient(parameter: parameter.name), samples: batch.sampleIDs.array(prefix: batch.count),
      value: parameter.gradient.array().first { !$0.isFinite } ?? .nan, method: plan.strategies.method)
  }

  /// What a plugin's failure is: outputs that are not finite, or itself.
  private func flaw(_ error: PluginError, in batch: Batch) -> any Error {
    guard case .badOutput(_, let output, .notFinite, _) = error else { return error }
    let each = output == .logitGradient ? network.classes : 1
    return flaw(.output(output.rawValue), in: batch, tensors.output(output).buffer, each: each) ?? error
  }

  /// The samples of the batch with numbers that are not finite, `each` of every sample; nil without any.
  private func flaw(
    _ place: NonFinite.Place, in batch: Batch, _ numbers: borrowing Buffer<Float>, each: Int
  ) -> NonFinite? {
    var samples: [Int64] = []
    var value: Float?
    for i in 0..<batch.count {
      for k in 0..<each where !numbers[i * each + k].isFinite {
        value = value ?? numbers[i * each + k]
        if samples.last != batch.sampleIDs[i] { samples.append(batch.sampleIDs[i]) }
      }
    }
    return value.map { NonFinite(place: place, samples: samples, value: $0, method: plan.strategies.method) }
  }
}
