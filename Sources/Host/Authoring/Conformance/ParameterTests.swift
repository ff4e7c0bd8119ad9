internal import Models

extension ConformanceTest {
  static let ofParameters: [ConformanceTest] = [
    .strategy(
      "parameters", "Every value that the manifest permits works.",
      unless: { $0.parameters.isEmpty ? "it has no parameters" : nil }
    ) { trial in
      var random = RandomStream(seed: trial.seed, name: "trial.parameters")
      let parameters = trial.manifest.parameters
      for parameter in parameters {
        for value in parameter.trialValues(&random) {
          let setting = "\(parameter.name)=\(value)"
          try trial.during(setting) { _ = try trial.answers(to: [trial.batch()], [setting]) }
        }
      }
      for _ in 0..<8 {
        let settings = parameters.map { "\($0.name)=\($0.randomValue(&random))" }
        do {
          try trial.during(settings.joined(separator: ", ")) {
            do { _ = try trial.answers(to: [trial.batch()], settings) } catch PluginError.failed(
              _, .create, -1, let text)
            {
              throw Refusal(reason: text ?? "no reason is given")
            }
          }
        } catch let refusal as Refusal {
          return .warning(
            "it refuses \(settings.joined(separator: ", ")): \(refusal.reason)",
            try: "say in the parameters' help which values exclude each other.")
        }
      }
      return .passed
    }
  ]

  /// A combination of permitted values that the strategy does not accept.
  private struct Refusal: Error {
    let reason: String
  }
}

extension StrategyParameter {
  /// The bounds, the default and a few values between, as texts for a setting.
  fileprivate func trialValues(_ random: inout RandomStream) -> [String] {
    let bounds: [String] =
      switch kind {
      case .float(_, let min, let max): [min, max].compactMap { $0.map { String($0) } }
      case .int(_, let min, let max): [min, max].compactMap { $0.map { String($0) } }
      case .bool: ["true", "false"]
      case .enumeration(_, let values): values
      case .string: []
      }
    return [defaultValue.description] + bounds + (0..<3).map { _ in randomValue(&random) }
  }

  /// Its bounds, as settings.
  var bounds: [String] {
    switch kind {
    case .float(_, let min, let max): [min, max].compactMap { $0.map { "\(name)=\($0)" } }
    case .int(_, let min, let max): [min, max].compactMap { $0.map { "\(name)=\($0)" } }
    case .bool, .enumeration, .string: []
    }
  }

  /// A permitted value; where there is no bound, one near the default.
  fileprivate func randomValue(_ random: inout RandomStream) -> String {
    switch kind {
    case .float(let middle, let min, let max):
      let low = min ?? Swift.max(-.greatestFiniteMagnitude, middle - Swift.max(1, abs(middle)))
      let above = Swift.min(.greatestFiniteMagnitude, middle + Swift.max(1, 10 * abs(middle)))
      let high = Swift.max(low, max ?? above)
      let share = Double(random.uniform())
      return String(Swift.min(high, low * (1 - share) + high * share))
    case .int(let middle, let min, let max):
      let low = min ?? middle &- 10
      let high = Swift.max(low, max ?? Swift.max(middle, low) &+ 10)
      let width = Swift.min(high.subtractingReportingOverflow(low).partialValue.magnitude, 1_000_000)
      return String(low + Int64(random.below(Int(width) + 1)))
    case .bool: return random.below(2) == 0 ? "false" : "true"
    case .enumeration(_, let values): return values[random.below(values.count)]
    case .string(let text): return text
    }
  }
}

extension StrategyManifest {
  /// The ways of setting the strategy that change what it does: the defaults, and each choice and flag alone.
  var variants: [[String]] {
    [[]]
      + parameters.flatMap { parameter -> [[String]] in
        switch parameter.kind {
        case .bool(let value): [["\(parameter.name)=\(!value)"]]
        case .enumeration(let value, let values):
          values.filter { $0 != value }.map { ["\(parameter.name)=\($0)"] }
        default: []
        }
      }
  }
}
