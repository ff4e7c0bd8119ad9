/// Makes a long-tailed training set from a balanced one.
public struct LongTailDataset: Sendable {
  /// The data set to choose from.
  public var dataset: String
  /// The folder that it is in.
  public var dataDirectory = "data"
  /// The new data set's name.
  public var name: String
  /// Where its files go.
  public var folder = "data"
  /// How class sizes fall.
  public var profile = ImbalanceProfile.exponential
  /// The largest class divided by the smallest.
  public var factor = 100.0
  /// Whether `seed` also chooses which classes are frequent.
  public var shufflesClasses = false
  /// Chooses the images that stay.
  public var seed: UInt64 = 1

  /// A long tail of `dataset` under `name`; the other settings are properties.
  public init(of dataset: String, as name: String) {
    (self.dataset, self.name) = (dataset, name)
  }

  /// Chooses the images and writes `NAME_train.npz`, and `NAME_test.npz` where the test set of `dataset` would not be
  /// found under the new name.
  public func run() throws -> MadeDataset {
    let target = try NewDataset(name: name, folder: folder)
    let folders = DataFolders(dataDirectory)
    let source = try ImageDataset(path: folders.trainingFile(of: dataset))
    let tail = try LongTail(
      of: source, profile, factor: factor, seed: seed, shufflesClasses: shufflesClasses)
    let training = try NewDataset.file(of: source.tensors(of: tail.rows), for: target.trainingFile)
    let (test, bytes) = try testSet(for: target, source: source, in: folders)
    try target.write(training: training, test: test?.isNew == true ? bytes : nil)
    let order = shufflesClasses ? ", classes in an order of the seed" : ""
    return MadeDataset(
      name: name,
      origin:
        "\(profile.rawValue) long tail of '\(dataset)', factor \(shortest(factor)), seed \(seed)\(order)",
      height: source.height, width: source.width, channels: source.channels,
      training: MadeDataset.Part(
        path: target.trainingFile, images: tail.rows.count, contentHash: SHA256.digest(of: training),
        isNew: true),
      test: test?.part, trainingCounts: tail.counts, testCounts: test?.counts, classNames: nil,
      notes: test == nil ? ["'\(dataset)' has no test set; training needs '\(target.testFile)'"] : [],
      next: next)
  }

  private typealias Test = (part: MadeDataset.Part, counts: [Int], isNew: Bool)

  /// The test set of `dataset`, and its file's bytes; it is new where the rules of `DataFolders` would lead from the
  /// new name to no test set, or to another one.
  private func testSet(
    for target: NewDataset, source: ImageDataset, in folders: DataFolders
  ) throws -> (Test?, [UInt8]) {
    guard let path = try testFile(in: folders) else { return (nil, []) }
    let bytes = try readFile(at: path)
    let images = try ImageDataset(archive: NPZ(bytes: bytes, path: path), testing: source)
    let found = try? DataFolders(folder).testFile(of: name)
    let isFound = found.map { isSameFile($0, path) } ?? false
    let part = MadeDataset.Part(
      path: isFound ? path : target.testFile, images: images.count, contentHash: SHA256.digest(of: bytes),
      isNew: !isFound)
    return ((part, images.classCounts, !isFound), bytes)
  }

  /// The path of the test set of `dataset`; nil where there is none.
  private func testFile(in folders: DataFolders) throws(DataError) -> String? {
    do { return try folders.testFile(of: dataset) } catch {
      if case .noDataSet = error { return nil }
      throw error
    }
  }

  private var next: [String] {
    let from = folder == "data" ? "" : " --data-dir \(shellWord(folder))"
    return [
      "brhost data info \(name)\(from)",
      "brhost train --dataset \(name)\(from) --strategy erm",
      "brhost train --dataset \(name)\(from) --strategy gamma-threshold --set temp=12.8",
    ]
  }
}
