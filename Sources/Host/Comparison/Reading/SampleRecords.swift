/// What a run's `samples.npz` says about every sample of the training set; the sample's id is its place.
public struct SampleRecords: Sendable {
  /// The class of each sample, `[N]`.
  public let classes: [Int]
  /// How often each was trained on, `[N]`.
  public let visits: [Int]
  /// The mean relative weight of each over its visits, `[N]`, of which 1 is uniform; NaN where it was never visited.
  public let weights: [Double]
  /// The mean unweighted loss of each, `[N]`, in nats; NaN where it was never visited.
  public let losses: [Double]
  /// The mean score of each, `[N]`; nil where the strategy gives none.
  public let scores: [Double]?
  /// The class that each was last predicted as, `[N]`; -1 where it was never visited.
  public let predictions: [Int]

  /// The longest samples.npz that is read, in bytes.
  static let limit = 1 << 31
  static let name = "samples.npz"

  /// Reads the samples of the run in `folder`, of data of `count` classes.
  public init(readingFrom folder: String, classes count: Int) throws(DataError) {
    let path = "\(folder)/\(Self.name)"
    let bytes: [UInt8]
    do { bytes = try readFile(at: path, limit: Self.limit) } catch { throw .file(error) }
    try self.init(bytes: bytes, path: path, classes: count)
  }

  /// Reads the samples that `bytes` hold; `path` is for messages.
  package init(bytes: [UInt8], path: String, classes count: Int) throws(DataError) {
    let archive = try NPZ(bytes: bytes, path: path)
    let classes = try Self.integers("class", of: archive, length: nil)
    let length = classes.count
    let visits = try Self.integers("visits", of: archive, length: length)
    weights = try Self.numbers("weight", of: archive, length: length)
    losses = try Self.numbers("loss", of: archive, length: length)
    scores = archive.names.contains("score") ? try Self.numbers("score", of: archive, length: length) : nil
    predictions = try Self.integers("prediction", of: archive, length: length)
    (self.classes, self.visits) = (classes, visits)
    for sample in 0..<length {
      func refuse(_ name: String, _ expected: String, _ found: some CustomStringConvertible) -> DataError {
        .malformed(
          DataPlace(file: path, entry: name), expected: "\(expected) of sample \(sample)", found: "\(found)")
      }
      guard (0..<count).contains(classes[sample]) else {
        throw refuse("class", "a class in 0..<\(count)", classes[sample])
      }
      guard visits[sample] >= 0 else { throw refuse("visits", "a count", visits[sample]) }
      guard (-1..<count).contains(predictions[sample]) else {
        throw refuse("prediction", "a class, or -1", predictions[sample])
      }
      guard visits[sample] > 0 else { continue }
      let (weight, loss) = (weights[sample], losses[sample])
      guard weight >= 0, weight <= 1e100 else { throw refuse("weight", "a weight", weight) }
      guard loss >= 0, loss <= 1e100 else { throw refuse("loss", "a loss", loss) }
    }
  }

  private static func integers(
    _ name: String, of archive: NPZ, length: Int?
  ) throws(DataError) -> [Int] {
    try array(name, of: archive, length: length).int64s().map { Int($0) }
  }

  private static func numbers(_ name: String, of archive: NPZ, length: Int) throws(DataError) -> [Double] {
    let array = try array(name, of: archive, length: length)
    guard array.dtype == .float64 else { return array.floats().map { Double($0) } }
    return array.bytes.littleEndianNumbers(UInt64.self) { Double(bitPattern: $0) }
  }

  private static func array(_ name: String, of archive: NPZ, length: Int?) throws(DataError) -> NPYArray {
    let array = try archive.array(name)
    guard array.shape.count == 1, array.count == length ?? array.count else {
      throw .malformed(
        DataPlace(file: archive.path, entry: name),
        expected: length.map { "one number for each of \($0) samples" } ?? "one number a sample",
        found: "shape \(array.shape.prefix(4))")
    }
    return array
  }
}
