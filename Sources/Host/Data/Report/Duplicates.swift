/// Images that a data set has more than once, pixel for pixel.
///
/// A test image that was trained on makes the test easier than it should be; one image under two labels is noise.
public struct Duplicates: Sendable, Equatable {
  /// An image and an earlier one with the same pixels.
  public struct Pair: Sendable, Equatable {
    /// The row of the image: of the test set between the sets, of the training set within it.
    public let row: Int
    /// The first row of the training set with the same pixels.
    public let first: Int
    /// Whether both have the same label.
    public let isSameClass: Bool
  }

  /// Training images that repeat an earlier one, in the order of their rows.
  public let withinTraining: [Pair]
  /// Test images that are in the training set too, in the order of their rows; nil where there is no test set, or one
  /// whose pixels are stored in other units.
  public let acrossSets: [Pair]?

  /// Compares every image of `training` and `test` with those of `training`.
  public init(training: ImageDataset, test: ImageDataset?) {
    let size = training.imageSize
    switch (training.pixels, test?.pixels) {
    case (.bytes(let pixels), .bytes(let others)?):
      (withinTraining, acrossSets) = pairs(pixels, others, size, training, test)
    case (.floats(let pixels), .floats(let others)?) where training.convention == test?.convention:
      (withinTraining, acrossSets) = pairs(pixels, others, size, training, test)
    case (.bytes(let pixels), _): (withinTraining, acrossSets) = pairs(pixels, nil, size, training, nil)
    case (.floats(let pixels), _): (withinTraining, acrossSets) = pairs(pixels, nil, size, training, nil)
    }
  }
}

/// The pairs within `pixels`, `[N, size]`, and those between `others` and `pixels`.
private func pairs<Pixel: Hashable>(
  _ pixels: [Pixel], _ others: [Pixel]?, _ size: Int, _ training: ImageDataset, _ test: ImageDataset?
) -> ([Duplicates.Pair], [Duplicates.Pair]?) {
  // Equal images meet in the table, whose hash is seeded anew in each process: no data set makes it slow.
  var firstRows: [ArraySlice<Pixel>: Int] = [:]
  firstRows.reserveCapacity(training.count)
  var within: [Duplicates.Pair] = []
  for row in 0..<training.count {
    let image = pixels[row * size..<(row + 1) * size]
    guard let first = firstRows[image] else {
      firstRows[image] = row
      continue
    }
    within.append(
      Duplicates.Pair(row: row, first: first, isSameClass: training.labels[row] == training.labels[first]))
  }
  guard let others, let test else { return (within, nil) }
  let across = (0..<test.count).compactMap { row in
    firstRows[others[row * size..<(row + 1) * size]].map { first in
      Duplicates.Pair(row: row, first: first, isSameClass: test.labels[row] == training.labels[first])
    }
  }
  return (within, across)
}

// MARK: - Text and JSON

extension Duplicates {
  private static let shown = 5

  /// Lines for people.
  func lines(hasTest: Bool) -> [String] {
    let within =
      withinTraining.isEmpty
      ? "no training image repeats another"
      : "\(withinTraining.count) training images repeat an earlier one\(Self.rows(withinTraining))"
    let first = "\(padded("repeated", 10, left: true))\(within)"
    guard hasTest else { return [first] }
    let across =
      switch acrossSets {
      case nil: "training and test pixels are of different kinds, hence not compared"
      case []?: "no test image is a training image too"
      case let pairs?: "\(pairs.count) test images are training images too\(Self.rows(pairs))"
      }
    return [first, padded("", 10) + across]
  }

  /// How many have another label, and the first few rows.
  private static func rows(_ pairs: [Pair]) -> String {
    let others = pairs.count { !$0.isSameClass }
    let rows = pairs.prefix(shown).map { "\($0.row) = \($0.first)" }.joined(separator: ", ")
    let labels = others == 0 ? "" : " (\(others) under another label)"
    return "\(labels): \(rows)\(pairs.count > shown ? ", …" : "")"
  }

  /// Counts, and the first few rows.
  var json: JSON {
    ["within_training": Self.json(withinTraining), "across_sets": acrossSets.map(Self.json) ?? .null]
  }

  private static func json(_ pairs: [Pair]) -> JSON {
    let rows = pairs.prefix(shown).map { pair -> JSON in
      ["row": JSON(pair.row), "training_row": JSON(pair.first), "same_label": JSON(pair.isSameClass)]
    }
    return [
      "count": JSON(pairs.count), "other_label": JSON(pairs.count { !$0.isSameClass }), "first": .array(rows),
    ]
  }
}
