/// `y = max(0, norm(x) + residual)`, each part where the network has it: what stands between one layer and the next.
///
/// All of the shape `[N, C, H, W]`. Where the plan allows it, this is no pass of its own: in training the convolution
/// that reads `y` applies it to the stored `x` while loading, and its backward pass finishes the gradient while
/// storing; in evaluation the convolution that makes `x` applies it to its results.
package final class Activation: Layer {
  package var edges: [Edge]
  package let result: Value
  package let normalization: BatchNorm?
  package private(set) var isRectified = false
  /// Whether the first layer that reads the result applies the activation, in training.
  var isAppliedByReader = false
  /// Whether the convolution that makes the input applies the activation, in evaluation.
  var isFolded = false

  package init(_ input: Value, normalization: BatchNorm? = nil) {
    edges = [Edge(input)]
    result = Value(like: input)
    self.normalization = normalization
    result.origin = self
    normalization?.activation = self
  }

  package var output: Value? { result }
  package var input: Value { edges[0].value }
  package var residual: Value? { edges.count > 1 ? edges[1].value : nil }

  func rectify() { isRectified = true }

  func add(_ residual: Value) {
    precondition(
      edges.count == 1 && residual.channels == result.channels && residual.height == result.height
        && residual.width == result.width,
      "a sum of \(result.description) and \(residual.description)")
    edges.append(Edge(residual))
  }

  // MARK: - Forward

  /// How a training pass makes the values from what is stored.
  ///
  /// - Parameter keeping: whether the values are stored on the way.
  func source(keeping: Bool, mode: Mode = .training) -> Source {
    Source(
      x: input.stored(mode), scale: normalization?.scale, shift: normalization?.shift,
      residual: residual?.stored(mode), isRectified: isRectified, kept: keeping ? result.storage : nil)
  }

  package func forward(_ pass: Pass) {
    switch pass.mode {
    case .training where isAppliedByReader: return
    case .evaluation where isFolded: return
    case .training, .evaluation:
      pass.pool.activate(result.shape(samples: pass.samples), source(keeping: true, mode: pass.mode))
    }
  }

  // MARK: - Backward

  /// What the last reader to add to the gradient does with the sum.
  func sink(accumulates: Bool) -> GradientSink {
    GradientSink(
      dx: result.plannedGradient, accumulates: accumulates,
      gate: isRectified ? source(keeping: true) : nil, sums: normalization?.sums)
  }

  package func backward(_ pass: Pass) {
    let shape = result.shape(samples: pass.samples)
    if !isAppliedByReader { pass.pool.finishGradient(shape, sink(accumulates: true)) }
    let dy = result.plannedGradient
    for edge in edges {
      switch edge.gradient {
      case .notNeeded, .shared: break
      case .overwritten: pass.pool.activate(shape, Source(x: dy, kept: edge.value.plannedGradient))
      case .accumulated:
        let sum = edge.value.plannedGradient
        pass.pool.activate(shape, Source(x: sum, residual: dy, kept: sum))
      }
    }
  }
}
