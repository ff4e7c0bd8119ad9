import Foundation
import Host
import Models
import TestSupport
import Testing

/// The reference values and the images they were computed from; the suites that need them are skipped without.
enum Reference {
  static let isPresent =
    Repository.reference("steps_erm.npz") != nil && Repository.images("cifar10-lt_train.npz") != nil
  static let missing: Comment = "the reference values or images are not beside this checkout"

  static func archive(_ name: String) throws -> NPZ {
    try NPZ(path: #require(Repository.reference(name)).path)
  }

  static func weights(_ name: String) throws -> String { try #require(Repository.reference(name)).path }

  /// Images `[count, 32, 32, 3]` as x / 255 − 0.5, and their labels.
  static func images(_ ids: [Int64], of file: String = "cifar10-lt_train.npz") throws -> LabelledImages {
    let archive = try NPZ(path: #require(Repository.images(file)).path)
    let pixels = try archive.array("arr_0")
    let labels = try archive.array("arr_1").int64s()
    let size = 32 * 32 * 3
    var images = Buffer<Float>(count: ids.count * size)
    var targets = Buffer<Int64>(count: ids.count)
    for (i, id) in ids.enumerated() {
      for p in 0..<size { images[i * size + p] = Float(pixels.bytes[Int(id) * size + p]) / 255 - 0.5 }
      targets[i] = labels[Int(id)]
    }
    return LabelledImages(pixels: images, targets: targets)
  }
}

struct LabelledImages: ~Copyable {
  var pixels: Buffer<Float>
  var targets: Buffer<Int64>
  var count: Int { targets.count }

  consuming func scaled(by factor: Float) -> LabelledImages {
    for i in 0..<pixels.count { pixels[i] *= factor }
    return self
  }
}

/// How far `found` is from `expected`, relative to the largest expected magnitude; infinite for NaN.
func relativeError(_ found: [Float], _ expected: [Float]) -> Float {
  guard found.count == expected.count else { return .infinity }
  let scale = expected.reduce(1e-30) { max($0, abs($1)) }
  return zip(found, expected).reduce(0) { largest, pair in
    let error = abs(pair.0 - pair.1) / scale
    return error.isNaN ? .infinity : max(largest, error)
  }
}

func relativeError(_ found: [Float], _ expected: [Double]) -> Float {
  relativeError(found, expected.map { Float($0) })
}

/// The Euclidean distance of `found` from `expected`, relative to the length of `expected`; infinite for NaN.
func relativeDistance(_ found: [Float], _ expected: [Float]) -> Float {
  guard found.count == expected.count else { return .infinity }
  let length = expected.reduce(1e-60) { $0 + Double($1) * Double($1) }
  let square = zip(found, expected).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
  return square.isNaN ? .infinity : Float((square / length).squareRoot())
}

extension Network {
  /// One training-mode forward pass with its losses; leaves the logits' gradients in `logitGradient`.
  func losses(of batch: borrowing LabelledImages, logitGradient: inout Buffer<Float>) -> [Float] {
    forward(batch.pixels, samples: batch.count, mode: .training)
    var logits = Buffer<Float>(count: batch.count * classes)
    var losses = Buffer<Float>(count: batch.count)
    copyLogits(into: &logits, samples: batch.count)
    SoftmaxCrossEntropy.evaluate(
      logits: logits, targets: batch.targets, samples: batch.count, classes: classes, losses: &losses,
      logitGradient: &logitGradient)
    return losses.array()
  }

  func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }

  /// The norm of all parameters' gradients together.
  var gradientNorm: Double {
    parameters.reduce(0.0) { sum, p in p.gradient.array().reduce(sum) { $0 + Double($1) * Double($1) } }
      .squareRoot()
  }
}
