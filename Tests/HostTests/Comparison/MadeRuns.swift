import Foundation
import Host

/// Runs that were never trained, by what their `run.json` says.
struct MadeRun {
  var strategy = "erm"
  var seed: UInt64 = 1
  var metrics: [Metric: Double] = [:]
  var status = "done"
  var failure: String?
  var settings: [JSON.Member] = []
  var data = "digits-lt"
  var counts = [150, 40, 5]
  var training = "aa"
  var test = "bb"
  var model = "resnet8"
  var version = "1.0"
  var instructionSet = "avx2"
  var more: [JSON.Member] = []

  /// What its `run.json` holds.
  var json: JSON {
    let head: JSON = [
      "status": JSON(status), "failure": JSON(failure), "version": JSON(version),
      "strategy": ["id": JSON(strategy), "version": "1", "sha256": "cc"],
      "data": [
        "name": JSON(data), "train_counts": JSON(counts), "train_sha256": JSON(training),
        "test_sha256": JSON(test),
      ], "model": ["name": JSON(model)], "seed": JSON(seed),
      "settings": .object(
        [
          .init("epochs", 2), .init("steps", 4), .init("batch_size", 128), .init("augment", "none"),
          .init("order", "shuffled"),
        ].filter { own in !settings.contains { $0.key == own.key } } + settings),
      "machine": ["instruction_set": JSON(instructionSet)],
      "result": .object(metrics.map { .init($0.key.rawValue, JSON($0.value)) }),
    ]
    return .object((head.members ?? []) + more)
  }

  /// The run as a report reads it.
  func summary(metrics: String = "") throws -> RunSummary {
    try RunSummary(
      parsing: Array(json.line.utf8), metrics: Array(metrics.utf8), folder: "runs/\(strategy)-\(seed)")
  }

  /// Writes it into a folder.
  func write(to folder: URL, metrics: String = "") throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(json.pretty.utf8).write(to: folder.appendingPathComponent("run.json"))
    try Data(metrics.utf8).write(to: folder.appendingPathComponent("metrics.jsonl"))
  }

  /// The comparison of methods by the accuracies of their seeds 1, 2, …, the first the baseline.
  static func comparison(
    _ methods: [(String, [Double])], by metric: Metric = .accuracy
  ) throws -> Comparison {
    let runs = try methods.flatMap { name, values in
      try values.enumerated().map { seed, value in
        try MadeRun(strategy: name, seed: UInt64(seed + 1), metrics: [metric: value]).summary()
      }
    }
    return RunReport(folders: ["runs"], runs: runs, baseline: methods[0].0).comparisons[0]
  }
}
