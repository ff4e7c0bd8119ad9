/// The images of a run: read, checked and split before anything is written.
struct DataSource {
  let name: String
  let training: ImageDataset
  let test: ImageDataset
  let normalizer: PixelNormalizer

  /// Reads the training and the test set of `name`.
  init(_ name: String, in folder: String, normalization: Normalization) throws(DataError) {
    self.name = name
    let folders = DataFolders(folder)
    training = try ImageDataset(path: folders.trainingFile(of: name)) { SHA256.digest(of: $0) }
    test = try ImageDataset(path: folders.testFile(of: name), testing: training) { SHA256.digest(of: $0) }
    normalizer = PixelNormalizer(normalization, training: training)
  }

  /// Images that are there already.
  init(name: String, training: ImageDataset, test: ImageDataset, normalization: Normalization) {
    self.name = name
    self.training = training
    self.test = test
    normalizer = PixelNormalizer(normalization, training: training)
  }

  /// The training samples of each class among `rows`.
  func counts(of rows: [Int]) -> [Int] {
    rows.reduce(into: [Int](repeating: 0, count: training.classes)) { $0[Int(training.labels[$1])] += 1 }
  }

  /// What `run.json` says about the data, of which `rows` are trained on.
  func description(training rows: [Int]) -> RunDescription.DataSet {
    RunDescription.DataSet(
      name: name, trainFile: training.path, trainSHA256: training.contentHash ?? "", testFile: test.path,
      testSHA256: test.contentHash ?? "",
      imageShape: [training.height, training.width, training.channels], trainCounts: counts(of: rows),
      testCounts: test.classCounts)
  }
}
