/// Where values and gradients live: decided once, from the order of the layers.
package struct StoragePlan {
  private let layers: [any Layer]
  private let input: Value
  private let logits: Value
  /// Storage that nobody needs any more, and by how many values each other one is used.
  private var free: [Storage] = []
  private var users: [ObjectIdentifier: Int] = [:]
  private let largest: Int

  /// Gives every value of `layers`, which `Network.fuse` may have fused, its storage.
  package static func allocate(_ layers: [any Layer], input: Value, logits: Value, for purpose: Purpose) {
    var plan = StoragePlan(layers: layers, input: input, logits: logits)
    switch purpose {
    case .training:
      plan.storeValues()
      plan.storeGradients()
    case .inference: plan.storeValuesForInference()
    }
  }

  private init(layers: [any Layer], input: Value, logits: Value) {
    self.layers = layers
    self.input = input
    self.logits = logits
    largest = ([input] + layers.compactMap(\.output)).map(\.sampleFloats).max() ?? 0
  }

  // MARK: - Values

  /// Every value that a backward pass reads keeps a storage of its own.
  private func storeValues() {
    input.storage = input.makeStorage()
    for layer in layers {
      guard let output = layer.output else { continue }
      if let activation = layer as? Activation {
        let readers = layers.readers(of: output).count
        if activation.isAppliedByReader && activation.isFolded && readers == 1 { continue }
        if activation.normalization == nil && activation.residual == nil
          && layers.readers(of: activation.input).count == 1
        {
          output.storage = activation.input.storage  // nobody needs the input itself
          continue
        }
      }
      output.storage = output.makeStorage()
    }
  }

  /// A storage goes to the next value once the last layer has read it.
  private mutating func storeValuesForInference() {
    input.storage = take(for: input)
    var held = [input]
    for (position, layer) in layers.enumerated() {
      guard let output = layer.output else { continue }
      if let activation = layer as? Activation, activation.isFolded { continue }
      output.storage = take(for: output)
      let alive = layers[position...].dropFirst().flatMap { $0.valuesReadInEvaluation.map(\.root) } + [logits]
      held.removeAll { value in
        guard !alive.contains(where: { $0 === value }), let storage = value.storage else { return false }
        release(storage)
        return true
      }
      held.append(output)
    }
  }

  // MARK: - Gradients

  /// Walking the layers backward, a gradient lives from its first writer (the last layer that reads the value) until
  /// the layer that makes the value is done with it. Tells every edge whether it is the first to write.
  private mutating func storeGradients() {
    logits.gradient = logits.makeStorage()
    for position in layers.indices.reversed() {
      let layer = layers[position]
      for i in layer.edges.indices where carriesGradient(layer, edge: i) {
        let value = layer.edges[i].value
        if value.gradient != nil {
          layer.edges[i].gradient = .accumulated
        } else if let activation = layer as? Activation, canShare(activation, edge: i) {
          layer.edges[i].gradient = .shared
          value.gradient = activation.result.plannedGradient
          users[ObjectIdentifier(activation.result.plannedGradient), default: 0] += 1
        } else {
          layer.edges[i].gradient = .overwritten
          value.gradient = take(for: value)
        }
      }
      for value in layers.compactMap(\.output)
      where value !== logits && value.gradient != nil && lastUser(ofGradient: value) == position {
        release(value.plannedGradient)
      }
    }
  }

  /// Whether the layer adds to its input's gradient; that of a normalised convolution's output is never stored, and
  /// the activation leaves a normalised input to the normalisation.
  private func carriesGradient(_ layer: any Layer, edge: Int) -> Bool {
    let value = layer.edges[edge].value
    if value === input { return false }
    if layer is BatchNorm { return value.normalization == nil }
    if let activation = layer as? Activation, edge == 0 { return activation.normalization == nil }
    return true
  }

  /// The layer whose backward pass is the last to read the gradient of `value`.
  private func lastUser(ofGradient value: Value) -> Int {
    guard let activation = value.origin else {
      return layers.firstIndex { $0.output === value } ?? 0
    }
    guard let normalization = activation.normalization else { return layers.position(of: activation) }
    return activation.input.normalization == nil
      ? layers.position(of: normalization) : layers.firstIndex { $0.output === activation.input } ?? 0
  }

  /// Whether the gradient of an activation's result may stand for that of its input or residual: nothing may change
  /// it before the activation's normalisation and the convolution below have read it.
  private func canShare(_ activation: Activation, edge: Int) -> Bool {
    guard activation.normalization != nil else { return edge == 0 && activation.residual == nil }
    let value = activation.edges[edge].value
    let done = lastUser(ofGradient: activation.result)
    let position = layers.position(of: activation)
    var writers = layers.readers(of: value).filter { $0 != position }
    if let origin = value.origin, origin.isRectified, !origin.isAppliedByReader {
      writers.append(layers.position(of: origin))
    }
    return writers.allSatisfy { $0 < done }
  }

  // MARK: - Storage

  private mutating func take(for value: Value) -> Storage {
    let storage = free.popLast() ?? Storage(sampleFloats: largest, capacity: value.capacity)
    users[ObjectIdentifier(storage)] = 1
    return storage
  }

  private mutating func release(_ storage: Storage) {
    guard let count = users[ObjectIdentifier(storage)], count > 0 else { return }
    users[ObjectIdentifier(storage)] = count - 1
    if count == 1 { free.append(storage) }
  }
}

extension Layer {
  /// What the layer reads in a pass in evaluation mode.
  fileprivate var valuesReadInEvaluation: [Value] {
    if let activation = self as? Activation, activation.isFolded { return [] }
    if self is BatchNorm { return [] }
    let folded = (self as? Convolution)?.folded
    return edges.map(\.value) + [folded?.residual].compactMap { $0 }
  }
}

extension Value {
  /// The value whose storage holds this one's values in evaluation mode.
  fileprivate var root: Value {
    guard let origin, origin.isFolded else { return self }
    return origin.input.root
  }
}
