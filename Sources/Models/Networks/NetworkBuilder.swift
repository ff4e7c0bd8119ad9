/// Collects layers in the order of the forward pass; every function returns what its layer puts out.
struct NetworkBuilder {
  let seed: UInt64
  let workspace: Workspace
  private(set) var layers: [any Layer] = []

  init(seed: UInt64, workspace: Workspace) {
    self.seed = seed
    self.workspace = workspace
  }

  mutating func convolution(
    _ name: String, _ x: Value, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0
  ) -> Value {
    append(
      Convolution(
        name, x, outputs: outputs, kernel: kernel, stride: stride, padding: padding, seed: seed,
        workspace: workspace))
  }

  mutating func batchNorm(_ name: String, _ x: Value) -> Value { append(BatchNorm(name, x)) }
  mutating func relu(_ x: Value) -> Value { append(ReLU(x)) }
  mutating func add(_ x: Value, to y: Value) -> Value { append(ResidualSum(y, adding: x)) }
  mutating func shortcut(_ x: Value, outputs: Int, stride: Int) -> Value {
    append(Shortcut(x, outputs: outputs, stride: stride))
  }
  mutating func averagePool(_ x: Value) -> Value { append(GlobalAveragePool(x)) }
  mutating func flatten(_ x: Value) -> Value { append(Flatten(x)) }
  mutating func linear(_ name: String, _ x: Value, outputs: Int) -> Value {
    append(Linear(name, x, outputs: outputs, seed: seed))
  }

  private mutating func append(_ layer: some Layer) -> Value {
    layers.append(layer)
    return layer.output
  }
}

// MARK: - Gradient storage

/// Gives every value between two layers a place for its gradient, and tells every edge whether it is the first to
/// write there.
///
/// Walking the layers backward, a gradient lives from its first writer (the last layer that uses the value) until the
/// layer that makes the value is done; its storage then goes to the next. `input` needs none.
func planGradients(_ layers: [any Layer], input: Value, logits: Value) {
  let largest = layers.map { $0.output.capacity * $0.output.sampleFloats }.max() ?? 0
  var free: [GradientStorage] = []
  func take() -> GradientStorage { free.popLast() ?? GradientStorage(count: largest) }

  logits.gradient = GradientStorage(count: logits.capacity * logits.sampleFloats)
  for (position, layer) in layers.enumerated().reversed() {
    for i in layer.edges.indices where layer.edges[i].value !== input {
      let value = layer.edges[i].value
      layer.edges[i].gradient = value.gradient == nil ? .overwritten : .accumulated
      if value.gradient == nil { value.gradient = take() }
    }
    // Layers that work in place come after the one that makes the value.
    let makesOutput = !layers[..<position].contains { $0.output === layer.output }
    if makesOutput, let storage = layer.output.gradient, layer.output !== logits { free.append(storage) }
  }
}
