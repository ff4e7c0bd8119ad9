/// A named tensor that the optimizer learns, with its gradient.
public final class Parameter {
  /// The PyTorch name, such as `layer1.0.conv1.weight`.
  public let name: String
  /// The PyTorch shape.
  public let shape: [Int]
  /// The elements, row-major.
  public package(set) var value: Buffer<Float>
  /// The gradient of the batch loss; layers accumulate into it, the optimizer's step starts from zero.
  public package(set) var gradient: Buffer<Float>

  package init(_ name: String, _ shape: [Int], repeating value: Float = 0) {
    self.name = name
    self.shape = shape
    let count = shape.reduce(1, *)
    self.value = Buffer(count: count, repeating: value)
    gradient = Buffer(count: count)
  }

  /// The number of elements.
  public var count: Int { value.count }

  /// Draws every element from a normal distribution with variance `2 / fanIn` (He et al.: "Delving deep into
  /// rectifiers", ICCV 2015, equation 10). The stream is the parameter's own, so it does not depend on the others.
  package func initializeKaiming(fanIn: Int, seed: UInt64) {
    var stream = RandomStream(seed: seed, name: "init/\(name)")
    let deviation = (2 / Double(fanIn)).squareRoot()
    for i in 0..<count { value[i] = Float(deviation * stream.normal()) }
  }
}

/// One tensor of a network's state, as files hold it.
public struct StateTensor: Equatable, Sendable {
  /// The elements, row-major.
  public enum Elements: Equatable, Sendable {
    case float32([Float])
    case int64([Int64])
  }

  /// The PyTorch name.
  public let name: String
  /// The PyTorch shape; empty for a scalar.
  public let shape: [Int]
  /// The elements, row-major.
  public let elements: Elements

  /// A tensor whose elements fit its shape.
  public init(name: String, shape: [Int], elements: Elements) {
    let count = shape.reduce(1, *)
    let given =
      switch elements {
      case .float32(let values): values.count
      case .int64(let values): values.count
      }
    precondition(count == given, "\(name): \(given) elements in shape \(shape)")
    self.name = name
    self.shape = shape
    self.elements = elements
  }
}
