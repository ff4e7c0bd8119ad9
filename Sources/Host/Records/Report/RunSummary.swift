/// What a report needs to know about one run, read from its folder.
public struct RunSummary: Sendable, Equatable {
  /// A point of the learning curve.
  public struct Point: Sendable, Equatable {
    /// The epoch, counted from 0.
    public let epoch: Int
    /// The test accuracy after it, 0…1.
    public let accuracy: Double
  }

  /// The run's folder.
  public let folder: String
  /// "running", "done" or "failed".
  public let status: String
  /// The id of the strategy, with the objective's after a "+" where there is one.
  public let method: String
  /// The data set's name.
  public let data: String
  /// Training samples per class, `[C]`.
  public let trainCounts: [Int]
  /// What tells this run from others of its method: parameters, seed, settings, in the order of `run.json`.
  public let settings: [JSON.Member]
  /// The result, under the names of `ClassificationMetrics.json`; of an unfinished run only what its last
  /// evaluation says.
  public let result: JSON
  /// The accuracy of each class, `[C]`; nil for a class without test samples or results.
  public let classAccuracy: [Double?]
  /// The mean effective sample size of the last epoch's batches; nil where it is not known.
  public let effectiveSampleSize: Double?
  /// The time from start to end; nil for an unfinished run.
  public let seconds: Double?
  /// Test accuracy by epoch.
  public let curve: [Point]
  /// What was damaged or missing.
  public let notes: [String]

  /// The number `name` of the result; nil where it is missing.
  public func metric(_ name: String) -> Double? { result[name]?.double }
}

// MARK: - Reading

extension RunSummary {
  /// The longest metrics.jsonl that is read, in bytes.
  static let metricsLimit = 1 << 30

  /// Reads the run in `folder`; damaged lines of `metrics.jsonl` are skipped with a note.
  init(readingFrom folder: String) throws(ReportError) {
    let bytes: [UInt8]
    do {
      bytes = try readFile(at: "\(folder)/\(RunFolder.description)", limit: RunFolder.descriptionLimit)
    } catch { throw .unreadable(error) }
    var metrics: [UInt8] = []
    var notes: [String] = []
    do { metrics = try readFile(at: "\(folder)/\(RunFolder.metrics)", limit: Self.metricsLimit) } catch {
      notes.append(error.problem)
    }
    try self.init(parsing: bytes, metrics: metrics, folder: folder, notes: notes)
  }

  /// Reads what a `run.json` and a `metrics.jsonl` hold; `folder` is for messages, and `notes` comes first.
  package init(
    parsing bytes: [UInt8], metrics: [UInt8], folder: String, notes: [String] = []
  ) throws(ReportError) {
    let path = "\(folder)/\(RunFolder.description)"
    let run: JSON
    do { run = try JSON(parsing: bytes) } catch { throw .damaged(path: path, reason: "\(error)") }
    guard let status = run["status"]?.string, let strategy = run["strategy"]?["id"]?.string,
      let data = run["data"]?["name"]?.string, let counts = run["data"]?["train_counts"]?.array
    else {
      throw .damaged(path: path, reason: "status, strategy.id, data.name or data.train_counts is missing")
    }

    var notes = notes
    let epochs = Self.epochs(of: metrics, in: folder, notes: &notes)
    self.folder = folder
    self.status = status
    self.data = data
    method = [strategy, run["objective"]?["id"]?.string].compactMap { $0 }.joined(separator: "+")
    trainCounts = counts.map { max(0, $0.int ?? 0) }
    settings = Self.settings(of: run)
    curve = epochs.compactMap { row in
      guard let epoch = row["epoch"]?.int, (0..<1 << 32).contains(epoch),
        let accuracy = row["test_accuracy"]?.double
      else { return nil }
      return Point(epoch: epoch, accuracy: accuracy)
    }
    effectiveSampleSize =
      run["effective_sample_size"]?.double ?? epochs.last?["effective_sample_size"]?.double
    seconds = run["seconds"]?.double
    if let result = run["result"], result.members != nil {
      self.result = result
    } else {
      let last = epochs.last { $0["test_accuracy"]?.double != nil }
      result = [
        "accuracy": last?["test_accuracy"] ?? .null,
        "class_accuracy": last?["test_class_accuracy"] ?? .null,
      ]
    }
    let accuracies = result["class_accuracy"]?.array ?? []
    classAccuracy = trainCounts.indices.map { $0 < accuracies.count ? accuracies[$0].double : nil }
    let incomplete = (run["incomplete"]?.array ?? []).compactMap(\.string).map { shown($0) }
    if !incomplete.isEmpty { notes.append("'\(folder)' lacks part of \(incomplete.joined(separator: ", "))") }
    self.notes = notes
  }

  /// The epochs' rows of `metrics.jsonl`.
  private static func epochs(of bytes: [UInt8], in folder: String, notes: inout [String]) -> [JSON] {
    var epochs: [JSON] = []
    var damaged = 0
    var rest = bytes[...]
    while !rest.isEmpty {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest.dropFirst(line.count + 1)
      if line.isEmpty { continue }
      guard let row = try? JSON(parsing: Array(line)), let kind = row["kind"]?.string else {
        damaged += 1
        continue
      }
      if kind == "epoch" { epochs.append(row) }
    }
    if damaged > 0 {
      notes.append(
        "'\(folder)/\(RunFolder.metrics)': \(damaged) damaged \(damaged == 1 ? "line" : "lines") skipped")
    }
    return epochs
  }

  private static func settings(of run: JSON) -> [JSON.Member] {
    let parameters = run["strategy"]?["parameters"]?.members ?? []
    let objective = run["objective"]?["parameters"]?.members ?? []
    let own = ["data": run["data"]?["name"], "model": run["model"]?["name"], "seed": run["seed"]]
      .compactMap { name, value in value.map { JSON.Member(name, $0) } }
      .sorted { $0.key < $1.key }
    return parameters + objective + own + (run["settings"]?.members ?? [])
  }
}

/// Why there is nothing to report, and what to do about it.
public enum ReportError: Error, Equatable {
  case unreadable(FileError)
  /// A `run.json` that is not one.
  case damaged(path: String, reason: String)
  /// A folder without runs.
  case noRuns(folder: String)
}

extension ReportError: Failure {
  /// What happened, where, what was found and what was expected.
  public var problem: String {
    switch self {
    case .unreadable(let error): error.problem
    case .damaged(let path, let reason): "'\(path)' does not describe a run: \(reason)"
    case .noRuns(let folder): "'\(folder)' holds no run: no run.json in it or in the folders below"
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .unreadable(let error): error.remedy
    case .damaged: "remove that folder from the report, or repeat the run."
    case .noRuns: "name the folder of a run, or one that holds some, such as 'runs'."
    }
  }

  /// Bad data.
  public var status: ExitStatus { .badData }
}
