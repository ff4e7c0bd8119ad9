import Foundation
import Host
import TestSupport
import Testing

/// Checkpoints give back what was put into them, or say that they don't.
@Suite struct CheckpointTests {
  static let checkpoint: Checkpoint = {
    var position = Checkpoint.Position()
    (position.epoch, position.batch, position.step) = (1, 2, 5)
    return Checkpoint(
      identity: RunIdentity(members: [.init("seed", 7), .init("strategy", "erm")]), position: position,
      state: Snapshot([
        NamedTensor(name: "model.w", shape: [2, 2], floats: [1, -2, .infinity, 0]),
        NamedTensor(name: "record.counts", shape: [3], integers: [1, .max, .min]),
        NamedTensor(name: "record.nothing", shape: [0, 4], doubles: []),
      ]))
  }()

  @Test func whatIsWrittenIsReadAgain() throws {
    let read = try Checkpoint(parsing: Self.checkpoint.encoded, path: "c")
    #expect(read.position == Self.checkpoint.position && read.identity == Self.checkpoint.identity)
    // A file holds wide elements first.
    let byName = { (checkpoint: Checkpoint) in checkpoint.state.tensors.sorted { $0.name < $1.name } }
    #expect(byName(read) == byName(Self.checkpoint))
  }

  /// No bit of a file can flip unseen: it is refused, or says the same in other spaces.
  @Test func everyFlippedBitIsFound() throws {
    let bytes = Self.checkpoint.encoded
    let whole = try Checkpoint(parsing: bytes, path: "c")
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << UInt8(bit)
        if let read = try? Checkpoint(parsing: flipped, path: "c") {
          #expect(read == whole, "bit \(bit) of byte \(index)")
        }
      }
    }
  }

  @Test func everyShortenedFileIsRefused() {
    let bytes = Self.checkpoint.encoded
    for count in bytes.indices {
      #expect(throws: CheckpointError.self) { try Checkpoint(parsing: Array(bytes[..<count]), path: "c") }
    }
  }

  @Test func tensorsCannotBeExchangedAddedOrLeftOut() throws {
    let file = try SafeTensors(parsing: Self.checkpoint.encoded, path: "c")
    func refusal(_ tensors: [NamedTensor], metadata: [String: String]? = nil) -> CheckpointError? {
      let changed = SafeTensors(tensors: tensors, metadata: metadata ?? file.metadata)
      do throws(CheckpointError) {
        _ = try Checkpoint(parsing: changed.encoded, path: "c")
        return nil
      } catch { return error }
    }
    #expect(refusal(file.tensors) == nil)
    #expect(
      refusal(file.tensors + [NamedTensor(name: "x", shape: [1], floats: [0])])
        == .damaged(path: "c", tensor: "x"))
    #expect(refusal(Array(file.tensors.dropLast())) != nil)
    #expect(refusal(file.tensors, metadata: [:]) == .notOne(path: "c"))
    var later = file.metadata
    later["brhost_checkpoint"] = "2"
    #expect(refusal(file.tensors, metadata: later) == .otherFormat(path: "c", found: "2"))
  }

  // Needs NumPy and safetensors, which `make deps` puts into .venv.
  @Test(.enabled(if: Python.interpreter != nil, "no .venv with NumPy and safetensors"))
  func theRealReaderReadsItAndItsChecksums() throws {
    try Repository.withTemporaryFolder { folder in
      let options = ShortRun.options(folder.appendingPathComponent("run"))
      #expect(try ShortRun.stop(options, after: 3))
      let script = """
        import sys, json, hashlib
        from safetensors import safe_open
        with safe_open(sys.argv[1], "np") as f:
          sums = json.loads(f.metadata()["sha256"])
          assert sorted(sums) == sorted(f.keys())
          types = {"float32": "F32", "float64": "F64", "int64": "I64", "uint8": "U8"}
          for name in f.keys():
            t = f.get_tensor(name)
            shape = "[" + ", ".join(str(n) for n in t.shape) + "]"
            head = f"{name}\\n{types[str(t.dtype)]}\\n{shape}\\n".encode()
            assert hashlib.sha256(head + t.tobytes()).hexdigest() == sums[name], name
          assert f.get_tensor("position").tolist() == [0, 3, 3]
          settings = json.loads(bytes(f.get_tensor("settings")))
          assert settings["seed"] == 1 and settings["dataset"] == "digits-lt", settings
          assert f.get_tensor("model.conv1.weight").shape == f.get_tensor("momentum.conv1.weight").shape
        """
      let result = try Python.run(script, [try ShortRun.checkpoints(options).files()[0]])
      #expect(result.status == 0, "\(result.errors)")
    }
  }

  /// A checkpoint's network can be evaluated, and another run can start from it.
  @Test func aCheckpointIsAFileOfWeightsToo() throws {
    try Repository.withTemporaryFolder { folder in
      let options = ShortRun.options(folder.appendingPathComponent("run"))
      let isStopped = try ShortRun.stop(options, after: 3)
      #expect(isStopped)
      let weights = folder.appendingPathComponent("run/weights.safetensors").path
      func evaluate(_ path: String) throws -> ClassificationMetrics {
        var evaluation = EvaluationOptions(weights: path)
        (evaluation.dataset, evaluation.model, evaluation.dataDirectory) = (
          "digits-lt", "resnet8", ShortRun.data
        )
        return try Evaluation(evaluation).metrics
      }
      let metrics = try [ShortRun.checkpoints(options).files()[0], weights].map(evaluate)
      #expect(metrics[0] == metrics[1])
    }
  }

  @Test(arguments: ["1", "12", "steps:1", "steps:100", "minutes:0.5", "minutes:1.0"])
  func intervalsAreReadAsTheyAreWritten(text: String) {
    #expect(CheckpointInterval(text: text)?.text == text)
  }

  @Test(arguments: [
    "", "0", "-1", "1.5", "steps:0", "steps:", "minutes:0", "minutes:nan", "minutes:1e99", "a:1", "1:2:3",
  ])
  func otherIntervalsAreRefused(text: String) { #expect(CheckpointInterval(text: text) == nil) }
}
