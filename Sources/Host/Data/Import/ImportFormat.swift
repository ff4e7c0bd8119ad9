/// The forms in which collections of images are published and read here.
public enum ImportFormat: String, CaseIterable, Sendable {
  case cifar10Binary = "cifar10-binary"
  case cifar10Python = "cifar10-python"
  case cifar100Binary = "cifar100-binary"
  case cifar100Python = "cifar100-python"
  case idx
  case png

  /// The name for people.
  var title: String {
    switch self {
    case .cifar10Binary: "CIFAR-10, binary version"
    case .cifar10Python: "CIFAR-10, Python version"
    case .cifar100Binary: "CIFAR-100, binary version"
    case .cifar100Python: "CIFAR-100, Python version"
    case .idx: "IDX files, as MNIST has them"
    case .png: "folders of PNG images"
    }
  }

  /// What the published collection of that name has, training and test images.
  var publishedCounts: (training: Int, test: Int)? {
    self == .idx || self == .png ? nil : (50_000, 10_000)
  }

  /// The one form that `files` can be read as.
  static func recognized(in files: SourceFiles) throws(ImportError) -> ImportFormat {
    var found: [ImportFormat] = []
    for format in allCases where format != .png {
      let names: [String?] =
        switch format {
        case .idx: IDXFiles(in: files).names
        default: format.cifarFiles.map { files.names.contains($0) ? $0 : nil }
        }
      if names.contains(where: { $0 != nil }) { found.append(format) }
    }
    if found.isEmpty, try ImageFolder.isLikely(files) { return .png }
    guard let format = found.first else { throw .unknownSource(path: files.path) }
    guard found.count == 1 else {
      throw .ambiguousSource(path: files.path, formats: found.map(\.rawValue))
    }
    return format
  }

  /// CIFAR's files of images, that of the test images last.
  var cifarFiles: [String] {
    switch self {
    case .cifar10Binary: (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]
    case .cifar10Python: (1...5).map { "data_batch_\($0)" } + ["test_batch"]
    case .cifar100Binary: ["train.bin", "test.bin"]
    case .cifar100Python: ["train", "test"]
    case .idx, .png: []
    }
  }

  /// CIFAR's file of class names.
  var cifarNames: String? {
    switch self {
    case .cifar10Binary: "batches.meta.txt"
    case .cifar10Python: "batches.meta"
    case .cifar100Binary: "fine_label_names.txt"
    case .cifar100Python: "meta"
    case .idx, .png: nil
    }
  }
}
