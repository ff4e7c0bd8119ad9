import Models
import Testing

/// Random numbers are those of the published generator, and a position's value never depends on anything else.
@Suite struct RandomStreamTests {
  /// The known answers of the authors' library Random123, for philox4x32 with ten rounds.
  static let known: [(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, answer: SIMD4<UInt32>)] = [
    (SIMD4(0, 0, 0, 0), SIMD2(0, 0), SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)),
    (
      SIMD4(repeating: .max), SIMD2(repeating: .max),
      SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
    ),
    (
      SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344), SIMD2(0xA409_3822, 0x299F_31D0),
      SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
    ),
  ]

  @Test func philoxGivesTheKnownAnswers() {
    for (counter, key, answer) in Self.known {
      #expect(RandomStream.philox(counter: counter, key: key) == answer)
    }
  }

  @Test func streamsDifferBySeedNameAndSubstream() {
    func first(_ seed: UInt64, _ name: String, _ substream: UInt32) -> [UInt32] {
      var stream = RandomStream(seed: seed, name: name, substream: substream)
      return (0..<4).map { _ in stream.next32() }
    }
    let draws = [first(1, "order", 0), first(2, "order", 0), first(1, "init", 0), first(1, "order", 1)]
    #expect(Set(draws).count == 4)
    #expect(first(1, "order", 0) == draws[0])
  }

  @Test func seekingReachesTheSameNumbers() {
    var walked = RandomStream(seed: 3, name: "a")
    let numbers = (0..<40).map { _ in walked.next32() }
    var jumped = RandomStream(seed: 3, name: "a")
    _ = jumped.next32()
    jumped.seek(toBlock: 7)
    #expect((0..<4).map { _ in jumped.next32() } == Array(numbers[28..<32]))
  }

  @Test func drawsHaveTheirDistributions() {
    var stream = RandomStream(seed: 1, name: "moments")
    let normal = (0..<100_000).map { _ in stream.normal() }
    let mean = normal.reduce(0, +) / 1e5
    let variance = normal.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1e5
    #expect(abs(mean) < 0.015 && abs(variance - 1) < 0.02)
    let uniform = (0..<100_000).map { _ in stream.uniform() }
    #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
    let counts = (0..<30_000).reduce(into: [0, 0, 0]) { counts, _ in counts[stream.below(3)] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 400 })
  }

  @Test func permutationsHoldEveryNumberOnce() {
    var stream = RandomStream(seed: 1, name: "order")
    #expect(stream.permutation(of: 100).sorted() == Array(0..<100))
    #expect(stream.permutation(of: 0).isEmpty)
  }
}
