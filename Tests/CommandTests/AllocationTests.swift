internal import Foundation
internal import TestSupport
internal import Testing

/// Once a run is under way, its steps allocate nothing: neither the training nor the loader's threads.
@Suite struct AllocationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let options: String
    var testDescription: String { options }
  }

  static let cases = [
    Case(options: "--model resnet8"), Case(options: "--model resnet8 --threads 1 --num-workers 0"),
    Case(options: "--model resnet32-bottleneck --batch-size 2"), Case(options: "--model mlp --num-workers 3"),
    Case(options: "--model resnet8 --strategy gamma-threshold"),
    Case(options: "--model resnet8 --strategy gamma-threshold --gradient-source network"),
  ]

  private static let steps = (few: 5, many: 1005)

  @Test(arguments: cases) func moreStepsTakeNoMoreAllocations(_ c: Case) throws {
    let few = try allocations(in: Self.steps.few, c)
    let many = try allocations(in: Self.steps.many, c)
    #expect(few > 100)  // they are counted
    // One a step would be a thousand more; what comes before the steps varies by a hundred or two.
    #expect(many - few < (Self.steps.many - Self.steps.few) / 2, "\(few), then \(many)")
  }

  private func allocations(in steps: Int, _ c: Case) throws -> Int {
    let words = c.options.split(separator: " ").map(String.init)
    let size = words.contains("--batch-size") ? [] : ["--batch-size", "8"]
    let result = try run(
      program, ["bench", "--steps", "\(steps)"] + words + size,
      // Otherwise dictionaries grow at random.
      environment: [
        "LD_PRELOAD": Repository.products.appendingPathComponent("liballocation-counter.so").path,
        "ALLOCATION_COUNTER_REPORT": "1", "SWIFT_DETERMINISTIC_HASHING": "1",
      ])
    #expect(result.status == 0, "\(result.errors)")
    let line = try #require(result.errors.split(separator: "\n").last { $0.hasPrefix("allocations ") })
    return try #require(Int(line.dropFirst(12)))
  }
}
