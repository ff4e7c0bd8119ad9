extension Network {
  /// The bytes that a network for batches of `capacity` images takes at most: activations and gradients, a
  /// convolution's partial sums, and, with `sampleGram`, what the Gram matrix of per-sample gradients needs. To be asked
  /// before it is built.
  ///
  /// A Double, because nothing bounds what is asked for.
  public static func bytes(
    _ architecture: Architecture, image: ImageShape, classes: Int, capacity: Int, threads: Int,
    for purpose: Purpose = .training, sampleGram: Bool = false
  ) -> Double {
    let sketch = LayerList(architecture, image: image, classes: classes, capacity: 0, seed: 0)
    let images = imagesAtOnce(capacity: capacity, threads: threads, for: purpose)
    var floats = Double(images) * Double(sketch.floatsPerImage(for: purpose))
    if purpose == .training {
      let gradients = sketch.all.map { ($0 as? Convolution)?.shape.weightGradientCount ?? 0 }
      floats += Double(ConvolutionShape.mostPartials(images: images)) * Double(gradients.max() ?? 0)
    }
    if sampleGram {
      let rowFloats = sketch.all.map(\.sampleGradientFloats).max() ?? 0
      floats += SampleGram.floats(capacity: Double(images), rowFloats: rowFloats)
    }
    return floats * Double(MemoryLayout<Float>.size)
  }

  /// The bytes of activations and of their gradients for each image that goes through the layers at once.
  package static func bytesPerSample(
    _ architecture: Architecture, image: ImageShape, classes: Int, for purpose: Purpose = .training
  ) -> Int {
    let sketch = LayerList(architecture, image: image, classes: classes, capacity: 0, seed: 0)
    return sketch.floatsPerImage(for: purpose) * MemoryLayout<Float>.size
  }
}

extension LayerList {
  /// The floats of all storages for one image; plans them.
  fileprivate func floatsPerImage(for purpose: Purpose) -> Int {
    StoragePlan.allocate(all, input: input, logits: logits, for: purpose)
    let values = [input] + all.compactMap(\.output)
    let storages = values.flatMap { [$0.storage, $0.gradient] }.compactMap { $0 }
    let unique = Dictionary(storages.map { (ObjectIdentifier($0), $0.sampleFloats) }) { $1 }
    return unique.values.reduce(0, +)
  }
}
