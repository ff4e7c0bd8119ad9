extension Network {
  /// The bytes of activations and of their gradients that a network holds for each sample of its capacity, which are
  /// nearly all that it holds: to be asked before it is built.
  public static func bytesPerSample(_ architecture: Architecture, image: ImageShape, classes: Int) -> Int {
    let input = Value(channels: image.channels, height: image.height, width: image.width, capacity: 0)
    var builder = NetworkBuilder(seed: 0, workspace: Workspace())
    let output = architecture.build(input, classes: classes, with: &builder)
    planGradients(builder.layers, input: input, logits: output)

    let outputs = builder.layers.map(\.output)
    let values = Dictionary(([input] + outputs).map { (ObjectIdentifier($0), $0.sampleFloats) }) { $1 }
    let gradients = Set(outputs.compactMap { $0.gradient.map(ObjectIdentifier.init) })
    let floats = values.values.reduce(0, +) + gradients.count * (outputs.map(\.sampleFloats).max() ?? 0)
    return floats * MemoryLayout<Float>.size
  }
}
