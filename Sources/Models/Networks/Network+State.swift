/// Why a state does not fit a network.
public enum StateError: Error, Equatable {
  case missing(name: String)
  case unknown(name: String)
  case shape(name: String, expected: [Int], found: [Int])
  case kind(name: String)
}

extension Network {
  /// Parameters and running statistics under PyTorch's names and in its order.
  public var state: [StateTensor] { layers.flatMap(\.state) }

  /// Takes over `tensors`, all or none of them.
  ///
  /// `num_batches_tracked` may be missing, as in older files.
  public func load(_ tensors: [StateTensor]) throws(StateError) {
    let given = try StateTensor.match(tensors, to: state) { $0.hasSuffix(".num_batches_tracked") }
    for layer in layers {
      for tensor in layer.state {
        if let found = given[tensor.name] { layer.load(found) }
      }
    }
  }
}

extension StateTensor {
  /// The tensors by name, once they are found to be those of `expected`.
  ///
  /// - Parameter mayLack: which names may be missing.
  static func match(
    _ tensors: [StateTensor], to expected: [StateTensor], mayLack: (String) -> Bool = { _ in false }
  ) throws(StateError) -> [String: StateTensor] {
    let given = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
    for tensor in expected {
      guard let found = given[tensor.name] else {
        if mayLack(tensor.name) { continue }
        throw .missing(name: tensor.name)
      }
      guard found.shape == tensor.shape else {
        throw .shape(name: tensor.name, expected: tensor.shape, found: found.shape)
      }
      switch (found.elements, tensor.elements) {
      case (.float32, .float32), (.int64, .int64): break
      default: throw .kind(name: tensor.name)
      }
    }
    let known = Set(expected.map(\.name))
    for tensor in tensors where !known.contains(tensor.name) { throw .unknown(name: tensor.name) }
    return given
  }
}
