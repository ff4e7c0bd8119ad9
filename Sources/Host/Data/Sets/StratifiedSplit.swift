internal import Models

/// A class-balanced part of a training set held out of it, the same for the same seed.
public struct StratifiedSplit: Equatable, Sendable {
  /// The rows held out, ascending: the same number of every class, as many as asked for or as the smallest class
  /// can spare.
  public let heldOut: [Int]
  /// The other rows, ascending; at least one of each class.
  public let rest: [Int]

  /// Takes at most `perClass` images of each class out of `dataset`, but never a class's last.
  public init(of dataset: ImageDataset, perClass: Int, seed: UInt64) {
    precondition(perClass >= 0, "\(perClass) images of each class")
    var stream = RandomStream(seed: seed, name: "split")
    let order = stream.permutation(of: dataset.count)
    let spare = max((dataset.classCounts.min() ?? 0) - 1, 0)
    var left = [Int](repeating: min(perClass, spare), count: dataset.classes)
    var isHeldOut = [Bool](repeating: false, count: dataset.count)
    for row in order {
      let label = Int(dataset.labels[row])
      guard left[label] > 0 else { continue }
      left[label] -= 1
      isHeldOut[row] = true
    }
    heldOut = isHeldOut.indices.filter { isHeldOut[$0] }
    rest = isHeldOut.indices.filter { !isHeldOut[$0] }
  }
}
