/// The runs below some folders, side by side.
public struct RunReport: Sendable {
  /// A run and what to call it.
  public struct Row: Sendable {
    /// The method, with the settings that tell the run from others of its method.
    public let label: String
    /// The run.
    public let run: RunSummary
  }

  /// The folders that were searched.
  public let folders: [String]
  /// Every run, in the order of their folders' names, the baseline first.
  public let rows: [Row]
  /// What was damaged, missing or not comparable.
  public let notes: [String]

  /// Reads the runs in `folders` and in the folders below them, three levels deep. A run that cannot be read is
  /// left out with a note; a folder without any is an error.
  public init(readingFrom folders: [String]) throws(ReportError) {
    var found: [String] = []
    for folder in folders {
      let runs: [String]
      do { runs = try Self.runFolders(in: folder, depth: 3) } catch { throw .unreadable(error) }
      guard !runs.isEmpty else { throw .noRuns(folder: folder) }
      found += runs.filter { !found.contains($0) }
    }
    var runs: [RunSummary] = []
    var notes: [String] = []
    var failure = ReportError.noRuns(folder: folders.first ?? "")
    for folder in found {
      do { runs.append(try RunSummary(readingFrom: folder)) } catch {
        failure = error
        notes.append(error.problem)
      }
    }
    guard !runs.isEmpty else { throw failure }
    // The baseline is ERM, or else the first run.
    if let baseline = runs.firstIndex(where: { $0.method == "erm" }) {
      runs.insert(runs.remove(at: baseline), at: 0)
    }
    notes += runs.flatMap(\.notes)
    for run in runs where run.trainCounts != runs[0].trainCounts {
      notes.append("'\(run.folder)' has other training data than the first run; its classes are not compared")
    }
    self.folders = folders
    rows = zip(Self.labels(of: runs), runs).map { Row(label: $0, run: $1) }
    self.notes = notes
  }

  /// The run that the others are compared with.
  public var baseline: Row { rows[0] }

  /// The runs whose classes can be compared with the baseline's.
  var comparable: [Row] { rows.filter { $0.run.trainCounts == baseline.run.trainCounts } }

  /// The classes, those of many training samples first.
  var classes: [Int] {
    let counts = baseline.run.trainCounts
    return counts.indices.sorted { (-counts[$0], $0) < (-counts[$1], $1) }
  }

  private static func runFolders(in folder: String, depth: Int) throws(FileError) -> [String] {
    let names = try fileNames(in: folder)
    if names.contains(RunFolder.description) { return [folder] }
    guard depth > 0 else { return [] }
    var folders: [String] = []
    for name in names where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      if let kind = try? kind(of: path), kind == .folder {
        folders += (try? runFolders(in: path, depth: depth - 1)) ?? []
      }
    }
    return folders
  }

  /// The methods' names; where one occurs twice, with the settings that differ among its runs.
  private static func labels(of runs: [RunSummary]) -> [String] {
    runs.map { run in
      let siblings = runs.filter { $0.method == run.method }
      let differing = run.settings.filter { setting in
        siblings.contains { sibling in
          sibling.settings.first { $0.key == setting.key }?.value != setting.value
        }
      }
      let texts = differing.map { "\($0.key)=\($0.value.string ?? $0.value.line)" }
      return ([run.method] + texts).joined(separator: " ")
    }
  }
}

// MARK: - JSON

extension RunReport {
  /// The report's numbers.
  public var json: String {
    let value: JSON = [
      "folders": JSON(folders), "baseline": JSON(baseline.label),
      "runs": .array(
        rows.map { row in
          [
            "label": JSON(row.label), "folder": JSON(row.run.folder), "status": JSON(row.run.status),
            "method": JSON(row.run.method), "data": JSON(row.run.data),
            "train_counts": JSON(row.run.trainCounts), "settings": .object(row.run.settings),
            "result": row.run.result,
            "effective_sample_size": JSON(row.run.effectiveSampleSize),
            "seconds": JSON(row.run.seconds),
            "test_accuracy": .array(
              row.run.curve.map { ["epoch": JSON($0.epoch), "accuracy": JSON($0.accuracy)] }),
          ]
        }),
      "notes": JSON(notes),
    ]
    return value.pretty
  }
}
