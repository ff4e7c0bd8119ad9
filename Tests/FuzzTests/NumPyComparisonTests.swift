internal import Foundation
internal import FuzzTargets
internal import TestSupport
internal import Testing

/// brhost and numpy read the same arrays from the same bytes, or both refuse them, or it is known why not.
@Suite(.enabled(if: Python.interpreter != nil, "Python's readers are absent"))
struct NumPyComparisonTests {
  static let rounds = 1000

  static let targets = FuzzTarget.all.filter { ["npy", "npz"].contains($0.name) }

  @Test func keptInputsAreReadAlike() throws {
    let target = try NumPyComparison(#require(Python.interpreter)).target
    for input in try Self.targets.flatMap({ try Corpus.inputs(of: $0) }) {
      #expect(throws: Never.self, "\(input.name)") { try target.accepts(input.bytes) }
    }
  }

  @Test func changedInputsAreReadAlike() throws {
    let comparison = try NumPyComparison(#require(Python.interpreter))
    let target = comparison.target
    let origins = try Self.targets.flatMap { try Corpus.origins(for: $0) }
    var mutator = Mutator(seed: 3, name: "numpy", corpus: origins)
    var accepted = 0
    for round in 0..<Self.rounds {
      let input = mutator.next(limit: target.longest)
      do { if try target.accepts(input) { accepted += 1 } } catch {
        Issue.record("round \(round): \(error)\n\(Data(input).base64EncodedString())")
        return
      }
    }
    #expect(accepted > Self.rounds / 20, "\(accepted) accepted")
    // A comparison that never met a difference has compared little.
    #expect(comparison.differences.count > 3)
  }
}
