/// One file of CIFAR's Python version: a pickled dictionary of `data`, a byte array `[N, 3072]`, and labels.
package struct CIFARPickle: Sendable, Equatable {
  /// The images, each with the label that training uses: of CIFAR-100 the fine one.
  package let images: LabelledImages

  /// Reads the pickle that `file` is the whole content of; `path` is for messages.
  package init(parsing file: [UInt8], of variant: CIFAR, path: String) throws(ImportError) {
    let pickle = try Pickle(parsing: file, path: path)
    let key = variant == .ten ? "labels" : "fine_labels"
    guard let array = pickle.array(pickle.member("data")), let list = pickle.list(pickle.member(key)) else {
      throw .malformed(
        path: path, expected: "a dictionary of 'data', an array, and '\(key)', a list",
        found: "one without, or no dictionary")
    }
    guard array.shape.count == 2, array.shape[1] == CIFAR.pixels, array.shape[0] > 0 else {
      throw .malformed(path: path, expected: "data of shape [N, \(CIFAR.pixels)]", found: "\(array.shape)")
    }
    let count = array.shape[0]
    guard list.count == count else {
      throw .wrongCount(path: path, images: count, labels: list.count)
    }
    var labels: [Int] = []
    for (image, value) in list.enumerated() {
      guard let label = value.integer else {
        throw .malformed(
          path: path, expected: "whole numbers in '\(key)'", found: "something else at \(image)")
      }
      guard (0..<variant.classes).contains(label) else {
        throw .badLabel(path: path, image: image, label: label, classes: variant.classes)
      }
      labels.append(label)
    }
    let (first, step) = array.isFortranOrder ? (1, count) : (CIFAR.pixels, 1)
    images = CIFAR.images(
      planes: file, starts: (0..<count).map { array.elements.lowerBound + $0 * first }, step: step,
      labels: labels)
  }

  /// The names of the classes from the pickle of names beside the images; nil where it holds no such names.
  ///
  /// Only the report shows them, hence no error: CIFAR-10's file of names is of a protocol that is not read here.
  package static func names(parsing file: [UInt8], of variant: CIFAR, path: String) -> [String]? {
    guard let pickle = try? Pickle(parsing: file, path: path) else { return nil }
    let list = pickle.list(pickle.member(variant == .ten ? "label_names" : "fine_label_names")) ?? []
    let names = list.compactMap { pickle.text($0).flatMap { String(validating: $0, as: UTF8.self) } }
    return names.count == variant.classes && names.allSatisfy(isShowable) ? names : nil
  }
}
