extension RunRecorder {
  /// How many of the training images with the largest, and with the smallest mean weight TensorBoard shows.
  static let shownExtremes = 12

  /// Shows the training images of the largest and of the smallest mean relative weight in TensorBoard.
  mutating func showExtremes(of images: ImageDataset) {
    let (most, least) = ledger.extremes(Self.shownExtremes)
    for (name, samples) in [("most_weighted", most), ("least_weighted", least)] where !samples.isEmpty {
      let strip = ContactSheet(of: images, rows: [samples])
      guard let png = PNGFile.encoded(strip.pixels, height: strip.height, width: strip.width) else {
        noteLost("TensorBoard's pictures")
        continue
      }
      writeEvents(
        [.picture(tag: "samples/\(name)", png: png, height: strip.height, width: strip.width)], step: steps)
    }
  }

  /// Counts what a batch's samples came to in a step.
  mutating func visit(
    _ sampleIDs: Span<Int64>, losses: Span<Float>, logits: Span<Float>, weights: Span<Float>
  ) {
    let count = sampleIDs.count
    precondition(
      losses.count == count && weights.count == count,
      "\(losses.count) losses and \(weights.count) weights of \(count) samples")
    let classes = description.data.trainCounts.count
    precondition(logits.count == count * classes, "\(logits.count) logits of \(count) samples")
    var sum = 0.0
    for index in weights.indices { sum += Double(weights[index]) }
    for index in sampleIDs.indices {
      let weight = relativeWeight(weights[index], of: sum, samples: count)
      let loss = Double(losses[index])
      let prediction = largestLogit(of: index, in: logits, classes: classes)
      samples.add(weight: weight, loss: loss)
      ledger.add(sample: Int(sampleIDs[index]), weight: weight, loss: loss, prediction: prediction)
    }
  }
}
