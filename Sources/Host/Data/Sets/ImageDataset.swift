/// Labelled images of one size, checked: every pixel finite, every label a class.
public struct ImageDataset: Sendable {
  /// Pixels as they were stored, `[N, H, W, C]`.
  public enum Pixels: Sendable {
    case bytes([UInt8])
    case floats([Float])
  }

  /// The path of the file it was read from.
  public let path: String
  /// The number of images, N.
  public let count: Int
  /// The size of every image, in pixels.
  public let height, width: Int
  /// The number of colour channels, C.
  public let channels: Int
  /// The number of classes of the training set, whether or not this set has images of each.
  public let classes: Int
  /// `[N, H, W, C]`, in the units that `convention` says.
  public let pixels: Pixels
  /// What pixel values mean.
  public let convention: PixelConvention
  /// The lowest and the highest pixel value.
  public let values: ClosedRange<Float>
  /// How the file's axes were read.
  public let layout: ImageLayout
  /// The element type of the file's images.
  public let dtype: DType
  /// `[N]`, each in `0..<classes`.
  public let labels: [Int64]
  /// `[N]`, each at least 0: the archive's third array; nil where there is none.
  public let groups: [Int64]?
  /// What `digest` made of the file's bytes; nil where none was given.
  public let contentHash: String?

  /// The number of values of one image, H · W · C.
  public var imageSize: Int { height * width * channels }

  /// The number of images of each class.
  public var classCounts: [Int] {
    labels.reduce(into: [Int](repeating: 0, count: classes)) { $0[Int($1)] += 1 }
  }

  /// The largest class divided by the smallest.
  public var imbalanceFactor: Double {
    let counts = classCounts
    return Double(counts.max() ?? 0) / Double(counts.min() ?? 0)
  }
}

// MARK: - Reading

extension ImageDataset {
  /// Reads and checks the archive at `path`: images first, labels second, groups third if any.
  ///
  /// - Parameters:
  ///   - path: an `.npz` file.
  ///   - training: the training set, where this is a test set: decides classes, image size and pixel values.
  ///   - digest: makes `contentHash` of the file's bytes.
  public init(
    path: String, testing training: ImageDataset? = nil, digest: (([UInt8]) -> String)? = nil
  ) throws(DataError) {
    let bytes: [UInt8]
    do { bytes = try readFile(at: path) } catch { throw .file(error) }
    try self.init(archive: NPZ(bytes: bytes, path: path), testing: training, contentHash: digest?(bytes))
  }

  /// Takes the arrays of `archive`.
  public init(
    archive: NPZ, testing training: ImageDataset? = nil, contentHash: String? = nil
  ) throws(DataError) {
    guard archive.names.count >= 2 else {
      throw .malformed(
        DataPlace(file: archive.path), expected: "at least two arrays, images and labels",
        found: "\(archive.names.count)")
    }
    let images = try ImageArray(archive.array(archive.names[0]), following: training?.convention)
    if let training { try images.checkSize(against: training) }
    let labels = try Self.column(archive.array(archive.names[1]), count: images.count)
    let labelPlace = DataPlace(file: archive.path, entry: archive.names[1])
    classes = try Self.checkedClasses(of: labels, at: labelPlace, testing: training)
    if archive.names.count >= 3 {
      groups = try Self.groups(archive.array(archive.names[2]), count: images.count)
    } else {
      groups = nil
    }
    path = archive.path
    count = images.count
    (height, width, channels) = (images.height, images.width, images.channels)
    (layout, dtype) = (images.layout, images.dtype)
    (pixels, convention, values) = (images.pixels, images.convention, images.values)
    self.labels = labels
    self.contentHash = contentHash
  }

  /// The numbers of an array of shape `[count]` or `[count, 1]`.
  private static func column(_ array: NPYArray, count: Int) throws(DataError) -> [Int64] {
    guard array.shape.count == 1 || (array.shape.count == 2 && array.shape[1] == 1) else {
      throw .wrongShape(array.place, expected: "[\(count)] or [\(count), 1]", found: array.shape)
    }
    guard array.count == count else { throw .wrongCount(array.place, expected: count, found: array.count) }
    return try array.int64s()
  }

  private static func groups(_ array: NPYArray, count: Int) throws(DataError) -> [Int64] {
    let groups = try column(array, count: count)
    if let image = groups.firstIndex(where: { $0 < 0 }) {
      throw .badGroup(array.place, image: image, group: groups[image])
    }
    return groups
  }

  /// The number of classes; in a training set, every class up to the highest label has an image.
  private static func checkedClasses(
    of labels: [Int64], at place: DataPlace, testing training: ImageDataset?
  ) throws(DataError) -> Int {
    // A training set with a label of at least its count can't have images of all classes below.
    let limit = training?.classes ?? labels.count
    if let image = labels.firstIndex(where: { $0 < 0 || $0 >= limit }) {
      let expected =
        training == nil
        ? "classes numbered from 0 without gaps, hence below the number of images, \(limit)"
        : "a class of the training set, 0 to \(limit - 1)"
      throw .badLabel(place, image: image, label: labels[image], expected: expected)
    }
    if let training { return training.classes }
    let classes = Int(labels.max() ?? -1) + 1
    var isPresent = [Bool](repeating: false, count: classes)
    for label in labels { isPresent[Int(label)] = true }
    let missing = isPresent.indices.filter { !isPresent[$0] }
    guard missing.isEmpty else { throw .missingClasses(place, missing: missing, classes: classes) }
    return classes
  }
}
