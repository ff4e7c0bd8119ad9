import Foundation
import Host
import TestSupport
import Testing

/// `run.json` says what a run took, over all its processes.
@Suite struct RunCostTests {
  @Test func costsAreMediansAndTheLargestMemory() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("a").path
      var recorder = try RecordFixtures.recorder(in: path, peakMemory: 5_000_000)
      #expect(try RecordFixtures.json(path + "/run.json")["peak_memory"] == .null)
      RecordFixtures.train(&recorder, epochs: 3)
      try recorder.finish(.init(weights: RecordFixtures.weights))
      let run = try RecordFixtures.json(path + "/run.json")
      #expect(run["peak_memory"] == 5_000_000)
      #expect(run["seconds_per_epoch"]?.double == 0.25 && run["step_milliseconds"]?.double == 125)
    }
  }

  @Test func aRunWithoutStepsHasNoCosts() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("a").path
      var recorder = try RecordFixtures.recorder(in: path)
      try recorder.finish(.init(weights: RecordFixtures.weights))
      let run = try RecordFixtures.json(path + "/run.json")
      #expect(run["seconds_per_epoch"] == .null && run["step_milliseconds"] == .null)
    }
  }
}
