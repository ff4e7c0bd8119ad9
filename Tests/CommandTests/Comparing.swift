internal import Foundation
internal import TestSupport
internal import Testing

/// Small comparisons, and what they leave.
protocol Comparing {}

extension Comparing {
  /// Two methods with two seeds, for some tenths of a second.
  func compare(
    _ folder: URL, _ out: String = "out", strategies: String = "erm,gamma-threshold:temp=12.8",
    more: [String] = []
  ) throws -> ProgramResult {
    try TestSupport.run(
      program, arguments(folder, out, strategies: strategies, more: more), in: Repository.root)
  }

  func arguments(
    _ folder: URL, _ out: String = "out", strategies: String = "erm,gamma-threshold:temp=12.8",
    seeds: String = "1-2", more: [String] = []
  ) -> [String] {
    [
      "compare", "--dataset", "digits-lt", "--model", "mlp", "--strategies", strategies, "--seeds", seeds,
      "--out", folder.appendingPathComponent(out).path,
    ] + (more.contains("--epochs") ? [] : ["--epochs", "2"]) + more
  }

  func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  func rows(_ folder: URL, _ out: String = "out") throws -> [[String: Any]] {
    let result = try TestSupport.run(
      program, ["compare", "status", folder.appendingPathComponent(out).path, "--json"])
    #expect(result.status == 0, "\(result.errors)")
    return try #require(try json(result.output)["rows"] as? [[String: Any]])
  }

  /// The rows of the plan.
  func plan(_ folder: URL) throws -> [[String: Any]] {
    let text = try String(contentsOf: folder.appendingPathComponent("out/plan.json"), encoding: .utf8)
    return try #require(try json(text)["rows"] as? [[String: Any]])
  }

  func states(_ folder: URL, _ out: String = "out") throws -> [String] {
    try rows(folder, out).map { "\($0["state"] ?? "")" }
  }

  /// What is the same for the same run: by row and file.
  func results(_ folder: URL, _ out: String = "out") throws -> [String: Data] {
    var results: [String: Data] = [:]
    for row in try rows(folder, out) {
      let id = try #require(row["row"] as? String)
      for file in ["weights.safetensors", "metrics.jsonl", "predictions.npz", "samples.npz"] {
        let path = folder.appendingPathComponent("\(out)/rows/\(id)/\(file)")
        results["\(id)/\(file)"] = try Data(contentsOf: path)
      }
    }
    return results
  }
}
