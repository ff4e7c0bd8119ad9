/// Why published images could not be imported, and what to do about it.
public enum ImportError: Failure, Equatable {
  case file(FileError)
  // Bytes.
  case malformed(path: String, expected: String, found: String)
  case unsupported(path: String, expected: String, found: String)
  case tooLarge(path: String, bytes: Int, limit: Int)
  case outOfMemory(path: String, bytes: Int)
  /// A pickle that holds or asks for something other than data, such as "a call of 'os.system'".
  case notData(path: String, found: String)
  // Sources.
  case unknownSource(path: String)
  case ambiguousSource(path: String, formats: [String])
  case missingFiles(path: String, format: String, missing: [String])
  case repeatedFile(path: String, name: String)
  case noTestSet(path: String)
  case testSetAndFraction(path: String)
  // Images and labels.
  case wrongCount(path: String, images: Int, labels: Int)
  case badLabel(path: String, image: Int, label: Int, classes: Int)
  case missingClass(path: String, label: Int, classes: Int)
  case newClass(path: String, name: String)
  case emptyClass(path: String)
  case differentImages(path: String, expected: String, found: String)
  case transparent(path: String)

  /// The status that a command ending with this error exits with.
  public var status: ExitStatus {
    switch self {
    case .testSetAndFraction: .usage
    default: .badData
    }
  }
}

// MARK: - Sentences

extension ImportError {
  /// What happened, where, what was found and what was expected; one line.
  public var problem: String {
    switch self {
    case .file(let error): error.problem
    case .malformed(let path, let expected, let found), .unsupported(let path, let expected, let found):
      // Either may hold what a file says.
      "'\(path)': expected \(shown(expected, limit: 400)), found \(shown(found, limit: 400))"
    case .tooLarge(let path, let bytes, let limit):
      "'\(path)' holds \(bytes) bytes; at most \(limit) are taken"
    case .outOfMemory(let path, let bytes): "'\(path)' needs \(bytes) bytes, more than fit into memory"
    case .notData(let path, let found): "'\(path)': expected a pickle of plain data, found \(shown(found))"
    case .unknownSource(let path): "'\(path)' is not a collection of images that is known here"
    case .ambiguousSource(let path, let formats):
      "'\(path)' can be read as \(formats.joined(separator: " or as "))"
    case .missingFiles(let path, let format, let missing):
      "'\(path)', read as \(format), lacks \(missing.map { "'\($0)'" }.joined(separator: ", "))"
    case .repeatedFile(let path, let name): "'\(path)' has more than one '\(shown(name))'"
    case .noTestSet(let path): "'\(path)' has no test images"
    case .testSetAndFraction(let path): "'\(path)' has test images, yet --test-fraction is given"
    case .wrongCount(let path, let images, let labels):
      "'\(path)': expected a label for each of \(images) images, found \(labels)"
    case .badLabel(let path, let image, let label, let classes):
      "'\(path)': image \(image) has label \(label), expected 0 to \(classes - 1)"
    case .missingClass(let path, let label, let classes):
      "'\(path)': no training image of class \(label), though there are \(classes) classes"
    case .newClass(let path, let name): "'\(path)': class '\(name)' has test images but no training images"
    case .emptyClass(let path): "'\(path)' holds no image"
    case .differentImages(let path, let expected, let found):
      "'\(path)': expected an image of \(expected) pixels like the first one, found \(found)"
    case .transparent(let path): "'\(path)' has transparent pixels, expected opaque ones"
    }
  }

  /// What to do about it; one line that completes "Try: ".
  public var remedy: String {
    switch self {
    case .file(let error): error.remedy
    case .malformed: "get the file again, and compare its checksum with the published one."
    case .unsupported: "convert it, or write NAME_train.npz and NAME_test.npz with numpy.savez_compressed."
    case .tooLarge, .outOfMemory: "check the file, or use fewer or smaller images."
    case .notData: "get the file again from its publisher; nothing of it was run."
    case .unknownSource:
      "name a CIFAR archive or its folder, a folder of MNIST's four files, or a folder of PNG images "
        + "(train/CLASS, test/CLASS)."
    case .ambiguousSource(_, let formats): "say which with --format, such as '--format \(formats[0])'."
    case .missingFiles: "put the missing files there, or name the folder that has them all."
    case .repeatedFile: "keep one of them there."
    case .noTestSet: "add a folder 'test', or put a part aside with '--test-fraction 0.2'."
    case .testSetAndFraction: "the same line without --test-fraction."
    case .wrongCount, .badLabel: "get images and labels again, from one place."
    case .missingClass: "use a source with training images of every class."
    case .newClass: "add training images of the class, or remove its test images."
    case .emptyClass: "add PNG images, or remove the folder."
    case .differentImages: "bring all images to one size first, such as 'mogrify -resize 32x32! *.png'."
    case .transparent: "flatten it first, such as 'mogrify -background white -flatten *.png'."
    }
  }
}

/// Reads a source's file, of which at most `limit` bytes are taken.
func importedFile(at path: String, limit: Int = ImportLimit.file) throws(ImportError) -> [UInt8] {
  do { return try readFile(at: path, limit: limit) } catch { throw .file(error) }
}

/// How much is taken from outside.
enum ImportLimit {
  /// The bytes of a file or of an archive's content; the largest that is published (CIFAR) has 0.2 GB.
  static let file = 1 << 30
  /// The bytes of all images together.
  static let images = 1 << 31
}
