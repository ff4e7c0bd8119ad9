/// Brings a published collection of images into the form that `brhost` trains on.
public struct DatasetImport: Sendable {
  /// The file or folder to read.
  public var source: String
  /// The new data set's name.
  public var name: String
  /// Where its two files go.
  public var folder = "data"
  /// How to read the source; nil to recognise it.
  public var format: ImportFormat?
  /// The share of each class to put aside for testing, where the source has no test images.
  public var testFraction: Double?
  /// Chooses those images.
  public var seed: UInt64 = 1

  /// An import of `source` under `name`; the other settings are properties.
  public init(of source: String, as name: String) {
    (self.source, self.name) = (source, name)
  }

  /// Reads the source and writes `NAME_train.npz` and `NAME_test.npz`: both, or neither.
  public func run() throws -> MadeDataset {
    let target = try NewDataset(name: name, folder: folder)
    let images = try ImportedImages(
      readingFrom: source, as: format, holdingOut: testFraction, seed: seed)
    let training = try NewDataset.file(of: images.training.tensors, for: target.trainingFile)
    let test = try NewDataset.file(of: images.test.tensors, for: target.testFile)
    try target.write(training: training, test: test)
    return MadeDataset(
      name: name, origin: "\(images.format.title), '\(source)'", height: images.training.height,
      width: images.training.width, channels: images.training.channels,
      training: MadeDataset.Part(
        path: target.trainingFile, images: images.training.count, contentHash: SHA256.digest(of: training),
        isNew: true),
      test: MadeDataset.Part(
        path: target.testFile, images: images.test.count, contentHash: SHA256.digest(of: test), isNew: true),
      trainingCounts: images.training.counts(classes: images.classes),
      testCounts: images.test.counts(classes: images.classes), classNames: images.classNames,
      notes: notes(on: images), next: next(after: images))
  }

  /// Says so where a collection is smaller or larger than the published one of its name.
  private func notes(on images: ImportedImages) -> [String] {
    guard let published = images.format.publishedCounts,
      published != (images.training.count, images.test.count)
    else { return [] }
    return [
      "the published collection has \(published.training) training and \(published.test) test images, this one "
        + "\(images.training.count) and \(images.test.count)"
    ]
  }

  private func next(after images: ImportedImages) -> [String] {
    let (from, to) =
      folder == "data"
      ? ("", "") : (" --data-dir \(shellWord(folder))", " --out \(shellWord(folder))")
    let look = ["brhost data info \(name)\(from)", "brhost train --dataset \(name)\(from)"]
    // As long a tail as the literature has, or as the images allow.
    let factor = min(images.training.counts(classes: images.classes).min() ?? 1, 100)
    guard factor > 1, images.classes > 1, !name.hasSuffix("-lt") else { return look }
    return look + ["brhost data make-lt \(name) --name \(name)-lt --factor \(factor)\(from)\(to)"]
  }
}
