import Foundation
import Host
import TestSupport
import Testing

/// What cannot be trained is refused, and leaves nothing behind.
@Suite struct TrainingRefusalTests {
  @Test func aFolderWithAnotherRunIsLeftAlone() throws {
    try Repository.withTemporaryFolder { folder in
      let run = folder.appendingPathComponent("run")
      try ShortRun.train(ShortRun.options(run, steps: 1))
      let before = try ShortRun.weights(run)
      let error = #expect(throws: TrainingError.self) {
        try ShortRun.train(ShortRun.options(run, steps: 2))
      }
      #expect(error?.problem.contains("a finished run of 'erm' on 'digits-lt', started ") == true)
      #expect(error?.problem.hasSuffix("steps is 1 there and 2 here") == true, "\(error?.problem ?? "")")
      let after = try ShortRun.weights(run)
      #expect(after == before)
    }
  }

  @Test func aFinishedRunIsNotDoneAgain() throws {
    try Repository.withTemporaryFolder { folder in
      let run = folder.appendingPathComponent("run")
      let result = try ShortRun.train(ShortRun.options(run, steps: 1))
      let description = try Data(contentsOf: run.appendingPathComponent("run.json"))
      let finished = #expect(throws: FinishedRun.self) {
        try ShortRun.train(ShortRun.options(run, steps: 1))
      }
      #expect(finished?.result.metrics == result.metrics && finished?.status == .done)
      #expect(try Data(contentsOf: run.appendingPathComponent("run.json")) == description)
    }
  }

  @Test func refusalsLeaveNothingBehind() throws {
    try Repository.withTemporaryFolder { folder in
      let run = folder.appendingPathComponent("run")
      let changes: [(inout TrainingOptions) -> Void] = [
        { $0.dataset = "digit-lt" }, { $0.strategy = "/nowhere.so" },
        { $0.strategyParameters = [.init(name: "gama", value: "1")] },
        { $0.initialWeights = folder.appendingPathComponent("none.safetensors").path },
        { $0.order = .file(folder.appendingPathComponent("none.npy").path) }, { $0.objective = $0.strategy },
      ]
      for change in changes {
        var options = ShortRun.options(run)
        change(&options)
        #expect {
          try ShortRun.train(options)
        } throws: {
          $0 is any Failure
        }
        #expect(!FileManager.default.fileExists(atPath: run.path))
      }
    }
  }

  @Test func aClassOfOneSampleHasNoneToHoldOut() throws {
    try Repository.withTemporaryFolder { folder in
      for (part, labels) in [("train", [0, 0, 1]), ("test", [0, 1])] as [(String, [Int64])] {
        let pixels = (0..<labels.count * 25).map { Float($0) / 100 }
        try NumPyWriter.write(
          [
            NamedTensor(name: "x", shape: [labels.count, 5, 5], floats: pixels),
            NamedTensor(name: "y", shape: [labels.count], integers: labels),
          ], to: folder.appendingPathComponent("lone_\(part).npz").path)
      }
      var options = ShortRun.options(folder.appendingPathComponent("run"), steps: 1)
      (options.dataset, options.dataDirectory) = ("lone", folder.path)
      options.strategy = try ShortRun.compileProbe(into: folder) + ":probe"
      #expect(throws: TrainingError.nothingToHoldOut(class: 1)) { try ShortRun.train(options) }
    }
  }

  @Test func aDivergingRunEndsWithTheSampleAndTheStep() throws {
    try Repository.withTemporaryFolder { folder in
      let run = folder.appendingPathComponent("run")
      var options = ShortRun.options(run, steps: 40)
      options.model = "mlp"
      options.learningRate = 1e30
      let error = #expect(throws: TrainingError.self) { try ShortRun.train(options) }
      guard case .nonFinite(let found, let step, let batch?) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(step > 0 && !found.samples.isEmpty && found.method == "erm")
      let kept = try NPZ(
        path: batch + "/step-\(String(repeating: "0", count: 6 - "\(step)".count))\(step).npz")
      #expect(try kept.array("sample_id").int64s().contains(found.samples[0]))
      let description = try String(contentsOf: run.appendingPathComponent("run.json"), encoding: .utf8)
      #expect(description.contains(#""status": "failed""#))
    }
  }
}
