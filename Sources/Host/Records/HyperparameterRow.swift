/// A run's row in TensorBoard's table of hyper-parameters.
///
/// The messages are those of `plugin_data.proto` and `api.proto` in TensorBoard's `plugins/hparams`.
struct HyperparameterRow {
  /// Every setting that decides the result, by name; the columns that all runs have come first.
  let settings: [JSON.Member]

  /// The row of the run that is described so.
  init(_ description: RunDescription) {
    func text(_ parameters: [JSON.Member]) -> JSON {
      JSON(parameters.map { "\($0.key)=\($0.value.string ?? $0.value.line)" }.joined(separator: " "))
    }
    let strategy = description.strategy
    let objective = description.objective
    var settings: [JSON.Member] = [
      .init("strategy", JSON(strategy.id)), .init("strategy_parameters", text(strategy.parameters)),
      .init("objective", JSON(objective?.id ?? "cross-entropy")),
      .init("objective_parameters", text(objective?.parameters ?? [])),
      .init("dataset", JSON(description.data.name)), .init("model", JSON(description.model)),
      .init("seed", JSON(description.seed)),
    ]
    settings += description.settings.filter { !Self.hidden.contains($0.key) }
    settings += strategy.parameters.map { .init("strategy.\($0.key)", $0.value) }
    settings += (objective?.parameters ?? []).map { .init("objective.\($0.key)", $0.value) }
    self.settings = settings.filter { Self.type(of: $0.value) != nil }
  }

  /// Settings that do not decide how well a run does, or that another one says already.
  private static let hidden = RunIdentity.irrelevant.union([
    "eval_every", "record", "init_sha256", "order_sha256",
  ])

  /// The columns that TensorBoard shows at first: those that are said to differ come before the others, by name, and
  /// five have room.
  private static let shownFirst: Set = [
    "objective", "objective_parameters", "seed", "strategy", "strategy_parameters",
  ]

  /// The metrics that TensorBoard shows at first: those that come before the others, and five have room.
  private static let metricsShownFirst: [Metric] = [
    .accuracy, .balancedAccuracy, .macroF1, .fewAccuracy, .worstClassAccuracy,
  ]

  /// The metrics of the table: each the last point of the curve of its tag.
  private static let metrics: [Metric] =
    metricsShownFirst + Metric.allCases.filter { !metricsShownFirst.contains($0) }

  // MARK: - Events

  /// What a run says of itself at its start, `time` in seconds since 1970.
  ///
  /// TensorBoard takes the columns from whatever run it finds first. So the columns of every run begin with the same
  /// ones, and parameters, which only some strategies have, are there as one text, too.
  func start(at time: Double) -> [EventFile.Summary] {
    var experiment = ProtobufMessage()
    experiment.add(3, double: time)
    for setting in settings {
      experiment.add(4) { info in
        info.add(1, text: setting.key)
        info.add(4, integer: Self.type(of: setting.value) ?? 0)
        if Self.shownFirst.contains(setting.key) { info.add(7, integer: 1) }
      }
    }
    for metric in Self.metrics {
      experiment.add(5) { info in
        info.add(1) { $0.add(2, text: metric.tag) }
        info.add(3, text: metric.name)
      }
    }
    var session = ProtobufMessage()
    for setting in settings {
      session.add(1) { entry in
        entry.add(1, text: setting.key)
        entry.add(2) { Self.encode(setting.value, into: &$0) }
      }
    }
    session.add(5, double: time)
    return [Self.event("experiment", 2, experiment), Self.event("session_start_info", 3, session)]
  }

  /// What a run says at its end, `time` in seconds since 1970.
  static func end(isDone: Bool, at time: Double) -> EventFile.Summary {
    var session = ProtobufMessage()
    session.add(1, integer: isDone ? 1 : 2)  // STATUS_SUCCESS, STATUS_FAILURE
    session.add(2, double: time)
    return event("session_end_info", 4, session)
  }

  private static func event(_ name: String, _ field: UInt64, _ message: ProtobufMessage) -> EventFile.Summary
  {
    var data = ProtobufMessage()
    data.add(field, content: message.bytes)
    return .pluginData(tag: "_hparams_/\(name)", plugin: "hparams", content: data.bytes)
  }

  // MARK: - Values

  /// The `DataType` of a value; nil for what the table cannot show.
  private static func type(of value: JSON) -> Int64? {
    switch value {
    case .string: 1
    case .bool: 2
    case .integer, .number: 3
    case .null, .array, .object: nil
    }
  }

  /// Fills in a `google.protobuf.Value`.
  private static func encode(_ value: JSON, into message: inout ProtobufMessage) {
    if let text = value.string { return message.add(3, text: text) }
    if let flag = value.bool { return message.add(4, integer: flag ? 1 : 0) }
    message.add(2, double: value.double ?? .nan)
  }
}
