import Foundation
import Host
import TestSupport
import Testing

/// A trace that is not what a run left is refused by name, with status 65.
@Suite struct DamagedTraceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let says: String
    let damage: @Sendable (URL) throws -> Void

    init(_ id: String, says: String, damage: @escaping @Sendable (URL) throws -> Void) {
      (testDescription, self.says, self.damage) = (id, says, damage)
    }

    /// A step whose array is another.
    static func array(_ id: String, says: String, _ tensor: NamedTensor) -> Case {
      Case(id, says: says) { folder in try MadeTrace().rewrite(2, in: folder) { $0.replace(tensor) } }
    }

    /// A header with another text.
    static func header(_ id: String, says: String, _ text: String, _ replacement: String) -> Case {
      Case(id, says: says) { folder in try MadeTrace.edit(folder, text, replacement) }
    }
  }

  private static func remove(_ name: String) -> @Sendable (URL) throws -> Void {
    { try FileManager.default.removeItem(at: $0.appendingPathComponent(name)) }
  }

  private static func write(_ text: String, to name: String) -> @Sendable (URL) throws -> Void {
    { try Data(text.utf8).write(to: $0.appendingPathComponent(name)) }
  }

  static let files = [
    Case("no header", says: "there is no '", damage: remove("trace.json")),
    Case("no folder", says: "there is no '") { try FileManager.default.removeItem(at: $0) },
    Case("no steps", says: "holds no recorded step") { folder in
      for step in 0..<4 { try remove("step-00000\(step).npz")(folder) }
    },
    Case("gap", says: "lacks step 1, though step 2 is there", damage: remove("step-000001.npz")),
    Case("no first step", says: "lacks step 0", damage: remove("step-000000.npz")),
    Case("a step twice", says: "though step 1 is there", damage: write("", to: "step-0000001.npz")),
    Case("no archive", says: "step-000002.npz", damage: write("nothing", to: "step-000002.npz")),
    Case("renamed steps", says: "array 'step'") { folder in
      let (one, two, three) = (
        folder.appendingPathComponent("step-000001.npz"), folder.appendingPathComponent("step-000002.npz"),
        folder.appendingPathComponent("x")
      )
      for (from, to) in [(one, three), (two, one), (three, two)] {
        try FileManager.default.moveItem(at: from, to: to)
      }
    },
    Case("a lacking array", says: "there is no such array") { folder in
      try MadeTrace().rewrite(2, in: folder) { $0.removeAll { $0.name == "cosine" } }
    },
  ]

  static let arrays: [Case] = [
    .array(
      "type", says: "type f4 and shape [6], found f8",
      NamedTensor(name: "loss", shape: [6], doubles: [0, 0, 0, 0, 0, 0])),
    .array(
      "shape", says: "shape [6], found f4 and [5]",
      NamedTensor(name: "loss", shape: [5], floats: [0, 0, 0, 0, 0])),
    .array(
      "rank", says: "shape [B]", NamedTensor(name: "sample_id", shape: [2, 3], integers: [0, 1, 2, 3, 4, 5])),
    .array(
      "large batch", says: "B from 1 to 6",
      NamedTensor(name: "sample_id", shape: [7], integers: [0, 1, 2, 3, 4, 5, 6])),
    .array("empty batch", says: "B from 1 to 6", NamedTensor(name: "sample_id", shape: [0], integers: [])),
    .array(
      "class", says: "numbers from 0 to 2, found 3",
      NamedTensor(name: "target", shape: [6], integers: [0, 1, 2, 3, 0, 0])),
    .array(
      "negative id", says: "found -1",
      NamedTensor(name: "sample_id", shape: [6], integers: [0, 1, 2, 3, 4, -1])),
    .array(
      "infinite loss", says: "finite losses",
      NamedTensor(name: "loss", shape: [6], floats: [0, 0, .infinity, 0, 0, 0])),
    .array(
      "weight", says: "finite weights", NamedTensor(name: "weight", shape: [6], floats: [1, 1, 1, 1, 1, -1])),
    .array(
      "zero weights", says: "zeros only", NamedTensor(name: "weight", shape: [6], floats: [0, 0, 0, 0, 0, 0])),
    .array("epoch", says: "an epoch from 0", NamedTensor(name: "epoch", shape: [], integers: [-1])),
    .array(
      "progress", says: "a number from 0 to 1", NamedTensor(name: "progress", shape: [], doubles: [.nan])),
    .array("scalar's shape", says: "shape []", NamedTensor(name: "progress", shape: [1], doubles: [0])),
    .array("rate", says: "learning_rate", NamedTensor(name: "learning_rate", shape: [], doubles: [-1])),
  ]

  static let headers: [Case] = [
    .header("no JSON", says: "trace.json", "{", "["),
    .header("format", says: "is of format 2", "\"format\": 1", "\"format\": 2"),
    .header("seed", says: "seed: expected", "18446744073709551615", "18446744073709551616"),
    .header(
      "classes", says: "class_count: expected 1000000 whole numbers", "\"classes\": 3", "\"classes\": 1000000"
    ),
    .header(
      "batch", says: "largest_batch: expected", "\"largest_batch\": 6", "\"largest_batch\": 99999999999"),
    .header("other batch", says: "shape [16000, 16000]", "\"largest_batch\": 6", "\"largest_batch\": 16000"),
    .header(
      "samples", says: "training_samples: expected", "\"training_samples\": 1000", "\"training_samples\": -1"),
    .header(
      "few samples", says: "class_count: expected", "\"training_samples\": 1000", "\"training_samples\": 7"),
    .header("fraction", says: "features: expected", "\"features\": 2", "\"features\": 2.5"),
    .header("strategy", says: "strategy: expected an object", "\"id\": \"other\"", "\"name\": \"other\""),
  ]

  @Test(arguments: files + arrays + headers) func damageIsNamed(_ c: Case) throws {
    try Repository.withTemporaryFolder { folder in
      let trace = folder.appendingPathComponent("steps")
      try MadeTrace().write(to: trace)
      try c.damage(trace)
      let options = ReplayOptions(trace: trace.path, strategy: ShortRun.plugin("gamma-threshold"))
      do {
        _ = try Replay(options, warn: { _ in }, reporting: { _, _ in })
        Issue.record("the trace is replayed")
      } catch let error as any Failure {
        #expect(error.problem.contains(c.says), "\(error)")
        #expect(error.status == .badData && !error.remedy.isEmpty)
      }
    }
  }
}
