/// Collects layers in the order of the forward pass; every function returns what its layer puts out.
///
/// `batchNorm`, `add` and `relu` make one activation of what follows a layer; it joins the layers when it is read.
package struct NetworkBuilder {
  let seed: UInt64
  package private(set) var layers: [any Layer] = []
  private var open: [Activation] = []

  package init(seed: UInt64) { self.seed = seed }

  package mutating func convolution(
    _ name: String, _ x: Value, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0
  ) -> Value {
    read(x)
    let layer = Convolution(
      name, x, outputs: outputs, kernel: kernel, stride: stride, padding: padding, seed: seed)
    layers.append(layer)
    return layer.result
  }

  package mutating func shortcut(_ x: Value, outputs: Int, stride: Int) -> Value {
    read(x)
    let layer = Shortcut(x, outputs: outputs, stride: stride)
    layers.append(layer)
    return layer.result
  }

  package mutating func averagePool(_ x: Value) -> Value {
    read(x)
    let layer = GlobalAveragePool(x)
    layers.append(layer)
    return layer.result
  }

  package mutating func flatten(_ x: Value) -> Value {
    read(x)
    let layer = Flatten(x)
    layers.append(layer)
    return layer.result
  }

  package mutating func linear(_ name: String, _ x: Value, outputs: Int) -> Value {
    read(x)
    let layer = Linear(name, x, outputs: outputs, seed: seed)
    layers.append(layer)
    return layer.result
  }

  // MARK: - Activations

  package mutating func batchNorm(_ name: String, _ x: Value) -> Value {
    read(x)
    let layer = BatchNorm(name, x)
    layers.append(layer)
    let activation = Activation(x, normalization: layer)
    open.append(activation)
    return activation.result
  }

  /// `y + x`; the layer that makes `x` comes first.
  package mutating func add(_ x: Value, to y: Value) -> Value {
    read(x)
    let activation = openActivation(of: y)
    activation.add(x)
    return activation.result
  }

  package mutating func relu(_ x: Value) -> Value {
    let activation = openActivation(of: x)
    activation.rectify()
    return activation.result
  }

  private mutating func openActivation(of x: Value) -> Activation {
    if let activation = open.first(where: { $0.result === x }), !activation.isRectified { return activation }
    read(x)
    let activation = Activation(x)
    open.append(activation)
    return activation
  }

  /// Closes the activation that makes `x`.
  private mutating func read(_ x: Value) {
    guard let index = open.firstIndex(where: { $0.result === x }) else { return }
    layers.append(open.remove(at: index))
  }
}
