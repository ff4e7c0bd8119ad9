/// The rectifier `y = max(x, 0)`, in place.
package final class ReLU: Layer {
  package var edges: [Edge] = []
  package let output: Value

  package init(_ x: Value) { output = x }

  package func forward(_ pass: Pass) {
    pass.pool.relu(&output.data, count: pass.samples * output.sampleFloats)
  }

  package func backward(_ pass: Pass) {
    pass.pool.reluBackward(
      y: output.data, dy: &outputGradient.data, count: pass.samples * output.sampleFloats)
  }
}

/// A residual sum `y += x`, in place; both of the shape `[N, C, H, W]`.
package final class ResidualSum: Layer {
  package var edges: [Edge]
  package let output: Value

  package init(_ y: Value, adding x: Value) {
    precondition(
      y.channels == x.channels && y.height == x.height && y.width == x.width,
      "a sum of [\(y.channels), \(y.height), \(y.width)] and [\(x.channels), \(x.height), \(x.width)]")
    output = y
    edges = [Edge(x)]
  }

  package func forward(_ pass: Pass) {
    let count = pass.samples * output.sampleFloats
    pass.pool.add(edges[0].value.data, to: &output.data, count: count, accumulate: true)
  }

  package func backward(_ pass: Pass) {
    guard edges[0].gradient != .notNeeded else { return }
    pass.pool.add(
      outputGradient.data, to: &storage(of: edges[0].value).data, count: pass.samples * output.sampleFloats,
      accumulate: edges[0].gradient == .accumulated)
  }
}
