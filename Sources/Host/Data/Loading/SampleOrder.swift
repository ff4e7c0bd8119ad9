internal import Models

/// The order in which an epoch visits the samples.
public enum SampleOrder: Equatable, Sendable {
  /// A new random order each epoch.
  case shuffled
  /// By row.
  case sequential
  /// The listed rows, each epoch alike; rows may be missing or occur more than once.
  case listed([Int])

  /// Reads rows of a training set of `count` images from an `.npy` file of whole numbers of any shape, row by row.
  public static func read(path: String, count: Int) throws(DataError) -> SampleOrder {
    try read(NPYArray(path: path), count: count)
  }

  /// Takes the rows that `array` lists.
  package static func read(_ array: NPYArray, count: Int) throws(DataError) -> SampleOrder {
    guard array.dtype != .bool else {
      throw .unsupported(array.place, expected: "sample ids", found: "booleans, which are no ids")
    }
    let ids = try array.int64s()
    guard !ids.isEmpty else { throw .empty(array.place) }
    if let index = ids.firstIndex(where: { $0 < 0 || $0 >= count }) {
      throw .badSampleID(array.place, index: index, id: ids[index], count: count)
    }
    return .listed(ids.map { Int($0) })
  }

  /// The sample ids of `epoch`, those of `rows` unless they are listed.
  func ids(rows: [Int], seed: UInt64, epoch: Int) -> [Int] {
    switch self {
    case .sequential: return rows
    case .listed(let ids): return ids
    case .shuffled:
      var stream = RandomStream(seed: seed, name: "order", substream: UInt32(truncatingIfNeeded: epoch))
      return stream.permutation(of: rows.count).map { rows[$0] }
    }
  }
}
