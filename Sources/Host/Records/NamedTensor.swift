/// A tensor as files hold it: a name, a type, a shape, and the elements' bytes.
public struct NamedTensor: Sendable, Equatable {
  /// The name, unique in its file.
  public let name: String
  /// The type of every element.
  public let dtype: DataType
  /// The extent of each dimension, the slowest first; empty for a single number.
  public let shape: [Int]
  /// The elements in row-major order, each little-endian.
  public let bytes: [UInt8]

  /// The number of elements.
  public var count: Int { bytes.count / dtype.size }

  /// A tensor of bytes as they are; as many as `shape` and `dtype` say.
  public init(name: String, dtype: DataType, shape: [Int], bytes: [UInt8]) {
    let expected = Self.byteCount(shape, dtype)
    precondition(expected == bytes.count, "'\(name)': \(bytes.count) bytes for \(dtype.rawValue) \(shape)")
    self.name = name
    self.dtype = dtype
    self.shape = shape
    self.bytes = bytes
  }

  /// The same tensor under another name.
  func renamed(_ name: String) -> NamedTensor {
    NamedTensor(name: name, dtype: dtype, shape: shape, bytes: bytes)
  }

  /// The number of bytes of a tensor; nil where that is no `Int` or an extent is negative.
  package static func byteCount(_ shape: [Int], _ dtype: DataType) -> Int? {
    guard shape.allSatisfy({ $0 >= 0 }) else { return nil }
    // Also of a tensor without elements no part of the product may overflow: somebody will multiply.
    var product = dtype.size
    for extent in shape where extent > 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = next
    }
    return shape.contains(0) ? 0 : product
  }
}

// MARK: - Types

extension NamedTensor {
  /// The type of a tensor's elements; raw values are those of safetensors.
  public enum DataType: String, Sendable, CaseIterable {
    case f64 = "F64"
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"
    case i64 = "I64"
    case i32 = "I32"
    case i16 = "I16"
    case i8 = "I8"
    case u64 = "U64"
    case u32 = "U32"
    case u16 = "U16"
    case u8 = "U8"
    case bool = "BOOL"

    /// The bytes of one element.
    public var size: Int {
      switch self {
      case .f64, .i64, .u64: 8
      case .f32, .i32, .u32: 4
      case .f16, .bf16, .i16, .u16: 2
      case .i8, .u8, .bool: 1
      }
    }
  }
}

// MARK: - From numbers

extension NamedTensor {
  /// An `F32` tensor.
  public init(name: String, shape: [Int], floats: [Float]) {
    let bytes = littleEndianBytes(of: floats) { $0.bitPattern }
    self.init(name: name, dtype: .f32, shape: shape, bytes: bytes)
  }

  /// An `F64` tensor.
  public init(name: String, shape: [Int], doubles: [Double]) {
    let bytes = littleEndianBytes(of: doubles) { $0.bitPattern }
    self.init(name: name, dtype: .f64, shape: shape, bytes: bytes)
  }

  /// An `I64` tensor.
  public init(name: String, shape: [Int], integers: [Int64]) {
    let bytes = littleEndianBytes(of: integers) { UInt64(bitPattern: $0) }
    self.init(name: name, dtype: .i64, shape: shape, bytes: bytes)
  }
}

// MARK: - To numbers

extension NamedTensor {
  /// The elements as `Float`, whatever their type; rounded to the nearest where they do not fit exactly.
  public func floats() -> [Float] {
    switch dtype {
    case .f32: bytes.littleEndianNumbers(UInt32.self) { Float(bitPattern: $0) }
    default: doubles().map { Float($0) }
    }
  }

  /// The elements as `Double`, whatever their type; rounded to the nearest where they do not fit exactly.
  public func doubles() -> [Double] {
    switch dtype {
    case .f64: bytes.littleEndianNumbers(UInt64.self) { Double(bitPattern: $0) }
    case .f32: bytes.littleEndianNumbers(UInt32.self) { Double(Float(bitPattern: $0)) }
    case .f16: bytes.littleEndianNumbers(UInt16.self) { Double(Float16(bitPattern: $0)) }
    case .bf16: bytes.littleEndianNumbers(UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .u64: bytes.littleEndianNumbers(UInt64.self) { Double($0) }
    default: (integers() ?? []).map { Double($0) }
    }
  }

  /// The elements as `Int64`; nil for floating-point types and for `U64` elements beyond `Int64`.
  public func integers() -> [Int64]? {
    switch dtype {
    case .f64, .f32, .f16, .bf16: return nil
    case .i64: return bytes.littleEndianNumbers(UInt64.self) { Int64(bitPattern: $0) }
    case .i32: return bytes.littleEndianNumbers(UInt32.self) { Int64(Int32(bitPattern: $0)) }
    case .i16: return bytes.littleEndianNumbers(UInt16.self) { Int64(Int16(bitPattern: $0)) }
    case .i8: return bytes.map { Int64(Int8(bitPattern: $0)) }
    case .u32: return bytes.littleEndianNumbers(UInt32.self) { Int64($0) }
    case .u16: return bytes.littleEndianNumbers(UInt16.self) { Int64($0) }
    case .u8: return bytes.map { Int64($0) }
    case .bool: return bytes.map { $0 == 0 ? 0 : 1 }
    case .u64:
      let words = bytes.littleEndianNumbers(UInt64.self) { $0 }
      return words.allSatisfy { $0 <= UInt64(Int64.max) } ? words.map { Int64($0) } : nil
    }
  }
}

private func littleEndianBytes<Element, Word: FixedWidthInteger>(
  of elements: [Element], _ word: (Element) -> Word
) -> [UInt8] {
  let size = MemoryLayout<Word>.size
  var bytes = [UInt8](repeating: 0, count: size * elements.count)
  for (index, element) in elements.enumerated() {
    let bits = word(element)
    for k in 0..<size { bytes[size * index + k] = UInt8(truncatingIfNeeded: bits >> Word(8 * k)) }
  }
  return bytes
}
