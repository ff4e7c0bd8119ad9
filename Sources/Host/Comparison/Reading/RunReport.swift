/// The runs below some folders, side by side, in a comparison for each data set.
public struct RunReport: Sendable {
  /// The folders that were searched.
  public let folders: [String]
  /// The runs of each data set, in the order in which they were found.
  public let comparisons: [Comparison]
  /// What was damaged or missing.
  public let notes: [String]

  /// Reads the runs in `folders` and in the folders below them, three levels deep, and those of plans that are found
  /// there. A run that cannot be read is left out with a note; a folder without any is an error.
  ///
  /// - Parameter baseline: the label of the method that the others are compared with; the plan's, ERM or the first one
  ///   where it is nil.
  public init(readingFrom folders: [String], baseline: String? = nil) throws(ReportError) {
    let found = try FoundRuns(in: folders)
    self.init(folders: folders, found, baseline: baseline)
    if let baseline, !comparisons.contains(where: { $0.baseline.label == baseline }) {
      throw .noSuchBaseline(
        label: baseline, labels: distinct(comparisons.flatMap { $0.methods.map(\.label) }))
    }
  }

  /// The report of `runs`, at least one, found in `folders`.
  package init(folders: [String], runs: [RunSummary], baseline: String? = nil) {
    self.init(folders: folders, FoundRuns(runs), baseline: baseline)
  }

  private init(folders: [String], _ found: FoundRuns, baseline: String?) {
    self.folders = folders
    var places: [DataKey: Int] = [:]
    var groups: [[FoundRuns.Run]] = []
    for run in found.runs {
      let key = DataKey(run.summary.data)
      if let place = places[key] {
        groups[place].append(run)
      } else {
        places[key] = groups.count
        groups.append([run])
      }
    }
    let datas = groups.map { $0[0].summary.data }
    comparisons = groups.enumerated().map { index, runs in
      let data = datas[index]
      let namesakes = datas.filter { $0.name == data.name }
      let isAlone = namesakes.count == 1
      // What tells it from the others of its name: the training images, or where these are the same the test images.
      let isSplit = namesakes.count { $0.trainSHA256 == data.trainSHA256 } == 1
      let digest = isSplit ? data.trainSHA256 : "test \(data.testSHA256)"
      let hash = data.trainSHA256.isEmpty || isAlone ? "" : " (\(shown(digest, limit: isSplit ? 8 : 13)))"
      return Comparison(
        of: runs, missing: isAlone ? found.missing.filter { $0.row.dataset == data.name } : [],
        name: shown(data.name) + hash, plans: found.plans, baseline: baseline)
    }
    // Which of several data sets of one name a run was to be trained on, only the run itself could tell.
    let lost = found.missing.filter { missing in datas.count { $0.name == missing.row.dataset } != 1 }
    notes = (found.notes + Self.notes(on: lost)).map { shown($0, limit: 1000) }
  }

  /// What became of rows without runs, a sentence for each data set.
  private static func notes(on lost: [FoundRuns.Missing]) -> [String] {
    distinct(lost.map(\.row.dataset)).map { name in
      let rows = lost.filter { $0.row.dataset == name }
      let failures = rows.compactMap(\.failure)
      let parts = [
        failures.isEmpty ? nil : "\(failures.count) failed: \(shown(failures[0], limit: 300))",
        failures.count == rows.count ? nil : "\(rows.count - failures.count) not begun",
      ]
      return "of \(counted(rows.count, "planned run")) on '\(shown(name))' there is none: "
        + parts.compactMap { $0 }.joined(separator: "; ")
    }
  }

  /// What runs have in common that are compared: the images, by their hashes where they are known.
  private struct DataKey: Hashable {
    let name: String
    let training, test: String
    let counts: [Int]
    let classes: Int

    init(_ data: DataFacts) {
      name = data.name
      (training, test) = (data.trainSHA256, data.testSHA256)
      // After what is held out, the same images may be fewer: then pairs are refused, and the report says why.
      counts = training.isEmpty ? data.trainCounts : []
      classes = data.trainCounts.count
    }
  }
}
