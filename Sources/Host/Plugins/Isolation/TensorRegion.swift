internal import Models

/// Where tensors stand in a region of memory: one after the other, each aligned, in the order of the registry, so
/// that two processes agree on it.
struct TensorRegion {
  /// The bytes that are taken.
  private(set) var count = 0

  /// An empty region.
  init() {}

  /// The region of these inputs.
  init(inputs: Set<StrategyInput>, _ sizes: TensorSizes) {
    for input in StrategyInput.allCases where inputs.contains(input) {
      _ = take(sizes.count(input.dimensions) * input.elementType.size)
    }
  }

  /// The region of every output.
  init(outputs sizes: TensorSizes) {
    for output in StrategyOutput.allCases {
      _ = take(sizes.count(output.dimensions) * ElementType.float32.size)
    }
  }

  /// Takes `bytes` and says where they begin.
  private mutating func take(_ bytes: Int) -> Int {
    defer { count += (bytes + 63) & ~63 }
    return count
  }

  /// A tensor of `elements` in the next place of `memory`, or in memory of its own.
  mutating func place<Element: BitwiseCopyable & ExpressibleByIntegerLiteral>(
    _ elements: Int, in memory: SharedMemory?
  ) -> Buffer<Element> {
    guard let memory else { return Buffer(count: elements) }
    let bytes = elements * MemoryLayout<Element>.stride
    let address = unsafe memory.address(offset: take(bytes), bytes: bytes)
    return unsafe Buffer(count: elements, at: address, keeping: memory)
  }
}
