/// An architecture's layers in the order of the forward pass, with the values at both ends.
struct LayerList {
  let all: [any Layer]
  let input, lastInput, logits: Value

  init(
    _ architecture: Architecture, image: ImageShape, classes: Int, capacity: Int, seed: UInt64,
    isFused: Bool = true
  ) {
    input = Value(channels: image.channels, height: image.height, width: image.width, capacity: capacity)
    var builder = NetworkBuilder(seed: seed)
    logits = architecture.build(input, classes: classes, with: &builder)
    all = builder.layers
    guard let last = all.last?.edges.first?.value else { preconditionFailure("a network without layers") }
    lastInput = last
    if isFused { Network.fuse(all) }
  }
}
