/// A tensor of a strategy's saved state.
public struct NamedTensor: Sendable, Equatable {
  /// Its name, unique in the state.
  public let name: String
  /// The type of its elements.
  public let elementType: ElementType
  /// Its dimensions, at most four.
  public let shape: [Int]
  /// Its elements, row-major, little-endian.
  public let bytes: [UInt8]

  /// A tensor; nil unless `bytes` are exactly what the shape says.
  public init?(name: String, elementType: ElementType, shape: [Int], bytes: [UInt8]) {
    guard shape.count <= 4, byteCount(of: elementType, shape: shape) == bytes.count else { return nil }
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.bytes = bytes
  }
}

/// The size of a tensor in bytes; nil when a dimension is negative or the product overflows.
func byteCount(of type: ElementType, shape: [Int]) -> Int? {
  var count = type.size
  for dimension in shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
    guard dimension >= 0, !overflow else { return nil }
    count = product
  }
  return count
}
