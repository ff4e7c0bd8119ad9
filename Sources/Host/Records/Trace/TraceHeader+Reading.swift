extension TraceHeader {
  /// The longest file that is read, in bytes.
  private static let longest = 1 << 24
  /// The largest numbers that are believed; what a plugin or this program allocates by them stays bounded.
  private static let (mostSamples, mostClasses, largestBatch, widest) = (1 << 27, 1 << 20, 16_384, 1 << 30)

  /// Reads the `trace.json` at `path`; unknown members are passed over.
  init(path: String) throws(TraceError) {
    let bytes: [UInt8]
    do { bytes = try readFile(at: path, limit: Self.longest) } catch {
      if case .missing = error { throw .noHeader(path: path) }
      throw .file(error)
    }
    try self.init(parsing: bytes, path: path)
  }

  /// Reads what a `trace.json` holds; `path` is for messages.
  package init(parsing bytes: [UInt8], path: String) throws(TraceError) {
    let content: JSON
    do { content = try JSON(parsing: bytes) } catch { throw .badJSON(path: path, error) }
    let reader = HeaderReader(path: path, content: content)
    let format = try reader.integer("format", in: 1...Int(Int32.max))
    guard format == Self.format else { throw .unknownFormat(path: path, found: format, known: Self.format) }
    version = try reader.text("brhost")
    dataset = try reader.text("dataset")
    strategy = try reader.plugin("strategy")
    objective = content["objective"] == .null ? nil : try reader.plugin("objective")
    gradientSource = try reader.text("gradient_source")
    deferUntil = try reader.integer("defer_until", in: 0...Int.max)
    let classes = try reader.integer("classes", in: 1...Self.mostClasses)
    let samples = try reader.integer("training_samples", in: 1...Self.mostSamples)
    let sizes = TensorSizes(
      batch: try reader.integer("largest_batch", in: 1...Self.largestBatch), classes: classes,
      features: try reader.integer("features", in: 1...Self.widest),
      gradientLength: try reader.integer("gradient_length", in: 0...Self.widest))
    setup = StrategySetup(
      sizes: sizes, trainingSamples: samples,
      classCounts: try reader.classCounts(classes: classes, samples: samples), seed: try reader.seed("seed"))
    firstStep = content["first_step"] == nil ? 0 : try reader.integer("first_step", in: 0...1 << 53)
    isFlawed = content["flawed"] == .bool(true)
  }
}

/// Takes members out of the file's object, each checked.
private struct HeaderReader {
  let path: String
  let content: JSON

  func text(_ key: String) throws(TraceError) -> String {
    guard let text = content[key]?.string else { throw bad(key, "a text", content[key]) }
    return text
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(TraceError) -> Int {
    guard let number = content[key]?.int, range.contains(number) else {
      throw bad(key, "a whole number from \(range.lowerBound) to \(range.upperBound)", content[key])
    }
    return number
  }

  func seed(_ key: String) throws(TraceError) -> UInt64 {
    guard case .integer(let number)? = content[key], let seed = UInt64(exactly: number) else {
      throw bad(key, "a whole number from 0 to \(UInt64.max)", content[key])
    }
    return seed
  }

  func plugin(_ key: String) throws(TraceError) -> TraceHeader.Plugin {
    guard let plugin = content[key], let id = plugin["id"]?.string, let version = plugin["version"]?.string,
      let parameters = plugin["parameters"]?.members
    else { throw bad(key, "an object with id, version and parameters", content[key]) }
    return TraceHeader.Plugin(id: id, version: version, parameters: parameters)
  }

  func classCounts(classes: Int, samples: Int) throws(TraceError) -> [Int64] {
    let key = "class_count"
    guard let elements = content[key]?.array, elements.count == classes else {
      throw bad(key, "\(classes) whole numbers, one a class", content[key])
    }
    var counts: [Int64] = []
    var left = samples
    for element in elements {
      guard let count = element.int, (0...left).contains(count) else {
        throw bad(key, "whole numbers from 0 that add up to at most \(samples)", element)
      }
      left -= count
      counts.append(Int64(count))
    }
    return counts
  }

  private func bad(_ key: String, _ expected: String, _ found: JSON?) -> TraceError {
    .badHeader(path: path, key: key, expected: expected, found: shown(found?.line ?? "nothing"))
  }
}
