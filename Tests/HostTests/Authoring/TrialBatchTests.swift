import Foundation
import Host
import Models
import Testing

/// Made-up batches are such as a run could have.
@Suite struct TrialBatchTests {
  static let setup = StrategySetup.trial(largestBatch: 40, classes: 5, features: 7, seed: 3)
  static let kinds: [TrialBatch.Losses] = [.drawn, .equal, .zero, .huge, .denormal]

  private func batch(
    _ losses: TrialBatch.Losses = .drawn, count: Int = 24, seed: UInt64 = 3, onlyClass: Int? = nil
  ) throws -> TrialBatch {
    TrialBatch(
      count, of: Self.setup, seed: seed, losses: losses, onlyClass: onlyClass,
      pool: try ThreadPool(threads: 1))
  }

  @Test func classesAreLongTailed() {
    #expect(Self.setup.classCounts == [1000, 316, 100, 32, 10])
    #expect(Self.setup.trainingSamples == 1458)
    #expect(Self.setup.target(ofSample: 999) == 0)
    #expect(Self.setup.target(ofSample: 1000) == 1)
    #expect(Self.setup.target(ofSample: 1457) == 4)
  }

  @Test(arguments: kinds)
  func lossesAreTheCrossEntropyOfTheLogits(_ losses: TrialBatch.Losses) throws {
    let batch = try batch(losses)
    let (z, loss) = (batch.floats[.logits] ?? [], batch.floats[.loss] ?? [])
    for (i, target) in (batch.integers[.target] ?? []).enumerated() {
      let row = z[5 * i..<5 * i + 5].map { Double($0) - Double(z[5 * i + Int(target)]) }
      let most = max(0, row.max() ?? 0)
      let others = row.indices.filter { $0 != Int(target) }.reduce(0) { $0 + exp(row[$1] - most) }
      let expected = most == 0 ? log1p(others) : most + log(others + exp(-most))
      #expect(abs(Double(loss[i]) - expected) <= 1e-5 * expected + 1e-44, "\(loss[i]) for \(expected)")
    }
  }

  @Test func lossesAreOfTheKindAskedFor() throws {
    func losses(_ kind: TrialBatch.Losses) throws -> [Float] { try batch(kind).floats[.loss] ?? [] }
    #expect(Set(try losses(.equal)).count == 1)
    #expect(try losses(.zero).allSatisfy { $0 == 0 })
    #expect(try losses(.huge).allSatisfy { $0 >= 1e30 && $0.isFinite })
    #expect(try losses(.denormal).allSatisfy { $0.isSubnormal })
    #expect(Set(try losses(.drawn)).count == 24)
  }

  @Test func productsAreThoseOfTheGradientRows() throws {
    let batch = try batch()
    let rows = batch.floats[.gradient] ?? []
    let d = Self.setup.sizes.gradientLength
    for i in 0..<24 {
      for j in 0..<24 {
        let products = (0..<d).map { Double(rows[i * d + $0]) * Double(rows[j * d + $0]) }
        let product = products.reduce(0, +)
        #expect(abs(Double(batch.floats[.gram]?[24 * i + j] ?? .nan) - product) < 1e-4)
        let norms = [i, j].map { Double(batch.floats[.gradientNorm]?[$0] ?? .nan) }
        #expect(
          abs(Double(batch.floats[.cosine]?[24 * i + j] ?? .nan) * norms[0] * norms[1] - product) < 1e-4)
      }
    }
  }

  @Test func permutingMovesEverySampleWithAllItsInputs() throws {
    let batch = try batch()
    let order = (0..<24).map { ($0 * 7 + 5) % 24 }
    let permuted = batch.permuted(order)
    for (k, i) in order.enumerated() {
      #expect(permuted.integers[.sampleID]?[k] == batch.integers[.sampleID]?[i])
      #expect(permuted.floats[.loss]?[k] == batch.floats[.loss]?[i])
      #expect(permuted.floats[.logits]?[5 * k + 1] == batch.floats[.logits]?[5 * i + 1])
      for (l, j) in order.enumerated() {
        #expect(permuted.floats[.cosine]?[24 * k + l] == batch.floats[.cosine]?[24 * i + j])
      }
    }
    #expect(permuted.integers[.classCount] == batch.integers[.classCount])
  }

  @Test func seedAloneMakesTheBatch() throws {
    let first = try batch()
    #expect(try batch().floats == first.floats)
    #expect(try batch(seed: 4).floats[.loss] != first.floats[.loss])
    #expect(Set(first.integers[.sampleID] ?? []).count == 24)
  }

  @Test func oneClassIsAllOneClass() throws {
    let batch = try batch(count: 40, onlyClass: 4)
    #expect(batch.integers[.target] == Array(repeating: 4, count: 40))
    #expect(batch.integers[.sampleID]?.allSatisfy { Self.setup.target(ofSample: $0) == 4 } == true)
  }

  @Test func absentInputIsNotInTheTensors() throws {
    let tensors = try batch().tensors(without: [.group, .gram])
    #expect(tensors.inputs == Set(StrategyInput.allCases).subtracting([.group, .gram]))
    #expect(tensors.floats(.loss).buffer.array(prefix: 24) == (try batch().floats[.loss]))
  }
}
