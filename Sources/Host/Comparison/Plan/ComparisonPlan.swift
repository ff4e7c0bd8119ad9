/// What a comparison trains: a row for every method on every data set with every seed.
public struct ComparisonPlan: Sendable, Equatable {
  /// One run.
  public struct Row: Sendable, Equatable {
    /// The first digits of `settingsHash`; methods that mean the same run share it.
    public let id: String
    /// The method's name.
    public let method: String
    /// The method that it is compared with: its own name where others are compared with it.
    public let baseline: String
    /// The data set's name.
    public let dataset: String
    /// What seeds initialisation, order and augmentation.
    public let seed: UInt64
    /// The hash of everything that the result depends on, as `run.json` has it.
    public let settingsHash: String
    /// The options of `brhost train` that say all this.
    public let arguments: [String]

    /// A row; every argument is the property of its name.
    public init(
      method: String, baseline: String, dataset: String, seed: UInt64, settingsHash: String,
      arguments: [String]
    ) {
      id = String(settingsHash.prefix(Self.digits))
      self.method = method
      self.baseline = baseline
      self.dataset = dataset
      self.seed = seed
      self.settingsHash = settingsHash
      self.arguments = arguments
    }

    fileprivate static let digits = 12
  }

  /// The version of brhost that made the plan.
  public let version: String
  /// The command that made it.
  public let commandLine: [String]
  /// The folder that relative paths in the rows' arguments are seen from.
  public let directory: String
  /// When it was made, in UTC.
  public let created: String
  /// The method that the others are compared with, or the first where a sweep has made several of it.
  public let baseline: String
  /// The rows, in the order in which they are begun.
  public let rows: [Row]

  /// A plan; every argument is the property of its name.
  public init(
    version: String = brhostVersion, commandLine: [String], directory: String, created: String,
    baseline: String, rows: [Row]
  ) {
    self.version = version
    self.commandLine = commandLine
    self.directory = directory
    self.created = created
    self.baseline = baseline
    self.rows = rows
  }

  /// The methods, in the order of their first rows.
  public var methods: [String] { distinct(rows.map(\.method)) }
  /// The data sets, in the order of their first rows.
  public var datasets: [String] { distinct(rows.map(\.dataset)) }
  /// The rows without those that share the run of another one before.
  public var runs: [Row] {
    var seen: Set<String> = []
    return rows.filter { seen.insert($0.id).inserted }
  }

  /// The row that `text` means: its id, its place in the plan counted from 1, or the beginning of its id.
  public func row(_ text: String) -> Row? {
    if let row = rows.first(where: { $0.id == text }) { return row }
    if text.count < 6, let place = Int(text) {
      return rows.indices.contains(place - 1) ? rows[place - 1] : nil
    }
    let matches = runs.filter { $0.id.hasPrefix(text) }
    return matches.count == 1 ? matches[0] : nil
  }
}

// MARK: - JSON

extension ComparisonPlan {
  /// The content of `plan.json`.
  public var json: JSON {
    [
      "brhost_plan": 1, "version": JSON(version), "command_line": JSON(commandLine),
      "directory": JSON(directory), "created": JSON(created), "baseline": JSON(baseline),
      "methods": JSON(methods), "rows": .array(rows.map(\.json)),
    ]
  }

  /// Reads what a `plan.json` holds; `path` is for messages.
  ///
  /// - Throws: `ComparisonError.damagedPlan` where anything in it is not as `json` writes it.
  package init(parsing bytes: [UInt8], path: String) throws(ComparisonError) {
    func damaged(_ reason: String) -> ComparisonError { .damagedPlan(path: path, reason: reason) }
    let plan: JSON
    do { plan = try JSON(parsing: bytes) } catch { throw damaged("\(error)") }
    guard plan["brhost_plan"] == 1 else { throw damaged("'brhost_plan' is not 1") }
    func text(_ name: String) throws(ComparisonError) -> String {
      guard let text = plan[name]?.string else { throw damaged("'\(name)' is no text") }
      return text
    }
    guard let command = texts(plan["command_line"]) else {
      throw damaged("'command_line' is no list of texts")
    }
    guard let list = plan["rows"]?.array, !list.isEmpty else { throw damaged("'rows' is no list, or empty") }
    var rows: [Row] = []
    for (index, element) in list.enumerated() {
      guard let row = Row(element) else { throw damaged("row \(index + 1) is damaged") }
      rows.append(row)
    }
    self.init(
      version: try text("version"), commandLine: command, directory: try text("directory"),
      created: try text("created"), baseline: try text("baseline"), rows: rows)
    let methods = Set(methods)
    guard methods.contains(baseline), rows.allSatisfy({ methods.contains($0.baseline) }) else {
      throw damaged("no row is of the baseline")
    }
  }
}

extension ComparisonPlan.Row {
  var json: JSON {
    [
      "row": JSON(id), "method": JSON(method), "baseline": JSON(baseline), "dataset": JSON(dataset),
      "seed": JSON(seed), "settings_hash": JSON(settingsHash), "arguments": JSON(arguments),
    ]
  }

  /// Reads a row; nil where it is damaged. The id, which names files, follows from the hash.
  fileprivate init?(_ json: JSON) {
    guard let method = json["method"]?.string, let baseline = json["baseline"]?.string,
      let dataset = json["dataset"]?.string, case .integer(let number)? = json["seed"],
      let seed = UInt64(exactly: number), let hash = json["settings_hash"]?.string, hash.utf8.count == 64,
      hash.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
      json["row"]?.string == String(hash.prefix(Self.digits)), let arguments = texts(json["arguments"])
    else { return nil }
    self.init(
      method: method, baseline: baseline, dataset: dataset, seed: seed, settingsHash: hash,
      arguments: arguments)
  }
}

/// The elements of a list of texts; nil for anything else.
private func texts(_ json: JSON?) -> [String]? {
  guard let elements = json?.array else { return nil }
  let texts = elements.compactMap(\.string)
  return texts.count == elements.count ? texts : nil
}
