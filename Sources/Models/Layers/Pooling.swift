/// Global average pooling: `x [N, C, H, W]` to `y [N, C]`.
package final class GlobalAveragePool: Layer {
  package var edges: [Edge]
  package let result: Value

  package init(_ x: Value) {
    edges = [Edge(x)]
    result = Value(channels: x.channels, height: 1, width: 1, capacity: x.capacity)
  }

  package var output: Value? { result }
  private var x: Value { edges[0].value }

  package func forward(_ pass: Pass) {
    pass.pool.meanPixels(
      x.shape(samples: pass.samples), x: x.stored(pass.mode).data, y: &result.stored(pass.mode).data)
  }

  package func backward(_ pass: Pass) {
    guard edges[0].gradient != .notNeeded else { return }
    pass.pool.meanPixelsBackward(
      x.shape(samples: pass.samples), dy: result.plannedGradient.data, dx: &x.plannedGradient.data,
      accumulate: edges[0].gradient == .accumulated)
  }
}

/// Images to rows: `x [N, C, H, W]` to `y [N, C·H·W]`, in that order.
package final class Flatten: Layer {
  package var edges: [Edge]
  package let result: Value

  package init(_ x: Value) {
    edges = [Edge(x)]
    result = Value(channels: x.channels * x.pixels, height: 1, width: 1, capacity: x.capacity)
  }

  package var output: Value? { result }
  private var x: Value { edges[0].value }

  package func forward(_ pass: Pass) {
    pass.pool.flatten(
      images: pass.samples, channels: x.channels, pixels: x.pixels, x: x.stored(pass.mode).data,
      rows: &result.stored(pass.mode).data)
  }

  package func backward(_ pass: Pass) {
    guard edges[0].gradient != .notNeeded else { return }
    pass.pool.flattenBackward(
      images: pass.samples, channels: x.channels, pixels: x.pixels, rows: result.plannedGradient.data,
      dx: &x.plannedGradient.data, accumulate: edges[0].gradient == .accumulated)
  }
}
