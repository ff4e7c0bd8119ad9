/// What `brhost data info` says about a data set.
public struct DataReport: Sendable {
  /// One of the two files of a data set.
  struct Part {
    let path: String
    let images: Int
    let layout: String
    let dtype: String
    let convention: String
    let low: Float
    let high: Float
    let contentHash: String?
    let groupCounts: [Int64: Int]?
  }

  /// One class, with its place in the long tail.
  struct Class {
    let label, training: Int
    let test: Int?
    let shot: Shot
  }

  let name: String
  let height, width, channels: Int
  let imbalanceFactor: Double
  let training: Part
  let test: Part?
  let classes: [Class]
  let duplicates: Duplicates

  /// Describes the data set `name`; `test` is nil where there is no test set.
  public init(name: String, training: ImageDataset, test: ImageDataset?) {
    self.name = name
    (height, width, channels) = (training.height, training.width, training.channels)
    imbalanceFactor = training.imbalanceFactor
    self.training = Part(training)
    self.test = test.map { Part($0) }
    let testCounts = test?.classCounts
    classes = training.classCounts.enumerated().map { label, count in
      Class(label: label, training: count, test: testCounts?[label], shot: Shot(count: count))
    }
    duplicates = Duplicates(training: training, test: test)
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
      groups.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
  }
}

// MARK: - Text

extension DataReport {
  /// Lines for people to read.
  public var text: String {
    let size = "\(height) × \(width) pixels, \(channels) channel\(channels == 1 ? "" : "s")"
    var lines = ["\(name): \(classes.count) classes, \(size)"]
    lines += description(of: training, called: "training")
    if let test { lines += description(of: test, called: "test") } else { lines.append("test      none") }
    lines += duplicates.lines(hasTest: test != nil)
    let counts = classes.map(\.training)
    let factor = decimal(imbalanceFactor, places: 1)
    lines.append("imbalance \(factor) = \(counts.max() ?? 0) / \(counts.min() ?? 0) images")
    lines += ["", "class  training    test"] + classes.map(row)
    let tally = Shot.allCases.map { shot in "\(classes.count { $0.shot == shot }) \(shot.rawValue)" }
    lines += ["", "\(tally.joined(separator: ", ")): \(ShotGroups.Rule.counts.meaning)"]
    return lines.map { $0 + "\n" }.joined()
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
      let shown = groups.sorted { $0.key < $1.key }.prefix(8)
      let counts = shown.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
      lines.append("\(indent)\(groups.count) groups, \(counts)\(groups.count > shown.count ? ", …" : "")")
    }
    return lines
  }

  /// A class's counts and a bar, the longest 40 wide.
  private func row(_ row: Class) -> String {
    let most = classes.map(\.training).max() ?? 1
    let counts = padded("\(row.label)", 5) + padded("\(row.training)", 10)
    let test = padded(row.test.map { "\($0)" } ?? "-", 8)
    return "\(counts)\(test)  \(padded(row.shot.rawValue, 6, left: true))  \(bar(row.training, of: most))"
  }
}

// MARK: - JSON

extension DataReport {
  /// One JSON object.
  public var json: String {
    let classes = classes.map { row -> JSON in
      [
        "label": JSON(row.label), "training": JSON(row.training), "test": JSON(row.test),
        "frequency": JSON(row.shot.rawValue),
      ]
    }
    let value: JSON = [
      "name": JSON(name), "height": JSON(height), "width": JSON(width), "channels": JSON(channels),
      "imbalance_factor": JSON(imbalanceFactor), "training": training.json, "test": test?.json ?? .null,
      "duplicates": duplicates.json, "classes": .array(classes),
    ]
    return value.pretty
  }
}

extension DataReport.Part {
  fileprivate var json: JSON {
    let groups = groupCounts?.sorted { $0.key < $1.key }.map { JSON.Member("\($0.key)", JSON($0.value)) }
    return [
      "path": JSON(path), "images": JSON(images), "layout": JSON(layout), "dtype": JSON(dtype),
      "convention": JSON(convention), "low": JSON(low), "high": JSON(high),
      "content_hash": JSON(contentHash), "group_counts": groups.map { .object($0) } ?? .null,
    ]
  }
}
