/// The images of a run.
public struct DataFacts: Sendable, Hashable {
  /// The data set's name.
  public let name: String
  /// The training set's path and SHA-256; empty where the run does not say.
  public let trainFile, trainSHA256: String
  /// The test set's path and SHA-256; empty where the run does not say.
  public let testFile, testSHA256: String
  /// Training samples per class after what is held out, `[C]`.
  public let trainCounts: [Int]

  init?(_ data: JSON?) {
    guard let data, let name = data["name"]?.string, let counts = data["train_counts"]?.array else {
      return nil
    }
    self.name = name
    trainFile = data["train_file"]?.string ?? ""
    trainSHA256 = data["train_sha256"]?.string ?? ""
    testFile = data["test_file"]?.string ?? ""
    testSHA256 = data["test_sha256"]?.string ?? ""
    trainCounts = counts.map { max(0, $0.int ?? 0) }
  }
}
