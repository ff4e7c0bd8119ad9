/// What the process of a plugin is asked to run: a strategy, and what it runs with.
struct PluginAssignment: Equatable {
  var path: String
  var strategy: String
  /// Every parameter, as `name=value`.
  var settings: [String]
  var setup: StrategySetup
  /// The inputs that stand in shared memory.
  var inputs: Set<StrategyInput>
  var threads: Int
  /// How long a call may take, in seconds.
  var timeout: Double
  var isLockedDown: Bool
}

// MARK: - On the wire

extension PluginAssignment {
  var json: JSON {
    let sizes = setup.sizes
    return [
      "path": JSON(path), "strategy": JSON(strategy), "settings": JSON(settings),
      "sizes": JSON([sizes.batch, sizes.classes, sizes.features, sizes.gradientLength]),
      "training_samples": JSON(setup.trainingSamples), "class_counts": JSON(setup.classCounts),
      "seed": JSON(setup.seed), "inputs": JSON(inputs.map(\.rawValue).sorted()), "threads": JSON(threads),
      "timeout": JSON(timeout), "locked_down": JSON(isLockedDown),
    ]
  }

  /// The assignment that `json` spells; nil where it spells none.
  init?(_ json: JSON) {
    guard let path = json["path"]?.string, let strategy = json["strategy"]?.string,
      let settings = json["settings"]?.array?.compactMap(\.string),
      let sizes = json["sizes"]?.array?.compactMap(\.int), sizes.count == 4, sizes.allSatisfy({ $0 >= 0 }),
      let trainingSamples = json["training_samples"]?.int,
      let counts = json["class_counts"]?.array?.compactMap(\.int), counts.count == sizes[1],
      case .integer(let seed)? = json["seed"], let seed = UInt64(exactly: seed),
      let inputs = json["inputs"]?.array?.compactMap({ $0.string.flatMap { StrategyInput(rawValue: $0) } }),
      let threads = json["threads"]?.int, threads >= 1, let timeout = json["timeout"]?.double,
      let isLockedDown = json["locked_down"]?.bool
    else { return nil }
    self.path = path
    self.strategy = strategy
    self.settings = settings
    self.setup = StrategySetup(
      sizes: TensorSizes(batch: sizes[0], classes: sizes[1], features: sizes[2], gradientLength: sizes[3]),
      trainingSamples: trainingSamples, classCounts: counts.map(Int64.init), seed: seed)
    self.inputs = Set(inputs)
    self.threads = threads
    self.timeout = timeout
    self.isLockedDown = isLockedDown
  }
}

extension PluginError {
  /// An error as the process of a plugin tells it.
  var refusal: JSON {
    [
      "problem": JSON(String(problem.prefix(4000))), "remedy": JSON(remedy),
      "status": JSON(Int(status.rawValue)),
    ]
  }

  /// The error that such a process tells, with what it printed last; nil where it tells none.
  package init?(refusal json: JSON?, lastWords: String? = nil) {
    guard let problem = json?["problem"]?.string, let remedy = json?["remedy"]?.string,
      let number = json?["status"]?.int, let status = ExitStatus(rawValue: Int32(truncatingIfNeeded: number))
    else { return nil }
    self = .relayed(
      problem: plainText(problem.utf8) + (lastWords.map { "; it printed:\n\($0)" } ?? ""),
      remedy: plainText(remedy.utf8), status: status)
  }
}
