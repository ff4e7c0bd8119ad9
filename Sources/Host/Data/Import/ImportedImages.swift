/// What a source holds: training and test images that belong together.
struct ImportedImages {
  let format: ImportFormat
  let training, test: LabelledImages
  /// The names of the classes, where the source has them.
  let classNames: [String]?
  /// The number of classes.
  let classes: Int

  /// Takes what was read, checking what `ImageDataset` will ask of it.
  init(
    _ format: ImportFormat, training: LabelledImages, test: LabelledImages, classNames: [String]?,
    path: String
  ) throws(ImportError) {
    (self.format, self.training, self.test, self.classNames) = (format, training, test, classNames)
    classes = (training.labels.max() ?? -1) + 1
    guard training.count > 0 else { throw .emptyClass(path: path) }
    guard test.count > 0 else { throw .noTestSet(path: path) }
    if let label = training.counts(classes: classes).firstIndex(of: 0) {
      throw .missingClass(path: path, label: label, classes: classes)
    }
    if let image = test.labels.firstIndex(where: { $0 >= classes }) {
      throw .badLabel(path: "\(path), test set", image: image, label: test.labels[image], classes: classes)
    }
  }

  /// Reads the source at `path`, as `format` or as what it looks like.
  init(
    readingFrom path: String, as format: ImportFormat?, holdingOut fraction: Double?, seed: UInt64
  ) throws(ImportError) {
    let files = try SourceFiles(at: path)
    let format = if let format { format } else { try ImportFormat.recognized(in: files) }
    if format != .png, fraction != nil { throw .testSetAndFraction(path: path) }
    switch format {
    case .png: try self.init(ImageFolder(files, holdingOut: fraction, seed: seed), path: path)
    case .idx: try self.init(idx: files)
    case .cifar10Binary, .cifar10Python: try self.init(.ten, as: format, in: files)
    case .cifar100Binary, .cifar100Python: try self.init(.hundred, as: format, in: files)
    }
  }

  private init(_ folder: ImageFolder, path: String) throws(ImportError) {
    try self.init(
      .png, training: folder.training, test: folder.test, classNames: folder.classNames, path: path)
  }

  // MARK: - CIFAR

  private init(_ variant: CIFAR, as format: ImportFormat, in files: SourceFiles) throws(ImportError) {
    let missing = format.cifarFiles.filter { !files.names.contains($0) }
    guard missing.isEmpty else {
      throw .missingFiles(path: files.path, format: format.title, missing: missing)
    }
    let isPickled = format == .cifar10Python || format == .cifar100Python
    var parts: [LabelledImages] = []
    for name in format.cifarFiles {
      let (content, path) = (try files.content(of: name), files.path(of: name))
      // The pixels of this file, and those of all so far where their array grows.
      let needed = 2 * content.count + 2 * (parts.first?.pixels.count ?? 0)
      guard canAllocate(byteCount: needed) else { throw .outOfMemory(path: path, bytes: needed) }
      let images =
        isPickled
        ? try CIFARPickle(parsing: content, of: variant, path: path).images
        : try CIFARBinary(parsing: content, of: variant, path: path).images
      if parts.isEmpty || name == format.cifarFiles.last {
        parts.append(images)
      } else {
        parts[0].append(images)
      }
    }
    let names = Self.names(of: variant, as: format, isPickled: isPickled, in: files)
    try self.init(format, training: parts[0], test: parts[1], classNames: names, path: files.path)
  }

  /// The names of the classes; nil where there are none that can be read, since only the report shows them.
  private static func names(
    of variant: CIFAR, as format: ImportFormat, isPickled: Bool, in files: SourceFiles
  ) -> [String]? {
    guard let name = format.cifarNames, files.names.contains(name),
      let content = try? files.content(of: name), content.count <= 1 << 16
    else { return nil }
    if isPickled { return CIFARPickle.names(parsing: content, of: variant, path: files.path(of: name)) }
    let lines = String(decoding: content, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    return lines.count == variant.classes && lines.allSatisfy(isShowable) ? lines : nil
  }

  // MARK: - IDX

  private init(idx files: SourceFiles) throws(ImportError) {
    let found = IDXFiles(in: files)
    try found.check(files)
    let training = try found.images(testing: false, in: files)
    let test = try found.images(testing: true, in: files)
    guard (test.height, test.width, test.channels) == (training.height, training.width, training.channels)
    else {
      throw .differentImages(
        path: files.path(of: found.names[2] ?? ""),
        expected: "\(training.height) × \(training.width) × \(training.channels)",
        found: "\(test.height) × \(test.width) × \(test.channels)")
    }
    try self.init(.idx, training: training, test: test, classNames: nil, path: files.path)
  }
}
