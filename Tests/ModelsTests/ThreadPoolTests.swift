import Foundation
import Models
import Synchronization
import Testing

/// Every piece of every call runs once, whoever is asleep at that time.
@Suite struct ThreadPoolTests {
  @Test(arguments: 1...8) func everyPieceRunsOnce(_ threads: Int) throws {
    let pool = try ThreadPool(threads: threads)
    for round in 0..<12_000 {
      // Now and then long enough for workers to fall asleep, or to be about to.
      if round % 1000 == 999 { Thread.sleep(forTimeInterval: Double(round / 1000) * 1e-3) }
      let tally = Tally()
      let count = round % 40
      pool.parallel(count) { tally.add($0) }
      try #require(tally.matches(count), "call \(round) of \(count) pieces")
    }
  }

  @Test func piecesMayCallAgain() throws {
    let pool = try ThreadPool(threads: 3)
    let tally = Tally()
    pool.parallel(50) { i in pool.parallel(10) { tally.add(i * 10 + $0) } }
    #expect(tally.matches(500))
  }

  @Test func whatPiecesWroteIsThereAfterTheCall() throws {
    let pool = try ThreadPool(threads: 4)
    let shape = BlockedShape(images: 1 << 10, blocks: 1, pixels: 1 << 6)
    let values = Storage(count: shape.floats)
    for _ in 0..<50 {
      for i in 0..<shape.floats { values.data[i] = -1 }
      pool.activate(shape, Source(x: values, isRectified: true, kept: values))
      #expect((0..<shape.floats).allSatisfy { values.data[$0] == 0 })
    }
  }

  @Test func poolsComeAndGo() throws {
    for threads in 1...30 {
      let pool = try ThreadPool(threads: threads)
      let tally = Tally()
      if threads % 2 == 0 { pool.parallel(threads) { tally.add($0) } }
      #expect(tally.matches(threads % 2 == 0 ? threads : 0))
    }
  }
}

/// Counts the pieces, and sums their numbers and squares, which a missing piece for a repeated one changes.
private final class Tally: Sendable {
  private let count = Atomic<Int>(0)
  private let sum = Atomic<Int>(0)
  private let squares = Atomic<Int>(0)

  func add(_ i: Int) {
    count.wrappingAdd(1, ordering: .relaxed)
    sum.wrappingAdd(i, ordering: .relaxed)
    squares.wrappingAdd(i * i, ordering: .relaxed)
  }

  func matches(_ expected: Int) -> Bool {
    count.load(ordering: .relaxed) == expected
      && sum.load(ordering: .relaxed) == (0..<expected).reduce(0, +)
      && squares.load(ordering: .relaxed) == (0..<expected).reduce(0) { $0 + $1 * $1 }
  }
}
