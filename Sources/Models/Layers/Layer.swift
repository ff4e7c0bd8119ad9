/// What a pass through the network is for.
public enum Mode: Sendable {
  /// BatchNorm normalises with the batch's statistics and updates the running ones.
  case training
  /// BatchNorm normalises with the running statistics.
  case evaluation
}

/// One pass over a batch.
package struct Pass {
  package let samples: Int
  package let mode: Mode
  package let pool: ThreadPool
  package let workspace: Workspace

  package init(samples: Int, mode: Mode, pool: ThreadPool, workspace: Workspace) {
    self.samples = samples
    self.mode = mode
    self.pool = pool
    self.workspace = workspace
  }
}

/// Buffers that layers use one after another within a pass.
package final class Workspace {
  package var partials = Buffer<Float>(count: 0)
  package var weight = Buffer<Float>(count: 0)

  package init() {}

  /// Makes room for one convolution's weight gradient over at most `capacity` images.
  package func reserve(_ shape: ConvolutionShape, capacity: Int) {
    let count = shape.blockedWeightCount
    let all = ConvolutionShape.partials(images: capacity) * count
    if partials.count < all { partials = Buffer(count: all) }
    if weight.count < count { weight = Buffer(count: count) }
  }
}

/// A step of the network: `output` from `edges` forward, gradients of `edges` from that of `output` backward.
///
/// A layer whose `output` has no edge works in place. A class, because the network holds layers of many kinds.
package protocol Layer: AnyObject {
  /// The inputs other than `output` itself.
  var edges: [Edge] { get set }
  var output: Value { get }
  /// What the optimizer learns.
  var parameters: [Parameter] { get }
  /// Parameters and running statistics, in PyTorch's order.
  var state: [StateTensor] { get }
  /// Takes over a tensor of `state`, found by name and of the right shape.
  func load(_ tensor: StateTensor)
  /// The floats of scratch per sample that `backwardPerSample` needs.
  var sampleGradientFloats: Int { get }
  /// The multiplications with additions of one sample's forward pass, as plain loops would do them.
  var multiplyAdds: Int { get }

  func forward(_ pass: Pass)
  /// Accumulates the gradients of parameters; overwrites or accumulates those of inputs, as `edges` say.
  func backward(_ pass: Pass)
  /// As `backward` with batch statistics held constant, but adds the inner products of the per-sample parameter
  /// gradients to `gram` and leaves the parameters' gradients alone.
  func backwardPerSample(_ pass: Pass, gram: SampleGram)
}

extension Layer {
  package var parameters: [Parameter] { [] }
  package var sampleGradientFloats: Int { 0 }
  package var multiplyAdds: Int { 0 }
  package var state: [StateTensor] {
    parameters.map { StateTensor(name: $0.name, shape: $0.shape, elements: .float32($0.value.array())) }
  }

  package func load(_ tensor: StateTensor) {
    guard case .float32(let values) = tensor.elements else { return }
    for parameter in parameters where parameter.name == tensor.name {
      for (i, value) in values.enumerated() { parameter.value[i] = value }
    }
  }

  package func backwardPerSample(_ pass: Pass, gram: SampleGram) { backward(pass) }

  /// The gradient of `output`; a programmer's mistake where the network has planned none.
  package var outputGradient: GradientStorage { storage(of: output) }

  package func storage(of value: Value) -> GradientStorage {
    guard let gradient = value.gradient else {
      preconditionFailure("a backward pass without gradient storage")
    }
    return gradient
  }
}
