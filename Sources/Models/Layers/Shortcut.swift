/// The parameter-free shortcut of CIFAR ResNets (He et al., CVPR 2016, option A): every second pixel, and zeros for
/// the channels that are new, half of them before and half after.
///
/// | value | shape                                   |
/// |-------|-----------------------------------------|
/// | `x`   | `[N, C, H, W]`                          |
/// | `y`   | `[N, K, ⌈H / stride⌉, ⌈W / stride⌉]`    |
package final class Shortcut: Layer {
  package var edges: [Edge]
  package let result: Value
  private let shape: SubsamplingShape

  package init(_ x: Value, outputs: Int, stride: Int) {
    shape = SubsamplingShape(
      inputs: x.channels, outputs: outputs, height: x.height, width: x.width, stride: stride,
      offset: (outputs - x.channels) / 2)
    edges = [Edge(x)]
    result = Value(
      channels: outputs, height: shape.outputHeight, width: shape.outputWidth, capacity: x.capacity)
  }

  package var output: Value? { result }
  private var x: Value { edges[0].value }

  package func forward(_ pass: Pass) {
    pass.pool.subsample(
      shape, images: pass.samples, x: x.stored(pass.mode).data, y: &result.stored(pass.mode).data)
  }

  package func backward(_ pass: Pass) {
    guard edges[0].gradient != .notNeeded else { return }
    pass.pool.subsampleBackward(
      shape, images: pass.samples, dy: result.plannedGradient.data, dx: &x.plannedGradient.data,
      accumulate: edges[0].gradient == .accumulated)
  }
}
