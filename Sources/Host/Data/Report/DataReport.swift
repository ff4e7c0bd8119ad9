internal import Foundation

/// What `brhost data info` says about a data set.
public struct DataReport: Encodable, Sendable {
  /// One of the two files of a data set.
  struct Part: Encodable {
    let path: String
    let images: Int
    let layout: String
    let dtype: String
    let convention: String
    let low: Float
    let high: Float
    let contentHash: String?
    let groupCounts: [String: Int]?
  }

  /// One class, with its share of the long tail (Liu et al.: "Large-scale long-tailed recognition in an open
  /// world", CVPR 2019): many above 100 training images, few below 20.
  struct Class: Encodable {
    let label, training: Int
    let test: Int?
    let frequency: String
  }

  let name: String
  let height, width, channels: Int
  let imbalanceFactor: Double
  let training: Part
  let test: Part?
  let classes: [Class]

  /// Describes the data set `name`; `test` is nil where there is no test set.
  public init(name: String, training: ImageDataset, test: ImageDataset?) {
    self.name = name
    (height, width, channels) = (training.height, training.width, training.channels)
    imbalanceFactor = training.imbalanceFactor
    self.training = Part(training)
    self.test = test.map { Part($0) }
    let testCounts = test?.classCounts
    classes = training.classCounts.enumerated().map { label, count in
      Class(label: label, training: count, test: testCounts?[label], frequency: Self.frequency(of: count))
    }
  }

  static func frequency(of count: Int) -> String { count > 100 ? "many" : count < 20 ? "few" : "medium" }

  /// One JSON object, its keys sorted.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Every number is finite, so that encoding has nothing to refuse.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}

extension DataReport.Part {
  init(_ dataset: ImageDataset) {
    path = dataset.path
    images = dataset.count
    layout = dataset.layout.rawValue
    dtype = dataset.dtype.rawValue
    convention = dataset.convention.rawValue
    (low, high) = (dataset.values.lowerBound, dataset.values.upperBound)
    contentHash = dataset.contentHash
    groupCounts = dataset.groups.map { groups in
      groups.reduce(into: [:]) { $0["\($1)", default: 0] += 1 }
    }
  }
}

// MARK: - Text

extension DataReport {
  /// Lines for people to read, without a final line break.
  public var text: String {
    let size = "\(height) × \(width) pixels, \(channels) channel\(channels == 1 ? "" : "s")"
    var lines = ["\(name): \(classes.count) classes, \(size)"]
    lines += description(of: training, called: "training")
    if let test { lines += description(of: test, called: "test") } else { lines.append("test      none") }
    let counts = classes.map(\.training)
    let factor = (imbalanceFactor * 10).rounded() / 10
    lines.append("imbalance \(factor) = \(counts.max() ?? 0) / \(counts.min() ?? 0) images")
    lines += ["", "class  training    test"] + classes.map(row)
    let tally = ["many", "medium", "few"].map { kind in
      "\(classes.count { $0.frequency == kind }) \(kind)"
    }
    lines += ["", "\(tally.joined(separator: ", ")) (many: above 100 training images, few: below 20)"]
    return lines.joined(separator: "\n")
  }

  private func description(of part: Part, called title: String) -> [String] {
    let label = padded(title, 10, left: true)
    let indent = padded("", 10)
    var lines = [
      "\(label)\(part.images) images, \(part.path)",
      "\(indent)\(part.layout) \(part.dtype), values \(part.low) to \(part.high) (\(part.convention))",
    ]
    if let hash = part.contentHash { lines.append("\(indent)SHA-256 \(hash)") }
    if let groups = part.groupCounts {
      let shown = groups.sorted { (Int64($0.key) ?? 0) < (Int64($1.key) ?? 0) }.prefix(8)
      let counts = shown.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
      lines.append("\(indent)\(groups.count) groups, \(counts)\(groups.count > shown.count ? ", …" : "")")
    }
    return lines
  }

  /// A class's counts and a bar, the longest 40 wide.
  private func row(_ row: Class) -> String {
    let most = classes.map(\.training).max() ?? 1
    let bar = String(repeating: "█", count: max(1, (row.training * 40 + most / 2) / most))
    let counts = padded("\(row.label)", 5) + padded("\(row.training)", 10)
    let test = padded(row.test.map { "\($0)" } ?? "-", 8)
    return "\(counts)\(test)  \(padded(row.frequency, 6, left: true))  \(bar)"
  }

  private func padded(_ text: String, _ width: Int, left: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return left ? text + space : space + text
  }
}
