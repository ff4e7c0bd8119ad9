/// What flows between two layers: a batch of activations, and during the backward pass their gradient.
///
/// | storage    | shape                                       |
/// |------------|---------------------------------------------|
/// | `data`     | `[capacity, blocks, height, width, 16]`     |
/// | `gradient` | the same; shared with values not alive then |
///
/// With one pixel this is a row-major matrix `[capacity, blocks · 16]`. A class, because the layers before and after
/// it share it.
package final class Value {
  package let channels, height, width: Int
  package let capacity: Int
  package var data: Buffer<Float>
  package var gradient: GradientStorage?

  package init(channels: Int, height: Int, width: Int, capacity: Int) {
    self.channels = channels
    self.height = height
    self.width = width
    self.capacity = capacity
    data = Buffer(count: capacity * Models.blocks(of: channels) * height * width * lanes)
  }

  package var blocks: Int { Models.blocks(of: channels) }
  package var pixels: Int { height * width }
  /// The floats of one sample.
  package var sampleFloats: Int { blocks * pixels * lanes }

  package func shape(samples: Int) -> BlockedShape {
    precondition(samples <= capacity, "\(samples) samples in buffers for \(capacity)")
    return BlockedShape(images: samples, blocks: blocks, pixels: pixels)
  }
}

/// Storage for the gradients of values, one after another: whoever is alive owns it.
package final class GradientStorage {
  package var data: Buffer<Float>
  package init(count: Int) { data = Buffer(count: count) }
}

/// A layer's input, and what its backward pass does to that input's gradient.
package struct Edge {
  package enum Gradient { case notNeeded, overwritten, accumulated }

  package let value: Value
  package var gradient = Gradient.notNeeded

  package init(_ value: Value) { self.value = value }
}
