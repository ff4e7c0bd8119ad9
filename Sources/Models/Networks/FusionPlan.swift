/// What a network is built for.
public enum Purpose: Sendable {
  /// Forward and backward; every layer's input is kept.
  case training
  /// Forward in evaluation mode only; storage is reused as soon as its values have been read.
  case inference
}

extension Network {
  /// Decides which convolutions take over the activations around them.
  ///
  /// - The first layer to read an activation applies it in training, where that is a convolution. If it is the only
  ///   one, the values are never stored.
  /// - The convolution whose output an activation normalises, and nobody else reads, applies it in evaluation, if the
  ///   residual is there. In training it applies the backward pass of the normalisation.
  package static func fuse(_ layers: [any Layer]) {
    for (position, layer) in layers.enumerated() {
      guard let activation = layer as? Activation else { continue }
      let first = layers.firstIndex { $0.edges.contains { $0.value === activation.result } }
      if let first, layers[first] is Convolution {
        activation.isAppliedByReader = true
        layers[first].edges[0].appliesActivation = true
      }
      guard let normalization = activation.normalization, layers.readers(of: activation.input) == [position],
        let producer = layers[..<position].last(where: { $0.output === activation.input }) as? Convolution
      else { continue }
      producer.result.normalization = normalization
      let isReady = activation.residual.map { residual in
        layers.firstIndex { $0.output === residual } ?? 0 < layers.position(of: producer)
      }
      guard isReady ?? true else { continue }
      producer.folded = activation
      activation.isFolded = true
    }
  }
}

extension [any Layer] {
  /// The positions of the layers that read `value`, in the order of the forward pass.
  ///
  /// A normalisation and the activation that applies it count as one, the activation.
  func readers(of value: Value) -> [Int] {
    indices.filter { i in !(self[i] is BatchNorm) && self[i].edges.contains { $0.value === value } }
  }

  func position(of layer: any Layer) -> Int {
    guard let index = firstIndex(where: { $0 === layer }) else {
      preconditionFailure("a layer of no network")
    }
    return index
  }
}
