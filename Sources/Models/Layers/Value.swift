/// What flows between two layers: a batch of activations, and during the backward pass their gradient.
///
/// | storage    | shape                                                                        |
/// |------------|------------------------------------------------------------------------------|
/// | `storage`  | `[capacity, blocks, height, width, 16]`; none where readers make the values  |
/// | `gradient` | the same; shared with values not alive then                                  |
///
/// With one pixel this is a row-major matrix `[capacity, blocks · 16]`. A class, because the layers before and after
/// it share it. The storages are the plan's to give.
package final class Value {
  package let channels, height, width: Int
  package let capacity: Int
  package var storage: Storage?
  package var gradient: Storage?
  /// The activation that makes the values, where one does.
  package internal(set) unowned var origin: Activation?
  /// The normalisation of a convolution's output, whose backward pass the convolution applies as it reads the
  /// gradient.
  package internal(set) unowned var normalization: BatchNorm?

  package init(channels: Int, height: Int, width: Int, capacity: Int) {
    self.channels = channels
    self.height = height
    self.width = width
    self.capacity = capacity
  }

  /// A value of the same shape.
  convenience init(like other: Value) {
    self.init(channels: other.channels, height: other.height, width: other.width, capacity: other.capacity)
  }

  package var blocks: Int { Models.blocks(of: channels) }
  package var pixels: Int { height * width }
  /// The floats of one sample.
  package var sampleFloats: Int { blocks * pixels * lanes }
  package var description: String { "[\(channels), \(height), \(width)]" }

  package func shape(samples: Int) -> BlockedShape {
    precondition(samples <= capacity, "\(samples) samples in buffers for \(capacity)")
    return BlockedShape(images: samples, blocks: blocks, pixels: pixels)
  }

  func makeStorage() -> Storage { Storage(sampleFloats: sampleFloats, capacity: capacity) }

  /// Where the values are in a pass of that mode.
  package func stored(_ mode: Mode) -> Storage {
    if mode == .evaluation, let origin, origin.isFolded { return origin.input.stored(mode) }
    guard let storage else { preconditionFailure("values of \(description) that no plan has stored") }
    return storage
  }

  /// The gradient's storage; a programmer's mistake where the plan has given none.
  package var plannedGradient: Storage {
    guard let gradient else { preconditionFailure("a backward pass without gradient storage") }
    return gradient
  }
}

/// Floats that layers share: the values of one activation, or the gradients of several, one after another.
package final class Storage {
  package let sampleFloats: Int
  package var data: Buffer<Float>

  package init(sampleFloats: Int, capacity: Int) {
    self.sampleFloats = sampleFloats
    data = Buffer(count: sampleFloats * capacity)
  }

  /// One vector.
  package convenience init(count: Int) { self.init(sampleFloats: count, capacity: 1) }
}

/// A layer's input, and what the layer does with that input's gradient.
package struct Edge {
  package enum Gradient {
    case notNeeded
    /// This layer is the first to write it, in the order of the backward pass, or adds to it.
    case overwritten, accumulated
    /// It is the storage of the layer's output gradient, and right as it is.
    case shared
  }

  package let value: Value
  package var gradient = Gradient.notNeeded
  /// Whether the layer, the first to read the value, makes it as it reads; its backward pass is then the last to add
  /// to the gradient, and finishes it.
  package var appliesActivation = false

  package init(_ value: Value) { self.value = value }
}
