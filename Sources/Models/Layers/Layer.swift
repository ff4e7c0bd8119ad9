/// What a pass through the network is for.
public enum Mode: Sendable {
  /// BatchNorm normalises with the batch's statistics.
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
  /// A convolution's weight gradients, each over a few images.
  package var partials: Buffer<Float>

  /// Room for the weight gradient of any of `layers` over at most `capacity` images.
  package init(for layers: [any Layer], capacity: Int) {
    let counts = layers.map { ($0 as? Convolution)?.shape.partialCount(images: capacity) ?? 0 }
    partials = Buffer(count: counts.max() ?? 0)
  }
}

/// A step of the network: `output` from `edges` forward, gradients of `edges` from that of `output` backward.
///
/// A class, because the network holds layers of many kinds.
package protocol Layer: AnyObject {
  /// What the layer reads.
  var edges: [Edge] { get set }
  /// What the layer writes, if it writes images.
  var output: Value? { get }
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

  /// Does once for a batch what does not depend on its images.
  func prepare(_ pass: Pass)
  /// Computes the output of `pass.samples` images: in training the whole batch, in evaluation some of it.
  func forward(_ pass: Pass)
  /// Lets the last training batch's statistics count in the running ones.
  func updateStatistics()
  /// Overwrites the gradients of parameters; overwrites those of inputs, or adds to them, as `edges` say.
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

  package func prepare(_ pass: Pass) {}
  package func updateStatistics() {}
  package func backwardPerSample(_ pass: Pass, gram: SampleGram) { backward(pass) }
}
