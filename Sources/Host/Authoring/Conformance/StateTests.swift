extension ConformanceTest {
  static let ofState: [ConformanceTest] = [
    .strategy(
      "state-continues", "An instance that takes over saved state goes on as the one that saved it.",
      unless: { $0.hasState ? nil : "the manifest does not say \"state\": true" }
    ) { trial in
      for settings in trial.manifest.variants {
        try trial.during(settings.first ?? "the defaults") { try continueFromState(trial, settings) }
      }
      return .passed
    },

    .strategy(
      "state-damaged", "Damaged state is refused, and the instance stays as it was.",
      afterCrash:
        "look at what br_get returned, and at the tensor's dtype, rank and shape, before you read it.",
      unless: { $0.hasState ? nil : "the manifest does not say \"state\": true" }
    ) { trial in
      var damages = 0
      for settings in trial.manifest.variants {
        let state = try worked(trial, settings).instance.saveState()
        for damage in StateDamage.all(of: state) {
          damages += 1
          try trial.during("\(settings.first.map { "\($0), " } ?? "")\(damage.name)") {
            try refuse(damage.state, trial, settings)
          }
        }
      }
      return damages > 0 ? .passed : .skipped("it saved nothing that could be damaged")
    },
  ]

  /// An instance that has done three steps.
  private static func worked(_ trial: StrategyTrial, _ settings: [String]) throws -> SharedInstance {
    let shared = SharedInstance(try trial.instance(settings))
    for step in 0..<3 { _ = try trial.step(&shared.instance, trial.batch(number: step), at: step) }
    return shared
  }

  private static func continueFromState(_ trial: StrategyTrial, _ settings: [String]) throws {
    let first = try worked(trial, settings)
    let state = try first.instance.saveState()
    var second = try trial.instance(settings)
    try second.loadState(state)
    let remedy = "save everything that later steps depend on, with all its digits."
    guard try second.saveState() == state else {
      throw Fault("saved again, the loaded state is another one", try: remedy)
    }
    guard trial.manifest.isDeterministic else { return }
    for step in 3..<6 {
      let batch = trial.batch(number: step % 4)
      let expected = try trial.step(&first.instance, batch, at: step)
      let given = try trial.step(&second, batch, at: step)
      if let difference = given.difference(from: expected) {
        throw Fault("after loading, in step \(step) \(difference)", try: remedy)
      }
    }
  }

  private static func refuse(_ state: [NamedTensor], _ trial: StrategyTrial, _ settings: [String]) throws {
    let instance = try worked(trial, settings)
    let before = try instance.instance.saveState()
    do {
      try instance.instance.loadState(state)
      throw Fault(
        "the state was accepted",
        try:
          "check in load what br_get returns, and the tensor's dtype, rank and shape; then take all over at once."
      )
    } catch is PluginError {}
    let remedy = "look at all tensors first, and change the instance only when all are right."
    guard try instance.instance.saveState() == before else {
      throw Fault("the state was refused, but the instance's own changed", try: remedy)
    }
    guard trial.manifest.isDeterministic else { return }
    let untouched = try worked(trial, settings)
    let batch = trial.batch(number: 3)
    let expected = try trial.step(&untouched.instance, batch, at: 3)
    if let difference = try trial.step(&instance.instance, batch, at: 3).difference(from: expected) {
      throw Fault("the state was refused, but then \(difference)", try: remedy)
    }
  }
}

/// A saved state with one thing wrong.
private struct StateDamage {
  let name: String
  let state: [NamedTensor]

  static func all(of state: [NamedTensor]) -> [StateDamage] {
    state.indices.flatMap { index -> [StateDamage] in
      let tensor = state[index]
      var without = state
      without.remove(at: index)
      func with(_ other: NamedTensor) -> [NamedTensor] {
        var state = state
        state[index] = other
        return state
      }
      let rows = tensor.shape.first ?? 1
      let rest = Array(tensor.shape.dropFirst())
      let wide = tensor.dtype.size == 8
      return [
        StateDamage(name: "a state without '\(tensor.name)'", state: without),
        StateDamage(
          name: "a state whose '\(tensor.name)' is shorter",
          state: with(.zeros(tensor.name, tensor.dtype, [max(0, rows - 1)] + rest))),
        StateDamage(
          name: "a state whose '\(tensor.name)' has another type",
          state: with(.zeros(tensor.name, wide ? .f32 : .f64, tensor.shape))),
        StateDamage(
          name: "a state whose '\(tensor.name)' has another shape",
          state: with(.zeros(tensor.name, tensor.dtype, [rows, 2] + rest.prefix(2)))),
      ]
    }
  }
}

extension NamedTensor {
  fileprivate static func zeros(_ name: String, _ type: DataType, _ shape: [Int]) -> NamedTensor {
    let bytes = [UInt8](repeating: 0, count: byteCount(shape, type) ?? 0)
    return NamedTensor(name: name, dtype: type, shape: shape, bytes: bytes)
  }
}
