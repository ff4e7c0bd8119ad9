/// What the result of a run depends on: two runs of one identity give the same bytes on machines of one instruction set.
///
/// Not part of it: threads, loader threads, isolation, how often is logged and checkpointed, where files are.
public struct RunIdentity: Sendable, Equatable {
  /// Everything by name, such as `learning_rate` or `strategy.temp`.
  public let members: [JSON.Member]

  /// An identity of these members.
  public init(members: [JSON.Member]) { self.members = members }

  /// The identity of the run that `run.json`, or the part of it that is known before the run, describes.
  init(describing run: JSON) {
    var members: [JSON.Member] = []
    func add(_ name: String, _ value: JSON?) { members.append(JSON.Member(name, value ?? .null)) }
    add("version", run["version"])
    for role in ["strategy", "objective"] {
      let plugin = run[role]
      add(role, plugin?["id"])
      if plugin?.members == nil { continue }
      add("\(role) version", plugin?["version"])
      add("\(role) library", plugin?["sha256"])
      for parameter in plugin?["parameters"]?.members ?? [] {
        add("\(role).\(parameter.key)", parameter.value)
      }
    }
    add("dataset", run["data"]?["name"])
    add("training images", run["data"]?["train_sha256"])
    add("test images", run["data"]?["test_sha256"])
    add("model", run["model"]?["name"])
    add("seed", run["seed"])
    for setting in run["settings"]?.members ?? [] where !Self.irrelevant.contains(setting.key) {
      members.append(setting)
    }
    self.members = members
  }

  /// The settings that the result does not depend on.
  static let irrelevant: Set = [
    "preset", "init", "workers", "log_every", "checkpoint_every", "isolated", "on_nonfinite",
  ]

  /// The identity as one line of JSON.
  public var text: String { JSON.object(members).line }

  /// The SHA-256 of `text`.
  public var hash: String { SHA256.digest(of: Array(text.utf8)) }

  // MARK: - Comparing

  /// A setting that differs.
  public struct Difference: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Its value in this identity and in the other.
    public let here, there: String
  }

  /// Where `other` differs, in the order of this identity.
  public func differences(from other: RunIdentity) -> [Difference] {
    let names = (members + other.members).map(\.key)
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }.compactMap { name in
      let (here, there) = (value(of: name), other.value(of: name))
      // What a file says is shown without what it may do to a terminal.
      return here == there ? nil : Difference(name: shown(name), here: shown(here), there: shown(there))
    }
  }

  private func value(of name: String) -> String {
    members.first { $0.key == name }?.value.line ?? "not set"
  }
}

extension RunDescription {
  /// What the run's result depends on.
  public var identity: RunIdentity { RunIdentity(describing: .object(members)) }
}
