/// The images of a run: read, checked and split before anything is written.
struct DataSource {
  let name: String
  let training: ImageDataset
  let test: ImageDataset
  let normalizer: PixelNormalizer
  /// The SHA-256 of either file; nil where nobody wants to know.
  private let trainingHash, testHash: Background<String>?

  /// Reads the training and the test set of `name`.
  ///
  /// - Parameter isHashed: whether `description` is asked for. A hash takes as long as unpacking, so a thread of its
  ///   own computes it.
  init(
    _ name: String, in folder: String, normalization: Normalization, isHashed: Bool = false
  ) throws(DataError) {
    self.name = name
    let folders = DataFolders(folder)
    let trainingFile = try NPZ(path: folders.trainingFile(of: name))
    trainingHash = isHashed ? Background { SHA256.digest(of: trainingFile.bytes) } : nil
    training = try ImageDataset(archive: trainingFile)
    let testFile = try NPZ(path: folders.testFile(of: name))
    testHash = isHashed ? Background { SHA256.digest(of: testFile.bytes) } : nil
    test = try ImageDataset(archive: testFile, testing: training)
    normalizer = PixelNormalizer(normalization, training: training)
  }

  /// Images that are there already.
  init(name: String, training: ImageDataset, test: ImageDataset, normalization: Normalization) {
    self.name = name
    self.training = training
    self.test = test
    normalizer = PixelNormalizer(normalization, training: training)
    (trainingHash, testHash) = (nil, nil)
  }

  /// The training samples of each class among `rows`.
  func counts(of rows: [Int]) -> [Int] {
    rows.reduce(into: [Int](repeating: 0, count: training.classes)) { $0[Int(training.labels[$1])] += 1 }
  }

  /// What `run.json` says about the data, of which `rows` are trained on.
  func description(training rows: [Int]) -> RunDescription.DataSet {
    RunDescription.DataSet(
      name: name, trainFile: absolutePath(training.path), trainSHA256: trainingHash?.value ?? "",
      testFile: absolutePath(test.path),
      testSHA256: testHash?.value ?? "",
      imageShape: [training.height, training.width, training.channels], trainCounts: counts(of: rows),
      testCounts: test.classCounts)
  }
}
