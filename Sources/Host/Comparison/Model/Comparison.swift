/// Runs on the same data, by method and seed: only these are compared.
public struct Comparison: Sendable {
  /// A run that did not come to its end, and why.
  public struct Loss: Sendable, Equatable {
    /// The method's label.
    public let method: String
    /// The seed.
    public let seed: UInt64?
    /// Whether it failed or was interrupted.
    public let state: RunSummary.State
    /// Why, in its own words.
    public let reason: String
  }

  /// A setting, and its value in each method.
  public struct Setting: Sendable, Equatable {
    /// Its name, such as `learning_rate` or `strategy.temp`.
    public let name: String
    /// Its value in each method, in their order; several of a method's runs in one text.
    public let values: [String]
    /// Whether it is the same everywhere.
    public var isShared: Bool { Set(values).count == 1 }
  }

  /// What to call the data: their name, with the beginning of a hash where another data set has the same name.
  public let name: String
  /// The methods, each with at least one run, the baseline first.
  public let methods: [ComparedMethod]
  /// How many runs there are in each state.
  public let counts: StateCounts
  /// The runs that failed or were interrupted.
  public let losses: [Loss]
  /// Every setting that decides a result but the seed.
  public let settings: [Setting]
  /// What was damaged, missing, or left out.
  public let notes: [String]
  /// The plans that asked for the runs.
  public let plans: [PlanFacts]
  /// The place in `methods` of what each method is compared with; nil for a baseline. There are several baselines where
  /// a sweep has trained one with each value, or where plans of their own have each its own.
  public let references: [Int?]
  /// The pairs of each method with what it is compared with; nil for a baseline.
  public let pairings: [Pairing?]
  /// The methods beside the baseline, metric by metric.
  public let differences: [MetricComparison]

  /// The method that the others are compared with, or the first of these.
  public var baseline: ComparedMethod { methods[0] }

  /// The places of the methods that others are compared with, and of those that are compared with nothing.
  let baselines: Set<Int>

  /// Whether not all methods are compared with the first one.
  public var hasSeveralBaselines: Bool { baselines.count > 1 }

  /// Whether accuracy and balanced accuracy are the same everywhere, as where each class has as many test samples.
  public var isTestBalanced: Bool {
    func areClose(_ accuracy: Double?, _ balanced: Double?) -> Bool {
      guard let accuracy, let balanced else { return true }
      return abs(accuracy - balanced) < 1e-9
    }
    return methods.lazy.flatMap(\.runs).allSatisfy { run in
      areClose(run.value(of: .accuracy), run.value(of: .balancedAccuracy))
        && run.epochs.allSatisfy { areClose($0.accuracy, $0.balancedAccuracy) }
    }
  }

  /// The images, as the baseline's first run knows them.
  public var data: DataFacts { baseline.runs[0].data }

  /// Training samples per class, `[C]`.
  public var trainCounts: [Int] { data.trainCounts }

  /// How classes are divided into many, medium and few, in words; nil where no run is finished.
  public var shotRule: String? {
    let rules = Set(methods.lazy.flatMap(\.runs).compactMap { $0.result["shot_rule"]?.string })
    guard rules.count < 2 else { return "not the same classes in all runs, whose training samples differ" }
    return rules.first.flatMap { ShotGroups.Rule(rawValue: $0) }?.meaning
  }

  /// The classes, those of many training samples first.
  public var classes: [Int] {
    let counts = trainCounts
    return counts.indices.sorted { (-counts[$0], $0) < (-counts[$1], $1) }
  }

  /// The data in a few words.
  public var title: String {
    let samples = sampleCount(trainCounts).map { "\($0)" } ?? "–"
    return "\(name): \(samples) training samples in \(trainCounts.count) classes"
  }

  /// The machines that the runs were trained on.
  public var machines: [MachineFacts] { distinct(methods.flatMap(\.runs).map(\.machine)) }

  /// The plugins that the runs loaded.
  public var plugins: [RunSummary.Plugin] { distinct(methods.flatMap(\.runs).flatMap(\.plugins)) }

  /// Whether no method has more than one run: then runs are shown, and no means of them.
  public var isOfSingleRuns: Bool { methods.allSatisfy { $0.runs.count == 1 } }

  /// How much longer an epoch of a method takes than one of its baseline, as a share of that, by the means over their
  /// runs; where a run does not say what an epoch takes, by the whole time. Nil for a baseline, and for what is not known.
  public func overhead(of method: Int) -> Double? {
    guard let reference = references[method] else { return nil }
    let costs = [method, reference].map { index in
      (epoch: methods[index].cost(\.secondsPerEpoch), run: methods[index].cost(\.seconds))
    }
    let isByEpoch = costs.allSatisfy { $0.epoch != nil }
    let times = costs.compactMap { isByEpoch ? $0.epoch : $0.run }
    return times.count == 2 && times[1] > 0 ? times[0] / times[1] - 1 : nil
  }

  /// A comparison of `methods`, at least one, the first of them a baseline; `references` has the place of what each is
  /// compared with, nil for a baseline.
  init(
    name: String, methods: [ComparedMethod], references: [Int?], plans: [PlanFacts] = [], counts: StateCounts,
    losses: [Loss], notes: [String]
  ) {
    self.name = name
    self.methods = methods
    self.references = references
    baselines = Set(references.compactMap { $0 } + references.indices.filter { references[$0] == nil })
    self.plans = plans
    self.counts = counts
    self.losses = losses
    settings = Self.settings(of: methods)
    let pairings = methods.indices.map { index in
      references[index].map { Pairing(methods[index], methods[$0]) }
    }
    self.pairings = pairings
    let unpaired =
      methods.indices.flatMap { index -> [String] in
        guard let pairing = pairings[index], let reference = references[index] else { return [] }
        return pairing.notes(on: methods[index].label, beside: methods[reference].label)
      }
    self.notes = (notes + unpaired).map { shown($0, limit: 1000) }
    differences = Metric.allCases.map {
      MetricComparison($0, of: methods, comparedWith: references, pairings)
    }
  }
}

// MARK: - Settings

extension Comparison {
  private static func settings(of methods: [ComparedMethod]) -> [Setting] {
    var names: [String] = []
    var known: Set<String> = ["seed"]
    var values: [[String: [String]]] = []
    for method in methods {
      var own: [String: [String]] = [:]
      for member in method.runs.lazy.flatMap(\.identity.members) {
        if known.insert(member.key).inserted { names.append(member.key) }
        let value = shown(member.value.string ?? member.value.line, limit: 200)
        if own[member.key]?.contains(value) != true { own[member.key, default: []].append(value) }
      }
      values.append(own)
    }
    return names.map { name in
      Setting(
        name: shown(name),
        values: values.map { $0[name].map { shown($0.joined(separator: ", "), limit: 400) } ?? "–" })
    }
  }
}

/// The values without those that came before.
package func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
  var seen: Set<Value> = []
  return values.filter { seen.insert($0).inserted }
}

/// The sum of the classes' counts; nil where it has no room in an `Int`.
func sampleCount(_ counts: [Int]) -> Int? {
  var sum = 0
  for count in counts {
    let (next, overflow) = sum.addingReportingOverflow(count)
    if overflow { return nil }
    sum = next
  }
  return sum
}
