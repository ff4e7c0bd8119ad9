internal import Foundation
internal import Models

/// How the sizes of classes fall from the most to the least frequent.
public enum ImbalanceProfile: String, CaseIterable, Sendable {
  /// Each class is smaller than the one before by the same ratio (Cui et al.: "Class-balanced loss based on effective
  /// number of samples", CVPR 2019; Cao et al.: "Learning imbalanced datasets with label-distribution-aware margin
  /// loss", NeurIPS 2019).
  case exponential
  /// Half of the classes is large, the other half small (Buda, Maki, Mazurowski: "A systematic study of the class
  /// imbalance problem in convolutional neural networks", 2018); of an odd number, the one in the middle is large.
  case step

  /// The size of the class of that rank, as a share of the largest; `classes` is at least 2.
  func share(ofRank rank: Int, among classes: Int, factor: Double) -> Double {
    switch self {
    case .exponential: pow(factor, -Double(rank) / Double(classes - 1))
    case .step: rank < (classes + 1) / 2 ? 1 : 1 / factor
    }
  }
}

/// A part of a training set whose classes are of very different sizes; the same for the same seed.
public struct LongTail: Equatable, Sendable {
  /// The rows that stay, ascending.
  public let rows: [Int]
  /// How many of each class stay.
  public let counts: [Int]

  /// Chooses rows of `dataset`.
  ///
  /// The largest class is as large as the data allow: with classes of equal size, all of it stays. Sizes are rounded
  /// down, as in the papers' code.
  ///
  /// - Parameters:
  ///   - factor: the largest class divided by the smallest, at least 1.
  ///   - seed: chooses the images of each class.
  ///   - shufflesClasses: whether the seed also chooses which classes are frequent; else the first ones are.
  public init(
    of dataset: ImageDataset, _ profile: ImbalanceProfile, factor: Double, seed: UInt64,
    shufflesClasses: Bool = false
  ) throws(LongTailError) {
    precondition(factor >= 1 && factor.isFinite, "a factor of \(factor)")
    let available = dataset.classCounts
    let classes = available.count
    guard classes >= 2 else { throw .oneClass(path: dataset.path) }
    var ranks = Array(0..<classes)
    if shufflesClasses {
      var stream = RandomStream(seed: seed, name: "class-order")
      ranks = stream.permutation(of: classes)
    }
    let shares = ranks.map { profile.share(ofRank: $0, among: classes, factor: factor) }
    let largest = zip(available, shares).map { floored(Double($0) / $1) }.min() ?? 0
    let counts = zip(available, shares).map { min($0, floored(Double(largest) * $1)) }
    if let empty = counts.firstIndex(of: 0) {
      throw .emptyClass(path: dataset.path, label: empty, largest: largest, factor: factor)
    }
    self.counts = counts
    rows = Self.rows(of: dataset, counts: counts, seed: seed)
  }

  /// The first rows of each class in a random order of their own.
  private static func rows(of dataset: ImageDataset, counts: [Int], seed: UInt64) -> [Int] {
    var members = [[Int]](repeating: [], count: counts.count)
    for (row, label) in dataset.labels.enumerated() { members[Int(label)].append(row) }
    var rows: [Int] = []
    for (label, members) in members.enumerated() {
      var stream = RandomStream(
        seed: seed, name: "long-tail", substream: UInt32(truncatingIfNeeded: label))
      rows += stream.permutation(of: members.count).prefix(counts[label]).map { members[$0] }
    }
    return rows.sorted()
  }
}

/// The whole number at or below `value`, which may fall short of one by rounding: 5000 · 100^(−9/9) is 50.
private func floored(_ value: Double) -> Int {
  Int(min(value * (1 + 1e-12), 1e15))
}

/// Why a long tail can't be made of a data set, and what to do about it.
public enum LongTailError: Failure, Equatable {
  case oneClass(path: String)
  case emptyClass(path: String, label: Int, largest: Int, factor: Double)
  case ambiguousPixels(path: String)

  /// The status that a command ending with this error exits with.
  public var status: ExitStatus { .badData }

  /// What happened, where, what was found and what was expected; one line.
  public var problem: String {
    switch self {
    case .oneClass(let path): "'\(path)': expected at least two classes, found one"
    case .emptyClass(let path, let label, let largest, let factor):
      "'\(path)': a factor of \(shortest(factor)) leaves no image of class \(label), as the largest class has "
        + "\(largest)"
    case .ambiguousPixels(let path):
      "'\(path)': the pixels that would stay are of a smaller range, and would be read in other units"
    }
  }

  /// What to do about it; one line that completes "Try: ".
  public var remedy: String {
    switch self {
    case .oneClass: "use a data set with more classes."
    case .emptyClass(_, _, let largest, _):
      largest > 1 ? "use '--factor \(largest)' or less, or a larger data set." : "use a larger data set."
    case .ambiguousPixels: "save the images as uint8, which can be read in one way only."
    }
  }
}

// MARK: - Files

extension ImageDataset {
  /// The arrays of a file with the images of `rows` alone: pixels of the same kind and meaning.
  func tensors(of rows: [Int]) throws(LongTailError) -> [NamedTensor] {
    let shape = datasetShape(count: rows.count, height: height, width: width, channels: channels)
    let images: NamedTensor
    switch pixels {
    case .bytes(let bytes):
      let chosen = rows.flatMap { bytes[$0 * imageSize..<($0 + 1) * imageSize] }
      images = NamedTensor(name: "images", dtype: .u8, shape: shape, bytes: chosen)
    case .floats(let floats):
      let chosen = rows.flatMap { floats[$0 * imageSize..<($0 + 1) * imageSize] }
      guard PixelConvention(low: chosen.min() ?? 0, high: chosen.max() ?? 0) == convention else {
        throw .ambiguousPixels(path: path)
      }
      images = NamedTensor(name: "images", shape: shape, floats: chosen)
    }
    let numbers = [NamedTensor(name: "labels", shape: [rows.count], integers: rows.map { labels[$0] })]
    let groups = groups.map { groups in
      NamedTensor(name: "groups", shape: [rows.count], integers: rows.map { groups[$0] })
    }
    return [images] + numbers + (groups.map { [$0] } ?? [])
  }
}
