/// The runs below some folders, side by side, in a group for each data set.
public struct RunReport: Sendable {
  /// The folders that were searched.
  public let folders: [String]
  /// The runs of each data set, in the order of their folders' names.
  public let groups: [RunGroup]
  /// What was damaged or missing.
  public let notes: [String]

  /// Reads the runs in `folders` and in the folders below them, three levels deep. A run that cannot be read is
  /// left out with a note; a folder without any is an error.
  public init(readingFrom folders: [String]) throws(ReportError) {
    var found: [String] = []
    for folder in folders {
      let runs: [String]
      do { runs = try Self.runFolders(in: Self.withoutLastSlash(folder), depth: 3) } catch {
        throw .unreadable(error)
      }
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
    self.init(folders: folders, runs: runs, notes: notes)
  }

  /// The report of `runs`, at least one, found in `folders`.
  package init(folders: [String], runs: [RunSummary], notes: [String] = []) {
    self.folders = folders
    groups = Self.grouped(runs).map { RunGroup($0) }
    self.notes = notes + runs.flatMap(\.notes)
  }

  /// Every run, group by group.
  public var rows: [RunGroup.Row] { groups.flatMap(\.rows) }

  /// The runs of the same data together, in the order of each first one.
  private static func grouped(_ runs: [RunSummary]) -> [[RunSummary]] {
    var groups: [[RunSummary]] = []
    for run in runs {
      let group = groups.firstIndex { $0[0].data == run.data && $0[0].trainCounts == run.trainCounts }
      if let group { groups[group].append(run) } else { groups.append([run]) }
    }
    return groups
  }

  private static func withoutLastSlash(_ path: String) -> String {
    let kept = path.reversed().drop { $0 == "/" }
    return kept.isEmpty ? path : String(kept.reversed())
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
}

// MARK: - JSON

extension RunReport {
  /// The report's numbers.
  public var json: String {
    let value: JSON = [
      "folders": JSON(folders), "groups": .array(groups.map(\.json)), "notes": JSON(notes),
    ]
    return value.pretty
  }
}

extension RunGroup {
  fileprivate var json: JSON {
    [
      "data": JSON(data), "train_counts": JSON(trainCounts), "baseline": JSON(baseline.label),
      "runs": .array(
        rows.map { row in
          [
            "label": JSON(row.label), "folder": JSON(row.run.folder), "status": JSON(row.run.status),
            "method": JSON(row.run.method), "settings": .object(row.run.settings), "result": row.run.result,
            "effective_sample_size": JSON(row.run.effectiveSampleSize), "seconds": JSON(row.run.seconds),
            "test_accuracy": .array(
              row.run.curve.map { ["epoch": JSON($0.epoch), "accuracy": JSON($0.accuracy)] }),
          ]
        }),
    ]
  }
}
