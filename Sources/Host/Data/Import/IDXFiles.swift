/// The four files of a collection in IDX, each plain or gzipped, under any of the names that are in use:
/// `train-images-idx3-ubyte`, `t10k-images.idx3-ubyte.gz`, `emnist-digits-test-labels-idx1-ubyte` and so on.
struct IDXFiles {
  /// Training images and labels, test images and labels; nil for what is not there.
  let names: [String?]
  /// A part that more than one collection has files for.
  private let repeated: String?

  private static let parts = [
    ["train-images-idx3-ubyte"], ["train-labels-idx1-ubyte"],
    ["t10k-images-idx3-ubyte", "test-images-idx3-ubyte"],
    ["t10k-labels-idx1-ubyte", "test-labels-idx1-ubyte"],
  ]

  /// Looks for the files among those of `files`; of a plain and a gzipped one, the plain one counts.
  init(in files: SourceFiles) {
    var names: [String?] = []
    var repeated: String?
    for endings in Self.parts {
      let found = files.names.filter { name in endings.contains { Self.stem(of: name).hasSuffix($0) } }
      if Set(found.map(Self.stem)).count > 1 { repeated = endings[0] }
      names.append(found.first { !$0.hasSuffix(".gz") } ?? found.first)
    }
    (self.names, self.repeated) = (names, repeated)
  }

  /// Checks that all four are there, once each.
  func check(_ files: SourceFiles) throws(ImportError) {
    if let repeated { throw .repeatedFile(path: files.path, name: "…\(repeated)") }
    let missing = zip(names, Self.parts).filter { $0.0 == nil }.map { $0.1[0] }
    guard missing.isEmpty else {
      throw .missingFiles(path: files.path, format: ImportFormat.idx.title, missing: missing)
    }
  }

  /// The images and labels of the training or the test set.
  func images(testing: Bool, in files: SourceFiles) throws(ImportError) -> LabelledImages {
    let (imageName, labelName) = (names[testing ? 2 : 0] ?? "", names[testing ? 3 : 1] ?? "")
    let (images, labels) = (try Self.read(imageName, in: files), try Self.read(labelName, in: files))
    let channels = images.shape.count == 4 ? images.shape[3] : 1
    guard (3...4).contains(images.shape.count), [1, 3].contains(channels), !images.bytes.isEmpty else {
      throw .malformed(
        path: files.path(of: imageName), expected: "images of shape [N, H, W], or [N, H, W, C] with C 1 or 3",
        found: "shape \(images.shape)")
    }
    guard labels.shape.count == 1 else {
      throw .malformed(
        path: files.path(of: labelName), expected: "labels of shape [N]", found: "shape \(labels.shape)")
    }
    guard labels.shape[0] == images.shape[0] else {
      throw .wrongCount(path: files.path(of: labelName), images: images.shape[0], labels: labels.shape[0])
    }
    return LabelledImages(
      height: images.shape[1], width: images.shape[2], channels: channels, pixels: images.bytes,
      labels: labels.bytes.map { Int($0) })
  }

  private static func read(_ name: String, in files: SourceFiles) throws(ImportError) -> IDX {
    let (content, path) = (try files.content(of: name), files.path(of: name))
    return Gzip.begins(content)
      ? try IDX(unpacking: content, path: path) : try IDX(parsing: content, path: path)
  }

  private static func stem(of name: String) -> String {
    (name.hasSuffix(".gz") ? String(name.dropLast(3)) : name).replacing(".", with: "-")
  }
}
