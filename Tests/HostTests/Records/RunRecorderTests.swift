import Foundation
import Host
import TestSupport
import Testing

/// A run leaves everything that was recorded, readable by the real readers.
@Suite struct RunRecorderTests {
  @Test func aFinishedRunLeavesEveryFile() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("runs/a").path
      try RecordFixtures.run(in: path)
      let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
      #expect(
        names.filter { !$0.hasPrefix("events.out.tfevents.1900000000.") } == [
          "log.jsonl", "metrics.jsonl", "predictions.npz", "run.json", "samples.npz", "score.npy",
          "strategy-state.safetensors",
          "weights.safetensors",
        ])
      #expect(names.count == 9)
      let run = try RecordFixtures.json(path + "/run.json")
      #expect(run["status"] == "done" && run["failure"] == .null && run["incomplete"] == [])
      #expect(run["started"] == "2030-03-17T17:46:40Z" && run["seconds"]?.double ?? 0 > 0)
      #expect(run["seed"]?.line == "18446744073709551615" && run["settings"]?["learning_rate"]?.line == "0.1")
      #expect(
        run["strategy"]?["parameters"]?["gamma"] == 0.7 && run["data"]?["train_counts"] == [150, 40, 5])
      #expect(run["machine"]?["processor"]?.string?.isEmpty == false && run["machine"]?["threads"] == 2)
      #expect(run["result"]?["accuracy"]?.double == 4.0 / 6)
      #expect(abs((run["effective_sample_size"]?.double ?? 0) - 1 / 0.375) < 1e-6)
      let weights = try SafeTensors(readingFrom: path + "/weights.safetensors")
      #expect(weights.tensors == RecordFixtures.weights && weights.metadata["model"] == "resnet8")
    }
  }

  @Test func metricsAreOneObjectALine() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("a").path
      try RecordFixtures.run(in: path)
      let lines = try String(contentsOfFile: path + "/metrics.jsonl", encoding: .utf8).split(separator: "\n")
      let rows = try lines.map { try JSON(parsing: String($0)) }
      #expect(rows.map { $0["kind"]?.string } == ["step", "step", "epoch", "step", "step", "epoch"])
      #expect(
        lines[1] == """
          {"kind":"step","step":1,"epoch":0,"loss":null,"weighted_loss":1.25,"learning_rate":0.1,\
          "effective_sample_size":2.6666666666666665,"metrics":{"shared":0.5}}
          """)
      #expect(rows[5]["test_class_accuracy"] == [0.5, 1.0, 0.5] && rows[5]["steps"] == 4)
      #expect(rows[5]["class_weight_share"] == [0.5, 0.25, 0.25])
      // Batches of 0.5, 0.25, 0.25 are 1.5, 0.75, 0.75 times their mean.
      #expect(rows[5]["weight_quantiles"] == [0.75, 0.75, 0.75, 0.75, 1.3125, 1.5, 1.5])
      #expect(
        rows[5]["weight_by_loss"]
          == [[1.0, 1.5], [1.0, 1.5], [2.0, 0.75], [2.0, 0.75], [3.0, 0.75], [3.0, 0.75]])
      #expect(rows[5]["score"]?["maximum"] == 3.0 && rows[5]["score"]?["counts"] == [2, 3, 1])
    }
  }

  // Needs NumPy and tensorboard, which `make deps` puts into .venv.
  @Test(.enabled(if: Python.interpreter != nil, "no .venv with NumPy and tensorboard"))
  func theRealReadersReadARun() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("a").path
      try RecordFixtures.run(in: path)
      let result = try Python.run(
        """
        import sys, json, numpy as np
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        s = np.load(sys.argv[1] + "/score.npy")
        assert s.shape == (4, 3) and s.dtype == np.float64 and not np.isfortran(s)
        assert s[[0, 1, 3]].tolist() == [[0, 1.5, 0], [1, 1, 1], [3, 2, 2]], s
        z = np.load(sys.argv[1] + "/samples.npz")
        assert z.files == ["class", "visits", "weight", "loss", "prediction", "score"], z.files
        assert [str(z[n].dtype) for n in z.files] == ["int64", "int64", "float64", "float64", "int64", "float64"]
        assert z["class"].tolist() == [0, 1, 1, 2] and z["visits"].tolist() == [4, 4, 0, 4]
        assert z["weight"][[0, 1, 3]].tolist() == [1.5, 0.75, 0.75] and np.isnan(z["weight"][2])
        assert z["loss"][[0, 1, 3]].tolist() == [1, 3, 2] and np.isnan(z["loss"][2])
        assert z["prediction"].tolist() == [0, 1, -1, 2]
        assert np.array_equal(z["score"], s[:, 1], equal_nan=True)
        assert s[2, 0] == 2 and np.isnan(s[2, 1]) and s[2, 2] == 1
        p = np.load(sys.argv[1] + "/predictions.npz")
        assert p["logits"].shape == (6, 3) and p["prediction"].tolist() == [0, 1, 1, 1, 0, 2]
        rows = [json.loads(line) for line in open(sys.argv[1] + "/metrics.jsonl")]
        a = EventAccumulator(sys.argv[1]); a.Reload()
        def curve(tag): return [(e.step, round(e.value, 6)) for e in a.Scalars(tag)]
        assert curve("step/loss") == [(0, 1.5), (2, 1.5)], curve("step/loss")
        assert curve("plugin/shared") == [(0, 0.5), (2, 0.5)]
        assert curve("test/accuracy") == [(2, 0.666667), (4, 0.666667)]
        assert curve("test/macro_f1") == [(2, 0.655556), (4, 0.655556)], curve("test/macro_f1")
        for tag, value in [("many", 0.5), ("medium", 1), ("few", 0.5), ("worst_class", 0.5)]:
          assert curve(f"test/{tag}_accuracy") == [(2, value), (4, value)], tag
        assert curve("class_accuracy/001") == [(2, 1), (4, 1)]
        assert curve("weight/effective_sample_size") == [(2, 2.666667), (4, 2.666667)]
        for tag in ["train/loss", "train/accuracy", "test/loss", "test/calibration_error", "learning_rate", "seconds",
            "images_per_second"]:
          assert len(curve(tag)) == 2, tag
        assert sorted(a.Tags()["histograms"]) == ["p_score", "weight"]
        h = a.Histograms("p_score")[-1].histogram_value
        assert h.num == 6 and h.min == 1 and h.max == 3 and h.sum == 11
        assert b"gamma-threshold" in a.Tensors("run")[0].tensor_proto.string_val[0]
        """, [path])
      #expect(result.status == 0, "\(result.errors)")
    }
  }

  @Test func aStrategyWithoutScoresLeavesNone() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("a").path
      var recorder = try RecordFixtures.recorder(in: path)
      RecordFixtures.train(&recorder, epochs: 1, scores: false)
      try recorder.finish(.init(weights: RecordFixtures.weights))
      let names = Set(try FileManager.default.contentsOfDirectory(atPath: path))
      #expect(names.isDisjoint(with: ["score.npy", "predictions.npz", "strategy-state.safetensors"]))
      #expect(try RecordFixtures.json(path + "/run.json")["result"] == .null)
    }
  }

  // MARK: - Failures

  @Test func aRunThatFailsBeforeItsFirstStepLeavesNothing() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("runs/a").path
      var recorder = try RecordFixtures.recorder(in: path, classes: [0])
      #expect(try RecordFixtures.json(path + "/run.json")["status"] == "running")
      recorder.fail("no memory")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
  }

  @Test func aRunThatFailsLaterSaysWhy() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("a").path
      var recorder = try RecordFixtures.recorder(in: path)
      RecordFixtures.train(&recorder, epochs: 1)
      recorder.fail("a weight is NaN")
      let run = try RecordFixtures.json(path + "/run.json")
      #expect(run["status"] == "failed" && run["failure"] == "a weight is NaN" && run["steps"] == 2)
    }
  }

  // Needs the right to mount a file system.
  @Test(.enabled(if: canMount, cannotMount))
  func aDiskThatFillsIsWarnedOfOnceAndOnlyTheWeightsMatter() throws {
    try withSmallDisk { disk in
      let warnings = Log()
      let path = disk.appendingPathComponent("a").path
      var recorder = try RecordFixtures.recorder(in: path, warnings: warnings)
      RecordFixtures.train(&recorder, epochs: 60)
      let lines = warnings.lines
      #expect(lines.count == 3 && lines.allSatisfy { $0.contains("No space left") }, "\(lines)")
      let text = try String(contentsOfFile: path + "/metrics.jsonl", encoding: .utf8)
      for line in text.split(separator: "\n") { _ = try JSON(parsing: String(line)) }

      let error = refusal { try recorder.finish(.init(weights: RecordFixtures.weights)) }
      #expect(error == .refused(.write, path: path + "/weights.safetensors", code: ENOSPC))
      #expect(try RecordFixtures.json(path + "/run.json")["status"] == "running")
    }
  }

  // Needs the right to mount a file system.
  @Test(.enabled(if: canMount, cannotMount))
  func aDiskWithoutRoomForTheStartIsLeftAsItWas() throws {
    try withSmallDisk { disk in
      let filler = disk.appendingPathComponent("filler")
      try Data(count: 60 << 10).write(to: filler)
      let path = disk.appendingPathComponent("runs/a").path
      #expect(throws: FileError.self) {
        _ = try RecordFixtures.recorder(in: path)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == ["filler"])
    }
  }

  @Test func recordsInAVanishedFolderAreWarnedOf() throws {
    try Repository.withTemporaryFolder { folder in
      let warnings = Log()
      let path = folder.appendingPathComponent("a").path
      var recorder = try RecordFixtures.recorder(in: path, warnings: warnings)
      RecordFixtures.train(&recorder, epochs: 1)
      try FileManager.default.removeItem(atPath: path)
      let error = refusal { try recorder.finish(.init(weights: RecordFixtures.weights)) }
      #expect(error == .refused(.write, path: path + "/weights.safetensors", code: ENOENT))
      #expect(warnings.lines.contains { $0.hasPrefix("run.json") })
    }
  }

  // MARK: - Parts

  @Test func theProcessorIsFoundInItsDescription() {
    #expect(
      Machine.processor(in: "processor\t: 0\nmodel name\t: Some CPU @ 2.0: GHz\n") == "Some CPU @ 2.0: GHz")
    #expect(Machine.processor(in: "") == nil)
  }

  @Test func onlyRelevantVariablesAreKept() {
    let kept = RunDescription.relevantEnvironment(["BRHOST_A": "1", "HOME": "/", "OPENBLAS_NUM_THREADS": "2"])
    #expect(kept == ["BRHOST_A": "1", "OPENBLAS_NUM_THREADS": "2"])
  }
}
