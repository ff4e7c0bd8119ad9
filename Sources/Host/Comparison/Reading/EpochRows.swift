/// The epochs of a `metrics.jsonl`, which comes in pieces of any length.
struct EpochRows {
  /// The epochs read so far.
  private(set) var epochs: [EpochSummary] = []
  /// Lines that are none of such a file.
  private(set) var damaged = 0
  /// The test accuracy of each class in the last epoch that has it, `[C]`.
  private(set) var lastClassAccuracy: [Double?]
  private let classes: Int
  private var line: [UInt8] = []
  private var isTooLong = false
  /// The epochs between those whose weights are kept, and where these are.
  private var stride = 1
  private var detailed: [Int] = []

  /// The longest line, in bytes.
  private static let longestLine = 1 << 24
  /// The most epochs that are kept.
  private static let mostEpochs = 1 << 18
  /// The most epochs whose weights are kept.
  private static let mostDetailed = 200
  private static let step = Array("{\"kind\":\"step\",".utf8)

  /// Nothing read yet, of a run on `classes` classes.
  init(classes: Int) {
    self.classes = classes
    lastClassAccuracy = [Double?](repeating: nil, count: classes)
  }

  /// Reads the next bytes.
  mutating func add(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      append(rest[..<end])
      endLine()
      rest = rest[(end + 1)...]
    }
    append(rest)
  }

  /// All that was read, after the last bytes.
  consuming func end() -> EpochRows {
    endLine()
    return self
  }

  private mutating func append(_ bytes: ArraySlice<UInt8>) {
    if line.count + bytes.count > Self.longestLine { isTooLong = true }
    if !isTooLong { line.append(contentsOf: bytes) }
  }

  private mutating func endLine() {
    defer {
      line.removeAll(keepingCapacity: true)
      isTooLong = false
    }
    if isTooLong {
      damaged += 1
      return
    }
    // Nearly all lines are of steps, which are not looked into.
    if line.isEmpty || line.starts(with: Self.step) && line.last == UInt8(ascii: "}") { return }
    guard let row = try? JSON(parsing: line), let kind = row["kind"]?.string else {
      damaged += 1
      return
    }
    if kind == "epoch", !add(row) { damaged += 1 }
  }

  // MARK: - Rows

  /// Adds an epoch; false where it is none or not after those before it.
  private mutating func add(_ row: JSON) -> Bool {
    guard let epoch = row["epoch"]?.int, (0..<1 << 32).contains(epoch), epoch > epochs.last?.epoch ?? -1,
      epochs.count < Self.mostEpochs
    else { return false }
    let accuracies = row["test_class_accuracy"]?.array
    if let accuracies {
      lastClassAccuracy = (0..<classes).map {
        $0 < accuracies.count ? Metric.accuracy.checked(accuracies[$0].double) : nil
      }
    }
    func loss(_ name: String) -> Double? { Metric.negativeLogLikelihood.checked(row[name]?.double) }
    epochs.append(
      EpochSummary(
        epoch: epoch, trainLoss: loss("train_loss"), testLoss: loss("test_loss"),
        accuracy: Metric.accuracy.checked(row["test_accuracy"]?.double),
        balancedAccuracy: accuracies == nil ? nil : mean(of: lastClassAccuracy.compactMap { $0 }),
        validationBalancedAccuracy: Metric.accuracy.checked(row["validation_balanced_accuracy"]?.double),
        effectiveSampleSize: loss("effective_sample_size"), weights: weights(row)))
    thinOut()
    return true
  }

  private func weights(_ row: JSON) -> EpochSummary.Weights {
    func numbers(_ name: String, _ count: Int, upTo limit: Float) -> [Float] {
      let numbers = (row[name]?.array ?? []).compactMap { $0.double.map { Float($0) } }
      return numbers.count == count && numbers.allSatisfy { $0 >= 0 && $0 <= limit } ? numbers : []
    }
    var weights = EpochSummary.Weights()
    let quantiles = numbers("weight_quantiles", 7, upTo: 1e18)
    weights.quantiles = zip(quantiles, quantiles.dropFirst()).allSatisfy { $0 <= $1 } ? quantiles : []
    weights.classShares = numbers("class_weight_share", classes, upTo: 1.001)
    for group in (row["weight_by_loss"]?.array ?? []).prefix(100) {
      guard let pair = group.array, pair.count == 2, let loss = pair[0].double, let weight = pair[1].double,
        loss >= 0, loss <= 1e18, weight >= 0, weight <= 1e18
      else { continue }
      weights.byLoss.append(.init(loss: Float(loss), weight: Float(weight)))
    }
    return weights
  }

  /// Keeps the weights of every `stride`-th epoch and of the last, at most `mostDetailed` and one.
  private mutating func thinOut() {
    let last = epochs.count - 1
    if let before = detailed.last, !before.isMultiple(of: stride) {
      epochs[before].weights = nil
      detailed.removeLast()
    }
    detailed.append(last)
    guard detailed.count > Self.mostDetailed else { return }
    stride *= 2
    for place in detailed where !place.isMultiple(of: stride) && place != last { epochs[place].weights = nil }
    detailed.removeAll { !$0.isMultiple(of: stride) && $0 != last }
  }
}
