internal import Models

/// A part of a training set held out of it, class by class; the same for the same seed.
public struct StratifiedSplit: Equatable, Sendable {
  /// The rows held out, ascending.
  public let heldOut: [Int]
  /// The other rows, ascending; at least one of each class that had one.
  public let rest: [Int]

  /// Takes the same number of each class out of `dataset`: at most `perClass`, and at most half of the smallest class.
  ///
  /// - Parameter rows: the rows to take from; all by default.
  public init(of dataset: ImageDataset, rows: [Int]? = nil, perClass: Int, seed: UInt64) {
    precondition(perClass >= 0, "\(perClass) images of each class")
    self.init(of: dataset, rows: rows, seed: seed, stream: "split") { counts in
      counts.map { _ in min(perClass, (counts.min() ?? 0) / 2) }
    }
  }

  /// Takes a share of each class out of `dataset`, to the nearest whole number, but never a class's last.
  public init(of dataset: ImageDataset, fraction: Double, seed: UInt64) {
    precondition((0..<1).contains(fraction), "a fraction of \(fraction)")
    self.init(of: dataset, rows: nil, seed: seed, stream: "validation") { counts in
      counts.map { min(Int((Double($0) * fraction).rounded()), max($0 - 1, 0)) }
    }
  }

  /// - Parameter quota: how many to take of classes of these sizes.
  private init(
    of dataset: ImageDataset, rows: [Int]?, seed: UInt64, stream: String, quota: ([Int]) -> [Int]
  ) {
    let isOffered = Set(rows ?? Array(0..<dataset.count))
    var counts = [Int](repeating: 0, count: dataset.classes)
    for row in isOffered { counts[Int(dataset.labels[row])] += 1 }
    var left = quota(counts)
    var stream = RandomStream(seed: seed, name: stream)
    var isHeldOut = [Bool](repeating: false, count: dataset.count)
    for row in stream.permutation(of: dataset.count) where isOffered.contains(row) {
      let label = Int(dataset.labels[row])
      guard left[label] > 0 else { continue }
      left[label] -= 1
      isHeldOut[row] = true
    }
    heldOut = isHeldOut.indices.filter { isHeldOut[$0] }
    rest = isHeldOut.indices.filter { !isHeldOut[$0] && isOffered.contains($0) }
  }
}
