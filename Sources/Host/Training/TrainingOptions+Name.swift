extension TrainingOptions {
  /// A name for the configuration that can be a folder's: data set, method, every setting that differs from its
  /// default and can change the result, seed.
  ///
  /// - Parameters:
  ///   - strategy: the strategy's id.
  ///   - objective: the objective's id, nil for cross-entropy.
  public func configurationName(strategy: String, objective: String?) -> String {
    var parts = [dataset, Self.method(strategy, strategyParameters)]
    if let objective { parts.append(Self.method(objective, objectiveParameters)) }
    let name = (parts + changes + ["seed\(seed)"]).joined(separator: "_")
    let folder = String(name.map { $0 == "/" ? "-" : $0 })
    // A file system takes 255 bytes; the digest keeps apart what the cut makes equal.
    guard folder.utf8.count > 200 else { return folder }
    return "\(folder.prefix(100))_\(SHA256.digest(of: Array(folder.utf8)).prefix(12))_seed\(seed)"
  }

  private static func method(_ id: String, _ parameters: [Assignment]) -> String {
    ([id] + parameters.map { "\($0.name)=\($0.value)" }).joined(separator: ",")
  }

  /// The settings that differ from their defaults.
  private var changes: [String] {
    let defaults = TrainingOptions(dataset: dataset)
    func changed<Value: Equatable>(_ setting: KeyPath<TrainingOptions, Value>, _ text: String) -> String? {
      self[keyPath: setting] == defaults[keyPath: setting] ? nil : text
    }
    let orderText =
      switch order {
      case .shuffled: "shuffled"
      case .sequential: "sequential"
      case .file(let path): lastPart(of: path)
      }
    return [
      model, changed(\.preset, preset.rawValue), epochs.map { "epochs=\($0)" }, steps.map { "steps=\($0)" },
      changed(\.batchSize, "batch=\(batchSize)"), learningRate.map { "lr=\($0)" }, decay.map { $0.text },
      warmupEpochs.map { "warmup=\($0)" }, weightDecay.map { "decay=\($0)" },
      changed(\.momentum, "momentum=\(momentum)"), changed(\.nesterov, "nesterov=off"),
      changed(\.gradientSource, "gradient=\(gradientSource.rawValue)"),
      changed(\.deferUntil, "defer=\(deferUntil)"),
      changed(\.deferObjectiveUntil, "defer-objective=\(deferObjectiveUntil)"),
      augmentation.map { $0.rawValue },
      changed(\.normalization, normalization.rawValue), changed(\.order, orderText),
      changed(\.validation, "validation=\(validation)"),
      metaPerClass.map { "meta=\($0)" }, initialWeights.map { "init=\(lastPart(of: $0))" },
    ].compactMap { $0 }
  }
}
