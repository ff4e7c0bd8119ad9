import Models
import Testing

@Suite struct BufferTests {
  /// Around the size from which memory comes in huge pages, and in odd ones.
  static let counts = [0, 1, 15, 17, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 19]

  @Test(arguments: counts) func buffersStartAsAskedAndHoldWhatIsWritten(_ count: Int) {
    for round in 0..<3 {  // freed memory comes back zeroed
      var buffer = Buffer<Float>(count: count)
      #expect(buffer.count == count)
      var values = buffer.mutableSpan
      var isZero = true
      for i in values.indices {
        isZero = isZero && values[i] == 0
        values[i] = Float(i % 1000 + round)
      }
      #expect(isZero)
      #expect(count == 0 || buffer[count - 1] == Float((count - 1) % 1000 + round))
      let filled = Buffer<Float>(count: count, repeating: 7)
      #expect(filled.array().allSatisfy { $0 == 7 })
    }
  }

  @Test func memoryThatCannotBeHadEndsTheProcess() async {
    await #expect(processExitsWith: .failure) { _ = Buffer<Float>(count: .max / 2) }
    await #expect(processExitsWith: .failure) { _ = Buffer<Float>(count: 1 << 50) }
  }
}
