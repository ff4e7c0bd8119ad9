import Foundation
import Host

/// A comparison that was never trained: its plan, and some of its runs.
struct MadePlan {
  /// A row: what the plan calls the method and what it is compared with, and the run.
  struct Row {
    var method: String
    var baseline: String
    var run: MadeRun
    /// Whether there is a run in its folder.
    var isThere = true
    /// Why it failed.
    var failure: String?
  }

  var rows: [Row]

  /// Writes the plan, the runs and the failures into a folder.
  func write(to folder: URL) throws {
    let planned = try rows.map { row in
      ComparisonPlan.Row(
        method: row.method, baseline: row.baseline, dataset: row.run.data, seed: row.run.seed,
        settingsHash: try row.run.summary().identity.hash, arguments: [])
    }
    let plan = ComparisonPlan(
      commandLine: ["brhost", "compare", "--seeds", "1 2"], directory: "/", created: "2030-01-01T00:00:00Z",
      baseline: rows[0].baseline, rows: planned)
    let place = ComparisonFolder(folder.path)
    let failures = folder.appendingPathComponent("failures")
    try FileManager.default.createDirectory(at: failures, withIntermediateDirectories: true)
    try place.write(plan)
    for (row, planned) in zip(rows, planned) {
      if row.isThere { try row.run.write(to: URL(fileURLWithPath: place.run(of: planned))) }
      if let failure = row.failure {
        let record: JSON = ["row": JSON(planned.id), "status": 1, "reason": JSON(failure)]
        try Data(record.line.utf8).write(to: failures.appendingPathComponent("\(planned.id).json"))
      }
    }
  }
}
