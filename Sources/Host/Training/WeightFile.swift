public import Models

/// Why a weight file cannot be used for a network.
public enum WeightFileError: Failure, Equatable {
  case mismatch(path: String, architecture: String, StateError)
  /// A value that nothing can be computed with.
  case badValue(path: String, tensor: String, value: Float)

  /// What does not fit.
  public var problem: String {
    switch self {
    case .mismatch(let path, let architecture, let error):
      "'\(path)' does not fit \(architecture): \(error.sentence)"
    case .badValue(let path, let tensor, let value):
      "'\(path)', tensor '\(tensor)': holds \(value), expected "
        + (value.isFinite ? "variances of at least 0" : "finite numbers")
    }
  }

  /// What to do about it.
  public var remedy: String {
    switch self {
    case .mismatch:
      "name the model that made the file with --model, for the same image size and number of classes."
    case .badValue: "use the weights of a run that did not diverge."
    }
  }

  /// Bad data.
  public var status: ExitStatus { .badData }
}

extension Network {
  /// Takes over the parameters and statistics in a safetensors file with PyTorch's names.
  public func load(weightsAt path: String) throws {
    let file = try SafeTensors(readingFrom: path)
    // A checkpoint holds the network among other things.
    let tensors =
      Checkpoint.isOne(file)
      ? try Checkpoint(file, path: path).state.part(Checkpoint.model).tensors : file.tensors
    do throws(StateError) {
      try load(tensors.map(StateTensor.init))
    } catch {
      throw WeightFileError.mismatch(path: path, architecture: architecture.rawValue, error)
    }
    if let flaw { throw WeightFileError.badValue(path: path, tensor: flaw.tensor, value: flaw.value) }
  }

  /// The first number of the state that nothing can be computed with: not finite, or a variance below 0.
  var flaw: (tensor: String, value: Float)? {
    for tensor in state {
      guard case .float32(let values) = tensor.elements else { continue }
      let least = tensor.name.hasSuffix(".running_var") ? 0 : -Float.greatestFiniteMagnitude
      if let value = values.first(where: { !$0.isFinite || $0 < least }) { return (tensor.name, value) }
    }
    return nil
  }

  /// The parameters and statistics as a file holds them.
  public var namedTensors: [NamedTensor] { state.map { NamedTensor($0) } }
}

extension StateError {
  /// What does not fit, in words.
  var sentence: String {
    switch self {
    case .missing(let name): "it has no tensor '\(name)'"
    case .unknown(let name): "it has a tensor '\(name)' that the network has not"
    case .shape(let name, let expected, let found): "'\(name)' has shape \(found), not \(expected)"
    case .kind(let name): "'\(name)' has elements of another type"
    }
  }
}

extension NamedTensor {
  /// A tensor of a network's state as a file holds it.
  init(_ tensor: StateTensor) {
    switch tensor.elements {
    case .float32(let values): self.init(name: tensor.name, shape: tensor.shape, floats: values)
    case .int64(let values): self.init(name: tensor.name, shape: tensor.shape, integers: values)
    }
  }
}

extension StateTensor {
  /// A tensor of a file as a part of a network's state.
  init(_ tensor: NamedTensor) {
    if let integers = tensor.integers() {
      self.init(name: tensor.name, shape: tensor.shape, elements: .int64(integers))
    } else {
      self.init(name: tensor.name, shape: tensor.shape, elements: .float32(tensor.floats()))
    }
  }
}
