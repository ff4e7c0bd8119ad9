/// Where in the data something was found: a file and, in an archive, one of its entries.
public struct DataPlace: Equatable, Sendable, CustomStringConvertible {
  /// The path of the file.
  public let file: String
  /// The name of the entry, without ".npy"; nil for the file as a whole.
  public let entry: String?

  /// A place in `file`.
  public init(file: String, entry: String? = nil) {
    self.file = file
    self.entry = entry
  }

  /// The file, and the array in it if any.
  public var description: String { entry.map { "'\(file)', array '\(shown($0))'" } ?? "'\(file)'" }
}

/// Why data could not be used, and what to do about it.
public enum DataError: Failure, Equatable {
  // Files and archives.
  case file(FileError)
  case malformed(DataPlace, expected: String, found: String)
  case unsupported(DataPlace, expected: String, found: String)
  case pickled(DataPlace)
  case tooLarge(DataPlace, bytes: UInt64)
  case noSuchArray(DataPlace, available: [String])
  case notWhole(DataPlace, index: Int, value: String)
  // Data sets.
  case noDataSet(name: String, part: String, lookedFor: [String], available: [String])
  case wrongShape(DataPlace, expected: String, found: [Int])
  case ambiguousLayout(DataPlace, shape: [Int])
  case wrongCount(DataPlace, expected: Int, found: Int)
  case empty(DataPlace)
  case badPixel(DataPlace, image: Int, value: Float)
  case badRange(DataPlace, expected: String, low: Float, high: Float)
  case badLabel(DataPlace, image: Int, label: Int64, expected: String)
  case badGroup(DataPlace, image: Int, group: Int64)
  case missingClasses(DataPlace, missing: [Int], classes: Int)
  case differentImages(test: DataPlace, expected: String, found: String)
  case badSampleID(DataPlace, index: Int, id: Int64, count: Int)

  /// The status that a command ending with this error exits with.
  public var status: ExitStatus { .badData }
}

// MARK: - Sentences

extension DataError {
  /// What happened, on one line.
  public var problem: String {
    switch self {
    case .file(let error): error.problem
    case .malformed(let place, let expected, let found),
      .unsupported(let place, let expected, let found):
      "\(place): expected \(expected), found \(found)"
    case .pickled(let place): "\(place): holds pickled Python objects, expected numbers"
    case .tooLarge(let place, let bytes): "\(place): unpacks to \(bytes) bytes, more than fit into memory"
    case .noSuchArray(let place, let available):
      "\(place): there is no such array; found \(listed(available))"
    case .notWhole(let place, let index, let value):
      "\(place): element \(index) is \(value), expected a whole number"
    case .noDataSet(let name, let part, let lookedFor, _):
      "there is no \(part) set of '\(name)': looked for "
        + lookedFor.map { "'\($0)'" }.joined(separator: ", ")
    case .wrongShape(let place, let expected, let found):
      "\(place): expected shape \(expected), found \(found)"
    case .ambiguousLayout(let place, let shape):
      "\(place): shape \(shape) may be [N, H, W, C] as well as [N, C, H, W]"
    case .wrongCount(let place, let expected, let found):
      "\(place): expected \(expected) entries, one for each image, found \(found)"
    case .empty(let place): "\(place): is empty"
    case .badPixel(let place, let image, let value):
      "\(place): image \(image) has a pixel that is \(value), expected finite numbers"
    case .badRange(let place, let expected, let low, let high):
      "\(place): expected pixels \(expected), found values from \(low) to \(high)"
    case .badLabel(let place, let image, let label, let expected):
      "\(place): image \(image) has label \(label), expected \(expected)"
    case .badGroup(let place, let image, let group):
      "\(place): image \(image) has group \(group), expected numbers from 0"
    case .missingClasses(let place, let missing, let classes):
      "\(place): no image of \(missing.count) of the \(classes) classes, such as class \(missing.first ?? 0)"
    case .differentImages(let test, let expected, let found):
      "\(test): expected images of \(expected) as in the training set, found \(found)"
    case .badSampleID(let place, let index, let id, let count):
      "\(place): element \(index) is sample \(id), expected ids from 0 to \(count - 1)"
    }
  }

  /// What to do about it, on one line.
  public var remedy: String {
    switch self {
    case .file(let error): error.remedy
    case .malformed: "copy the file again, or write it again with numpy.savez_compressed."
    case .unsupported: "write the arrays with numpy.savez_compressed as uint8, float32 or int64."
    case .pickled: "convert the array before saving it, such as 'labels.astype(numpy.int64)'."
    case .tooLarge: "check the file, or use fewer or smaller images."
    case .noSuchArray: "name one of these, or write the file again."
    case .notWhole: "write the array with an integer type, such as int64."
    case .noDataSet(let name, _, _, let available):
      if available.contains(name) {
        "put it there, or name the folder that has both sets with --data-dir."
      } else if let close = nearest(to: name, in: available) {
        "did you mean '\(close)'? Data sets found: \(listed(available))."
      } else if available.isEmpty {
        "name the folder that holds the data with --data-dir."
      } else {
        "use --data-dir, or one of the data sets found: \(listed(available))."
      }
    case .wrongShape: "reshape the array with numpy and save it again."
    case .ambiguousLayout: "save the images as [N, 1, H, W, C], which can be read in one way only."
    case .wrongCount: "save images and labels of the same samples, images first, labels second."
    case .empty: "check how the file was made."
    case .badPixel: "remove the image, or replace the value."
    case .badRange: "save the images as uint8, or as float32 in [0, 1], [0, 255] or (-0.5, 0.5)."
    case .badLabel: "number the classes from 0, alike in the training and the test set."
    case .badGroup: "number the groups from 0, or leave the third array out."
    case .missingClasses: "number the classes from 0 without gaps; every class needs a training image."
    case .differentImages: "use training and test images of one size and channel count."
    case .badSampleID: "list rows of the training set, counted from 0."
    }
  }
}

private func listed(_ names: [String]) -> String {
  let most = 20
  let rest = names.count > most ? " and \(names.count - most) more" : ""
  return names.isEmpty ? "none" : names.prefix(most).map { "'\(shown($0))'" }.joined(separator: ", ") + rest
}
