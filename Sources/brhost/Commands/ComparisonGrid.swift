package import Host

/// What `compare` was asked for: methods, data sets and seeds, and what all rows have in common.
package struct ComparisonGrid {
  private var methods: [MethodSpec]
  private let baseline: String?
  private let datasets: [String]
  private let seeds: [UInt64]
  private let sweeps: [Sweep]
  /// What `--set` and `--objective-set` give to the methods that have it.
  private let settings, objectiveSettings: [String]
  /// Options, each with its value.
  private let common: [[String]]
  private let commandLine: [String]
  private let choosesHeldOut: Bool

  /// The most rows of a plan.
  private static let limit = 10_000

  /// Reads the arguments of `compare`.
  package init(_ arguments: Arguments) throws(ComparisonError) {
    let sweepable = comparedOptions.reduce(into: [String: String]()) { known, option in
      for name in [option.name] + option.aliases { known[name] = option.name }
    }
    methods = []
    for text in arguments.texts("strategies").flatMap({ list($0) ?? [] }) {
      methods.append(try MethodSpec(text, options: sweepable))
    }
    datasets = arguments.text("datasets").flatMap(list) ?? []
    seeds = arguments.text("seeds").flatMap(brhost.seeds) ?? [1, 2, 3]
    sweeps = arguments.texts("sweep").compactMap { Sweep($0) }
    (settings, objectiveSettings) = (arguments.texts("set"), arguments.texts("objective-set"))
    common = arguments.words(
      of: comparedOptions.filter { !["set", "objective", "objective-set"].contains($0.name) })
    let objective = arguments.text("objective").map { ["--objective", $0] } ?? []
    for index in methods.indices where !methods[index].hasObjective { methods[index].words += objective }
    baseline = arguments.text("baseline")
    commandLine = arguments.commandLine
    choosesHeldOut = arguments.has("meta")
    try refuseRepetition()
  }

  private func refuseRepetition() throws(ComparisonError) {
    var seen: Set<String> = []
    for method in methods where !seen.insert(method.name).inserted { throw .repeatedMethod(method.name) }
  }

  // MARK: - Planning

  /// The plan: every row with what its run depends on.
  ///
  /// - Parameter say: tells the user what was decided.
  /// - Throws: the `Failure` that would end one of its runs before the first step.
  package func plan(say: (String) -> Void) throws -> ComparisonPlan {
    var planner = RowPlanner()
    let methods = try swept(&planner)
    let baselines = try methods.baselines(baseline)
    let count = methods.count * datasets.count * seeds.count
    guard count <= Self.limit else { throw ComparisonError.tooManyRows(count, limit: Self.limit) }
    let held = try heldOut(methods, planner, say)
    var rows: [ComparisonPlan.Row] = []
    for dataset in datasets {
      for seed in seeds {
        for method in methods {
          let words = ["--dataset", dataset] + method.words(with: common + held) + ["--seed", "\(seed)"]
          let hash = try planner.settingsHash(of: try TrainingOptions(words: words), called: method.name)
          rows.append(
            .init(
              method: method.name, baseline: baselines.of[method.name] ?? baselines.first, dataset: dataset,
              seed: seed, settingsHash: hash, arguments: words))
        }
      }
    }
    for (text, names) in planner.surprises {
      let some = Set(names).count < methods.count ? distinct(names).map { "'\($0)'" } : []
      say((some.isEmpty ? "" : some.joined(separator: ", ", last: " and ") + ": ") + text)
    }
    return ComparisonPlan(
      commandLine: commandLine, directory: ComparisonFolder.workingDirectory, created: ComparisonFolder.now,
      baseline: baselines.first, rows: rows)
  }

  /// Where the name of a setting or of a sweep is looked for.
  private enum Scope {
    case everything, parameters, objective
  }

  /// The methods with every value of every sweep.
  private func swept(_ planner: inout RowPlanner) throws -> [MethodSpec] {
    let all =
      settings.compactMap { Sweep(single: $0) }.map { ($0, Scope.parameters) }
      + objectiveSettings.compactMap { Sweep(single: $0) }.map { ($0, Scope.objective) }
      + sweeps.map { ($0, Scope.everything) }
    var methods = methods
    var known = comparedOptions.map(\.name)
    for (sweep, scope) in all {
      var isUsed = false
      var next: [MethodSpec] = []
      for method in methods {
        let (option, parameters) = try option(for: sweep, in: method, planner, scope)
        known += parameters
        guard let option else {
          next.append(method)
          continue
        }
        isUsed = true
        for value in sweep.values {
          let words =
            option.isParameter
            ? ["--\(option.name)", "\(sweep.name)=\(value)"] : ["--\(option.name)", value]
          next.append(
            scope == .everything ? method.sweeping(sweep.name, to: value, words) : method.adding(words))
        }
        guard next.count <= Self.limit else {
          throw ComparisonError.tooManyRows(next.count, limit: Self.limit)
        }
      }
      guard isUsed else { throw refusal(of: sweep, scope, known) }
      methods = next
    }
    return methods
  }

  /// Why no method can take the values of a sweep.
  private func refusal(of sweep: Sweep, _ scope: Scope, _ known: [String]) -> ComparisonError {
    let name = hyphenated(sweep.name)
    guard scope == .everything, trainCommand.options.contains(where: { $0.isCalled(name) }) else {
      return .unknownSweep(sweep.name, nearest: nearest(to: sweep.name, in: known))
    }
    return .notSwept(name, reason: "'--strategies', '--seeds' and '--datasets' say what runs differ in")
  }

  /// The option of `train` by which `method` takes the sweep's values, nil where it has no such parameter; and its
  /// parameters.
  private func option(
    for sweep: Sweep, in method: MethodSpec, _ planner: borrowing RowPlanner, _ scope: Scope
  ) throws -> (option: (name: String, isParameter: Bool)?, parameters: [String]) {
    let name = hyphenated(sweep.name)
    if scope == .everything, let option = comparedOptions.first(where: { $0.isCalled(name) }) {
      guard option.placeholder != nil else {
        throw ComparisonError.notSwept(name, reason: "it is there or not, and has no values")
      }
      return ((option.name, false), [])
    }
    let words = ["--dataset", datasets[0]] + method.words
    let (strategy, objective) = try planner.parameters(of: try TrainingOptions(words: words))
    if scope != .objective, strategy.contains(where: { hyphenated($0) == name }) {
      return (("set", true), strategy + objective)
    }
    if objective.contains(where: { hyphenated($0) == name }) {
      return (("objective-set", true), strategy + objective)
    }
    return (nil, strategy + objective)
  }

  /// The option that has every method train on the same samples, where one of them needs some held out.
  private func heldOut(
    _ methods: [MethodSpec], _ planner: borrowing RowPlanner, _ say: (String) -> Void
  ) throws -> [[String]] {
    let own = Set(methods.compactMap { $0.value(of: "--meta") })
    // Methods that each want another number cannot be paired, whatever the others do.
    if choosesHeldOut || own.count > 1 { return [] }
    var wanting: [String] = []
    for method in methods {
      let options = try TrainingOptions(words: ["--dataset", datasets[0]] + method.words)
      let wants = try planner.wantsHeldOut(options) || method.value(of: "--meta") != nil
      if wants { wanting.append(method.name) }
    }
    guard !wanting.isEmpty else { return [] }
    let count = own.first ?? "\(TrainingOptions.usualMetaPerClass)"
    if wanting.count < methods.count {
      say(
        "all methods train without samples that are held out, at most \(count) a class, for "
          + wanting.joined(separator: ", ", last: " and "))
    }
    return [["--meta", count]]
  }
}

extension Sweep {
  /// `NAME=VALUE` whose value is taken as it is.
  fileprivate init?(single text: String) {
    guard let assignment = TrainingOptions.Assignment(text) else { return nil }
    (name, values) = (assignment.name, [assignment.value])
  }
}

extension TrainingOptions {
  /// Reads options of `train`, as they stand after that word.
  init(words: [String]) throws {
    guard case .run(_, let arguments) = try Parser([trainCommand]).parse(["train"] + words) else {
      throw ComparisonError.malformed(
        option: "train", text: words.joined(separator: " "), expected: "options of 'train'")
    }
    try self.init(arguments)
  }
}
