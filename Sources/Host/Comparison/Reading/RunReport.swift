/// The runs below some folders, side by side, in a comparison for each data set.
public struct RunReport: Sendable {
  /// The folders that were searched.
  public let folders: [String]
  /// The runs of each data set, in the order of their folders' names.
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
      let isAlone = datas.count { $0.name == data.name } == 1
      let hash = data.trainSHA256.isEmpty || isAlone ? "" : " (\(shown(data.trainSHA256, limit: 8)))"
      return Comparison(
        of: runs, missing: isAlone ? found.missing.filter { $0.row.dataset == data.name } : [],
        name: shown(data.name) + hash, plans: found.plans, baseline: baseline)
    }
    // Which of several data sets of one name a run was to be trained on, only the run itself could tell.
    let lost = found.missing.filter { missing in datas.count { $0.name == missing.row.dataset } != 1 }
    notes =
      found.notes
      + lost.map { missing in
        "'\(shown(missing.row.method))' with seed \(missing.row.seed) on '\(shown(missing.row.dataset))' "
          + (missing.failure.map { "failed: \(shown($0, limit: 300))" } ?? "has not begun")
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
