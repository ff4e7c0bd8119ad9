/// The state of something in named tensors: what checkpoints are made of.
///
/// A part's tensors stand under the part's name and a dot, so that `part` gives back what `add` was given.
public struct Snapshot: Sendable, Equatable {
  /// The tensors; no two of one name.
  public private(set) var tensors: [NamedTensor]

  /// A state of `tensors`, no two of one name.
  public init(_ tensors: [NamedTensor] = []) { self.tensors = tensors }

  // MARK: - Taking

  /// Adds numbers that are counted, a vector.
  mutating func add(_ name: String, integers: [some BinaryInteger]) {
    tensors.append(NamedTensor(name: name, shape: [integers.count], integers: integers.map { Int64($0) }))
  }

  /// Adds numbers that are measured, a vector.
  mutating func add(_ name: String, doubles: [Double]) {
    tensors.append(NamedTensor(name: name, shape: [doubles.count], doubles: doubles))
  }

  /// Adds bytes.
  mutating func add(_ name: String, bytes: [UInt8]) {
    tensors.append(NamedTensor(name: name, dtype: .u8, shape: [bytes.count], bytes: bytes))
  }

  /// Adds a part.
  mutating func add(_ name: String, _ part: Snapshot) {
    tensors += part.tensors.map { $0.renamed("\(name).\($0.name)") }
  }

  // MARK: - Giving back

  /// What was added under `name`; empty where nothing was.
  package func part(_ name: String) -> Snapshot {
    let prefix = "\(name)."
    return Snapshot(
      tensors.filter { $0.name.hasPrefix(prefix) }.map { $0.renamed(String($0.name.dropFirst(prefix.count))) }
    )
  }

  /// The numbers under `name`, `count` of them.
  func integers(_ name: String, count: Int) throws(SnapshotError) -> [Int64] {
    let tensor = try vector(name, .i64)
    guard tensor.count == count else { throw .count(name: name, expected: count, found: tensor.count) }
    return tensor.integers() ?? []
  }

  /// The numbers under `name`, `count` of them, that count something.
  func counts(_ name: String, count: Int) throws(SnapshotError) -> [Int] {
    try integers(name, count: count).map { number throws(SnapshotError) in
      guard number >= 0, number < 1 << 53 else { throw .value(name: name, "\(number)") }
      return Int(number)
    }
  }

  /// The numbers under `name`, `count` of them.
  func doubles(_ name: String, count: Int) throws(SnapshotError) -> [Double] {
    let tensor = try vector(name, .f64)
    guard tensor.count == count else { throw .count(name: name, expected: count, found: tensor.count) }
    return tensor.doubles()
  }

  /// The bytes under `name`.
  func bytes(_ name: String) throws(SnapshotError) -> [UInt8] { try vector(name, .u8).bytes }

  /// The JSON under `name`.
  func json(_ name: String) throws(SnapshotError) -> JSON {
    guard let json = try? JSON(parsing: bytes(name)) else { throw .value(name: name, "no JSON") }
    return json
  }

  private func vector(_ name: String, _ dtype: NamedTensor.DataType) throws(SnapshotError) -> NamedTensor {
    guard let tensor = tensors.first(where: { $0.name == name }) else { throw .missing(name: name) }
    guard tensor.dtype == dtype, tensor.shape.count == 1 else {
      throw .type(
        name: name, expected: "\(dtype.rawValue) [n]", found: "\(tensor.dtype.rawValue) \(tensor.shape)")
    }
    return tensor
  }
}

/// How a state is not what it should be.
public enum SnapshotError: Error, Equatable, CustomStringConvertible {
  case missing(name: String)
  case type(name: String, expected: String, found: String)
  case count(name: String, expected: Int, found: Int)
  case value(name: String, String)

  /// What is wrong with which tensor.
  public var description: String {
    switch self {
    case .missing(let name): "it has no tensor '\(name)'"
    case .type(let name, let expected, let found): "'\(name)' is \(found), expected \(expected)"
    case .count(let name, let expected, let found): "'\(name)' has \(found) elements, expected \(expected)"
    case .value(let name, let found): "'\(name)' holds \(found), which cannot be"
    }
  }
}
