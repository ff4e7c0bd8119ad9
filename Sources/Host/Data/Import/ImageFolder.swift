internal import Models

/// Folders of PNG images, one a class: below `train` and `test`, or without such a division.
struct ImageFolder {
  let training, test: LabelledImages
  /// The names of the classes, sorted: the folders of the training images.
  let classNames: [String]

  private static let maximalFile = 64 << 20
  private static let (trainingName, testName) = ("train", "test")

  /// Whether `files` look like such folders: one is called `train`, or one has a PNG file.
  static func isLikely(_ files: SourceFiles) throws(ImportError) -> Bool {
    if files.folders.contains(trainingName) { return true }
    for folder in files.folders
    where try visibleNames(in: files.path(of: folder)).contains(where: { $0.lowercased().hasSuffix(".png") })
    {
      return true
    }
    return false
  }

  /// Reads all images; those of the test set are `fraction` of each class, chosen by `seed`, where there are no
  /// folders for them.
  init(_ files: SourceFiles, holdingOut fraction: Double?, seed: UInt64) throws(ImportError) {
    let isDivided = files.folders.contains(Self.trainingName)
    let hasTest = isDivided && files.folders.contains(Self.testName)
    if hasTest, fraction != nil { throw .testSetAndFraction(path: files.path) }
    guard hasTest || fraction != nil else { throw .noTestSet(path: files.path) }
    let root = isDivided ? files.path(of: Self.trainingName) : files.path
    var reader = ImageReader()
    let names = try SourceFiles(at: root).folders
    guard !names.isEmpty else { throw .emptyClass(path: root) }
    var parts = [[Labelled](), [Labelled]()]
    for (label, name) in names.enumerated() {
      let images = try reader.images(in: "\(root)/\(name)", label: label)
      let heldOut = hasTest ? [] : Self.heldOut(of: images.count, fraction ?? 0, label: label, seed: seed)
      for (row, image) in images.enumerated() { parts[heldOut.contains(row) ? 1 : 0].append(image) }
    }
    if hasTest {
      let root = files.path(of: Self.testName)
      for name in try SourceFiles(at: root).folders {
        guard let label = names.firstIndex(of: name) else { throw .newClass(path: root, name: name) }
        parts[1] += try reader.images(in: "\(root)/\(name)", label: label)
      }
    }
    classNames = names
    training = reader.joined(parts[0])
    test = reader.joined(parts[1])
  }

  /// The rows of a class of `count` images that go into the test set: never all of them.
  private static func heldOut(of count: Int, _ fraction: Double, label: Int, seed: UInt64) -> Set<Int> {
    var stream = RandomStream(seed: seed, name: "test-split", substream: UInt32(truncatingIfNeeded: label))
    let share = min(Int((Double(count) * fraction).rounded()), count - 1)
    return Set(stream.permutation(of: count).prefix(share))
  }

  typealias Labelled = (image: PNGImage, label: Int)

  /// Reads images of one size and counts their bytes.
  private struct ImageReader {
    private var first: PNGImage?
    private var channels = 1
    private var bytes = 0

    /// The images in `folder`, in the order of their names.
    mutating func images(in folder: String, label: Int) throws(ImportError) -> [Labelled] {
      guard isShowable(folder) else {
        throw .unsupported(path: folder, expected: "a printable name", found: "one with control characters")
      }
      let names = try visibleNames(in: folder)
      guard !names.isEmpty else { throw .emptyClass(path: folder) }
      var images: [Labelled] = []
      for name in names {
        let path = "\(folder)/\(name)"
        let image = try PNGImage(parsing: importedFile(at: path, limit: maximalFile), path: path)
        let expected = first ?? image
        guard (image.height, image.width) == (expected.height, expected.width) else {
          throw .differentImages(
            path: path, expected: "\(expected.height) × \(expected.width)",
            found: "\(image.height) × \(image.width)")
        }
        first = expected
        channels = max(channels, image.channels)
        // As much as if it had colours: it gets them where others have.
        bytes += 3 * image.height * image.width
        guard bytes <= ImportLimit.images else {
          throw .tooLarge(path: folder, bytes: bytes, limit: ImportLimit.images)
        }
        images.append((image, label))
      }
      // What joining them will take.
      guard canAllocate(byteCount: bytes) else { throw .outOfMemory(path: folder, bytes: bytes) }
      return images
    }

    /// One array of all; where some images have colours, gray ones get three equal ones.
    func joined(_ images: [Labelled]) -> LabelledImages {
      var pixels: [UInt8] = []
      let (height, width) = (first?.height ?? 0, first?.width ?? 0)
      pixels.reserveCapacity(images.count * height * width * channels)
      for (image, _) in images {
        if image.channels == channels {
          pixels += image.pixels
        } else {
          for value in image.pixels { for _ in 0..<3 { pixels.append(value) } }
        }
      }
      return LabelledImages(
        height: height, width: width, channels: channels, pixels: pixels, labels: images.map(\.label))
    }
  }
}
