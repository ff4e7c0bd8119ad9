extension Network {
  /// The bytes of activations and of their gradients that a network holds for each sample of its capacity, which are
  /// nearly all that it holds: to be asked before it is built.
  public static func bytesPerSample(
    _ architecture: Architecture, image: ImageShape, classes: Int, for purpose: Purpose = .training
  ) -> Int {
    let layers = LayerList(architecture, image: image, classes: classes, capacity: 0, seed: 0)
    StoragePlan.allocate(layers.all, input: layers.input, logits: layers.logits, for: purpose)
    let values = [layers.input] + layers.all.compactMap(\.output)
    let storages = values.flatMap { [$0.storage, $0.gradient] }.compactMap { $0 }
    let unique = Dictionary(storages.map { (ObjectIdentifier($0), $0.sampleFloats) }) { $1 }
    return unique.values.reduce(0, +) * MemoryLayout<Float>.size
  }
}
