import Foundation
import Host
import TestSupport
import Testing

/// NumPy reads the arrays that we write.
// Needs NumPy, which `make deps` puts into .venv.
@Suite(.enabled(if: Python.interpreter != nil, "no .venv with NumPy"))
struct NumPyWriterTests {
  @Test func everyTypeAndShapeIsRead() throws {
    let tensors = NamedTensor.DataType.allCases.map { dtype in
      NamedTensor(
        name: dtype.rawValue, dtype: dtype, shape: [3, 1],
        bytes: [UInt8](repeating: 0, count: 2 * dtype.size) + [UInt8](repeating: 1, count: dtype.size))
    }
    let shapes: [(String, [Int])] = [("scalar", []), ("none", [0]), ("none2", [4, 0]), ("cube", [1, 2, 3])]
    let numbers = shapes.map { name, shape in
      let count = shape.reduce(1, *)
      return NamedTensor(name: "step/é.\(name)", shape: shape, floats: (0..<count).map { Float($0) / 3 })
    }
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("a.npz").path
      try NumPyWriter.write(tensors + numbers, to: path)
      let result = try Python.run(
        """
        import sys, zipfile, numpy as np
        assert zipfile.ZipFile(sys.argv[1]).testzip() is None
        a = np.load(sys.argv[1], allow_pickle=False)
        types = dict(F64="f8", F32="f4", F16="f2", BF16="f4", I64="i8", I32="i4", I16="i2", I8="i1", U64="u8",
                     U32="u4", U16="u2", U8="u1", BOOL="?")
        for name, code in types.items():
          assert a[name].dtype == np.dtype(code) and a[name].shape == (3, 1), name
          if name != "BF16": assert a[name].tobytes() == bytes(2 * a[name].itemsize) + b"\\1" * a[name].itemsize
        for name, shape in dict(scalar=(), none=(0,), none2=(4, 0), cube=(1, 2, 3)).items():
          b = a["step/é." + name]
          assert b.shape == shape and (b.ravel() == (np.arange(b.size) / 3).astype("f4")).all(), name
        assert len(a.files) == 17
        """, [path])
      #expect(result.status == 0, "\(result.errors)")
    }
  }

  @Test func recordedStepsAreReadBack() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("steps").path
      let header = MadeTrace(classes: 2, steps: 8).header
      let archive = try StepArchive(at: path, header: header)
      #expect(!FileManager.default.fileExists(atPath: path))
      let loss = NamedTensor(name: "loss", shape: [2], floats: [1, .nan])
      try archive.record(
        StepContext(batch: 2, epoch: 3, step: 7, progress: 0.875, learningRate: 0.1),
        [loss, NamedTensor(name: "target", shape: [2], integers: [-1, 1 << 40])])
      let result = try Python.run(
        """
        import sys, numpy as np
        a = np.load(sys.argv[1] + "/step-000007.npz")
        assert a["loss"].dtype == np.float32 and a["loss"][0] == 1 and np.isnan(a["loss"][1])
        assert a["target"].tolist() == [-1, 1 << 40]
        assert int(a["epoch"]) == 3 and int(a["step"]) == 7 and a["step"].shape == ()
        assert float(a["progress"]) == 0.875 and float(a["learning_rate"]) == 0.1
        """, [path])
      #expect(result.status == 0, "\(result.errors)")
      let error = #expect(throws: FileError.self) { _ = try StepArchive(at: path, header: header) }
      #expect(
        error?.problem.contains("step-000007.npz") == true && error?.remedy.contains("--record") == true)
    }
  }
}
