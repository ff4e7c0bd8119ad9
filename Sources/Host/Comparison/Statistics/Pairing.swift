/// The runs of a method beside the baseline's runs of the same seeds, where these are equal in all but the method.
///
/// Equal runs begin with the same weights and see the same samples in the same order under the same crops, so that a
/// seed's share of luck leaves their difference. Runs that are not equal are not paired.
public struct Pairing: Sendable {
  /// Two runs of one seed.
  public struct Pair: Sendable {
    /// The seed.
    public let seed: UInt64
    let run, base: RunSummary
  }

  /// Why a seed has no pair.
  public struct Refusal: Sendable, Equatable {
    /// The seed.
    public let seed: UInt64
    /// What differs: a name, the method's value, the baseline's.
    public let differences: [RunIdentity.Difference]
  }

  /// The pairs, by seed.
  public let pairs: [Pair]
  /// The seeds that both have, but whose runs are not equal.
  public let refusals: [Refusal]
  /// The seeds of finished runs that the other has none of.
  public let unmatched: [UInt64]

  /// The pairs of the finished runs of two methods.
  init(_ method: ComparedMethod, _ baseline: ComparedMethod) {
    var bases: [UInt64: RunSummary] = [:]
    for run in baseline.finished { if let seed = run.seed { bases[seed] = run } }
    var pairs: [Pair] = []
    var refusals: [Refusal] = []
    var unmatched: [UInt64] = []
    for run in method.finished {
      guard let seed = run.seed else { continue }
      guard let base = bases.removeValue(forKey: seed) else {
        unmatched.append(seed)
        continue
      }
      let differences = Self.differences(run, base)
      if differences.isEmpty {
        pairs.append(Pair(seed: seed, run: run, base: base))
      } else {
        refusals.append(Refusal(seed: seed, differences: differences))
      }
    }
    (self.pairs, self.refusals) = (pairs, refusals)
    self.unmatched = (unmatched + bases.keys).sorted()
  }

  /// How much the accuracy of each of `classes` classes differs, the mean over the pairs that know it, `[C]`.
  func classDifferences(classes: Int) -> [Double?] {
    (0..<classes).map { c in
      mean(
        of: pairs.compactMap { pair in
          guard c < pair.run.classAccuracy.count, c < pair.base.classAccuracy.count,
            let own = pair.run.classAccuracy[c], let base = pair.base.classAccuracy[c]
          else { return nil }
          return own - base
        })
    }
  }

  /// The confusion counts of the pairs that have them, together; nil where none has.
  var confusion: (run: ConfusionCounts, base: ConfusionCounts)? {
    var sums: (run: ConfusionCounts, base: ConfusionCounts)?
    for pair in pairs {
      guard let own = pair.run.confusion, let base = pair.base.confusion else { continue }
      sums?.run.add(own)
      sums?.base.add(base)
      if sums == nil { sums = (own, base) }
    }
    return sums
  }

  /// What `run.json` calls what equal runs share, and what messages call it.
  private static let shared: [(key: String, name: String)] = [
    ("version", "version"), ("training images", "training images"), ("test images", "test images"),
    ("model", "model"), ("init_sha256", "initial weights"), ("order", "order"),
    ("order_sha256", "order file"),
    ("batch_size", "batch size"), ("augment", "augmentation"), ("normalize", "normalisation"),
    ("validation", "validation share"), ("meta_per_class", "held-out samples of a class"),
    ("epochs", "epochs"), ("steps", "steps"),
  ]

  private static func differences(_ run: RunSummary, _ base: RunSummary) -> [RunIdentity.Difference] {
    func sharing(_ run: RunSummary) -> RunIdentity {
      let own = Dictionary(
        run.identity.members.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
      var members = shared.map { key, name in JSON.Member(name, own[key] ?? .null) }
      members.append(JSON.Member("training samples of the classes", JSON(run.trainCounts)))
      members.append(JSON.Member("instruction set", JSON(run.machine.instructionSet)))
      return RunIdentity(members: members)
    }
    return sharing(run).differences(from: sharing(base))
  }
}

// MARK: - In words

extension Pairing {
  /// What was not paired, and why.
  func notes(on label: String, beside baseline: String) -> [String] {
    var notes: [String] = []
    if let first = refusals.first {
      let seeds = Self.list(refusals.map(\.seed))
      let differences = first.differences.map { "\($0.name) (\($0.here), there \($0.there))" }
      notes.append(
        "'\(label)' with \(seeds) is not paired with '\(baseline)', whose runs are not equal: "
          + differences.joined(separator: ", "))
    }
    if pairs.isEmpty, refusals.isEmpty, !unmatched.isEmpty {
      notes.append("'\(label)' and '\(baseline)' have no finished runs of one seed: none are paired")
    } else if !unmatched.isEmpty {
      notes.append("only one of '\(label)' and '\(baseline)' has finished with \(Self.list(unmatched))")
    }
    return notes
  }

  private static func list(_ seeds: [UInt64]) -> String {
    let texts = seeds.prefix(10).map { "\($0)" }.joined(separator: ", ") + (seeds.count > 10 ? ", …" : "")
    return seeds.count == 1 ? "seed \(texts)" : "the seeds \(texts)"
  }
}
