/// What was made: the files of a data set, its classes, and what to type next.
public struct MadeDataset: Sendable {
  /// One of the two files.
  struct Part {
    let path: String
    let images: Int
    let contentHash: String
    /// Whether the file was written, rather than found.
    let isNew: Bool
  }

  let name: String
  /// How it came about, such as "IDX files, as MNIST has them, 'downloads'".
  let origin: String
  let height, width, channels: Int
  let training: Part
  /// Nil where there is no test set.
  let test: Part?
  /// The images of each class.
  let trainingCounts: [Int]
  let testCounts: [Int]?
  let classNames: [String]?
  /// What else a user should know, a sentence each.
  var notes: [String] = []
  /// Command lines.
  let next: [String]
}

// MARK: - Text

extension MadeDataset {
  /// Lines for people to read.
  public var text: String {
    let size = "\(height) × \(width) pixels, \(channels) channel\(channels == 1 ? "" : "s")"
    var lines = ["\(name): \(origin)", "\(trainingCounts.count) classes, \(size)"]
    lines += description(of: training, called: "training")
    if let test { lines += description(of: test, called: "test") } else { lines.append("test      none") }
    let (most, least) = (trainingCounts.max() ?? 0, trainingCounts.min() ?? 0)
    let factor = decimal(Double(most) / Double(max(least, 1)), places: 1)
    lines.append("imbalance \(factor) = \(most) / \(least) images")
    let width = classNames.map { $0.map(\.count).max() ?? 0 } ?? 0
    let gap = classNames == nil ? "" : "  \(padded("name", width, left: true))"
    lines += ["", "class\(gap)  training    test"]
    for (label, count) in trainingCounts.enumerated() {
      let name = classNames.map { "  \(padded($0[label], width, left: true))" } ?? ""
      let test = padded(testCounts.map { "\($0[label])" } ?? "-", 8)
      lines.append("\(padded("\(label)", 5))\(name)\(padded("\(count)", 10))\(test)  \(bar(count, of: most))")
    }
    if !notes.isEmpty { lines += [""] + notes.map { "note: \($0)" } }
    lines += ["", "next:"] + next.map { "  \($0)" }
    return lines.map { $0 + "\n" }.joined()
  }

  private func description(of part: Part, called title: String) -> [String] {
    let found = part.isNew ? "" : " (which was there)"
    return [
      "\(padded(title, 10, left: true))\(part.images) images, \(part.path)\(found)",
      "\(padded("", 10))SHA-256 \(part.contentHash)",
    ]
  }
}

/// A bar for `count`, 40 wide for `most`; never empty.
func bar(_ count: Int, of most: Int) -> String {
  String(repeating: "█", count: max(1, (count * 40 + most / 2) / max(most, 1)))
}

/// `text` as one word of a shell.
func shellWord(_ text: String) -> String {
  let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || "/._-+,@".contains($0) }
  return isPlain && !text.isEmpty ? text : "'\(text.replacing("'", with: "'\\''"))'"
}

// MARK: - JSON

extension MadeDataset {
  /// One JSON object.
  public var json: String {
    let classes = trainingCounts.indices.map { label -> JSON in
      [
        "label": JSON(label), "name": JSON(classNames?[label]), "training": JSON(trainingCounts[label]),
        "test": JSON(testCounts?[label]),
      ]
    }
    let value: JSON = [
      "name": JSON(name), "origin": JSON(origin), "height": JSON(height), "width": JSON(width),
      "channels": JSON(channels), "training": training.json, "test": test?.json ?? .null,
      "classes": .array(classes), "notes": JSON(notes), "next": JSON(next),
    ]
    return value.pretty
  }
}

extension MadeDataset.Part {
  fileprivate var json: JSON {
    [
      "path": JSON(path), "images": JSON(images), "content_hash": JSON(contentHash), "written": JSON(isNew),
    ]
  }
}
