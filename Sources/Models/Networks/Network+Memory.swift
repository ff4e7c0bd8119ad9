extension Network {
  /// The bytes of activations and of their gradients that a network holds for each image that goes through it at once:
  /// to be asked before it is built.
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

  /// The bytes that a network for batches of `capacity` images takes at most: activations and gradients, a
  /// convolution's partial sums, and, with `sampleGram`, what the Gram matrix of per-sample gradients needs.
  ///
  /// A Double, because nothing bounds what is asked for.
  public static func bytes(
    _ architecture: Architecture, image: ImageShape, classes: Int, capacity: Int, threads: Int,
    for purpose: Purpose = .training, sampleGram: Bool = false
  ) -> Double {
    let images = Double(imagesAtOnce(capacity: capacity, threads: threads, for: purpose))
    let activations = Double(bytesPerSample(architecture, image: image, classes: classes, for: purpose))
    guard purpose == .training else { return images * activations }
    let layers = LayerList(architecture, image: image, classes: classes, capacity: 0, seed: 0).all
    let gradients = layers.map { ($0 as? Convolution)?.shape.weightGradientCount ?? 0 }.max() ?? 0
    var floats = Double(gradients) * max(15, images / 8 + 1)
    if sampleGram {
      floats += images * Double(layers.map(\.sampleGradientFloats).max() ?? 0)
      floats += Double(SampleGram.squares) * images * images
    }
    return images * activations + floats * Double(MemoryLayout<Float>.size)
  }
}
