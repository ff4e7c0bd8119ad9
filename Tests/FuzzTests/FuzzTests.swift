internal import Foundation
internal import FuzzTargets
internal import Testing

/// Whatever the bytes are, every reader keeps its promises: a short run that is the same each time. `make fuzz` goes
/// further.
@Suite struct FuzzTests {
  /// The changed inputs of a target; more show little more in the time that a test has.
  static let rounds = 5000

  @Test(arguments: FuzzTarget.all)
  func keptInputsKeepThePromises(_ target: FuzzTarget) throws {
    let inputs = try Corpus.inputs(of: target)
    for input in inputs {
      #expect(throws: Never.self, "\(target)/\(input.name)") { try target.accepts(input.bytes) }
    }
    // A reader that refuses everything would keep every promise.
    #expect(inputs.contains { (try? target.accepts($0.bytes)) == true })
  }

  @Test(arguments: FuzzTarget.all)
  func changedInputsKeepThePromises(_ target: FuzzTarget) throws {
    var mutator = try Mutator(seed: 1, name: target.name, corpus: Corpus.origins(for: target))
    var accepted = 0
    for round in 0..<Self.rounds {
      let input = mutator.next(limit: target.longest)
      do { if try target.accepts(input) { accepted += 1 } } catch {
        Issue.record("\(target), round \(round): \(error)\n\(Data(input).base64EncodedString())")
        return
      }
    }
    // Changes that are never accepted test the first check of a reader only, and ones that always are change nothing.
    // Where checksums guard the content, most changes are refused for them.
    let least = target.isSealed ? 0 : Self.rounds / 100
    #expect(accepted > least && accepted < Self.rounds, "\(accepted) accepted")
  }

  @Test func theSameSeedGivesTheSameChanges() throws {
    let corpus = try Corpus.inputs(of: FuzzTarget.all[0]).map(\.bytes)
    var (first, second) = (
      Mutator(seed: 2, name: "x", corpus: corpus), Mutator(seed: 2, name: "x", corpus: corpus)
    )
    for _ in 0..<100 { #expect(first.next(limit: 4096) == second.next(limit: 4096)) }
  }

  @Test func theCorpusIsSmallAndOfTargets() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Corpus.folder)
    #expect(Set(folders) == Set(FuzzTarget.all.map(\.name)))
    var size = 0
    for target in FuzzTarget.all {
      for input in try Corpus.inputs(of: target) {
        size += input.bytes.count
        #expect(input.bytes.count <= target.longest, "\(target)/\(input.name)")
      }
    }
    #expect(size < 1 << 20)
  }

  // MARK: - The checks themselves

  struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  static let unhelpful = ["two\nlines", "a \u{1B}[2J screen", String(repeating: "long ", count: 1000), ""]

  @Test(arguments: unhelpful)
  func unhelpfulRefusalsBreakAPromise(_ message: String) {
    let target = FuzzTarget("x") { _ in throw Refusal(description: message) }
    #expect(throws: BrokenPromise.self) { try target.accepts([]) }
  }

  @Test func helpfulRefusalsBreakNone() throws {
    let target = FuzzTarget("x") { _ in throw Refusal(description: "expected a, found b") }
    #expect(try !target.accepts([]))
  }
}
