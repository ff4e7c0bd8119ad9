import Foundation
import Host
import TestSupport
import Testing

/// Tensors travel between us and the safetensors package unchanged, and a damaged file is refused by name.
@Suite struct SafeTensorsTests {
  static let tensors = [
    NamedTensor(name: "layer1.0.bn1.num_batches_tracked", shape: [], integers: [7]),
    NamedTensor(name: "bytes", dtype: .u8, shape: [3], bytes: [1, 2, 255]),
    NamedTensor(name: "conv1.weight", shape: [2, 3], floats: [0.1, -2, 3e-20, .infinity, -0.0, 5]),
    NamedTensor(name: "empty", shape: [0, 4], floats: []),
    NamedTensor(name: "p \"mean\"\n", shape: [2], doubles: [1e-300, 2]),
  ]

  @Test func writtenFilesReadBackInOrder() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("a.safetensors").path
      let file = SafeTensors(tensors: Self.tensors, metadata: ["format": "pt", "a": "b"])
      try file.write(to: path)
      let back = try SafeTensors(readingFrom: path)
      #expect(back.tensors.elementsEqual(file.tensors) && back.metadata == file.metadata)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.safetensors"])
    }
  }

  // Needs the safetensors package, which `make deps` puts into .venv.
  @Test(.enabled(if: Python.interpreter != nil, "no .venv with the safetensors package"))
  func thePackageReadsWhatWeWrite() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("a.safetensors").path
      try SafeTensors(tensors: Self.tensors, metadata: ["format": "pt"]).write(to: path)
      let result = try Python.run(
        """
        import sys, numpy as np
        from safetensors import safe_open
        from safetensors.numpy import load_file
        t = load_file(sys.argv[1])
        assert safe_open(sys.argv[1], "np").metadata() == {"format": "pt"}
        assert t["layer1.0.bn1.num_batches_tracked"].shape == () and t["layer1.0.bn1.num_batches_tracked"] == 7
        assert t["bytes"].tolist() == [1, 2, 255] and t["bytes"].dtype == np.uint8
        w = np.array([[0.1, -2, 3e-20], [np.inf, -0.0, 5]], np.float32)
        assert t["conv1.weight"].tobytes() == w.tobytes() and t["conv1.weight"].shape == (2, 3)
        assert t["empty"].shape == (0, 4)
        assert t['p "mean"\\n'].tolist() == [1e-300, 2]
        assert len(t) == 5
        """, [path])
      #expect(result.status == 0, "\(result.errors)")
    }
  }

  // Needs the safetensors package, which `make deps` puts into .venv.
  @Test(.enabled(if: Python.interpreter != nil, "no .venv with the safetensors package"))
  func weReadWhatThePackageWrites() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("a.safetensors").path
      let result = try Python.run(
        """
        import sys, numpy as np
        from safetensors.numpy import save_file
        types = ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1"]
        values = np.array([0, 1, 2.0, 100])
        tensors = {t: values.astype(t).reshape(2, 2) for t in types}
        tensors["bool"] = np.array([[True, False], [False, True]])
        tensors["negative"] = np.array([-1, -128], "i1")
        tensors["half"] = np.array([0.5, -65504, 6e-8, np.inf], "f2")
        save_file(tensors, sys.argv[1], {"made": "by numpy"})
        """, [path])
      #expect(result.status == 0, "\(result.errors)")
      let file = try SafeTensors(readingFrom: path)
      #expect(file.metadata == ["made": "by numpy"] && file.tensors.count == 14)
      for type in ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1"] {
        let tensor = try #require(file[type])
        #expect(tensor.shape == [2, 2], "\(type)")
        #expect(tensor.floats() == [0, 1, 2, 100] && tensor.doubles() == [0, 1, 2, 100], "\(type)")
        #expect(tensor.integers() == (type.hasPrefix("f") ? nil : [0, 1, 2, 100]), "\(type)")
      }
      #expect(file["bool"]?.integers() == [1, 0, 0, 1])
      #expect(file["negative"]?.integers() == [-1, -128])
      #expect(file["half"]?.doubles() == [0.5, -65504, Double(Float16(6e-8)), .infinity])
    }
  }

  // MARK: - Damage

  struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let header: String
    var data = 8
    let complaint: String
  }

  static let damages = [
    Damage(testDescription: "no JSON", header: "{", complaint: "not JSON"),
    Damage(testDescription: "an array", header: "[]", data: 0, complaint: "not a JSON object"),
    Damage(
      testDescription: "a name twice",
      header: #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"#
        + #""data_offsets":[0,8]}}"#, complaint: #"column 55: expected a new key, found "a" again"#),
    Damage(
      testDescription: "an unknown type", header: #"{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,8]}}"#,
      complaint: "of type 'F4', expected one of F64, F32"),
    Damage(
      testDescription: "a negative extent",
      header: #"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, complaint: "needs exactly"),
    Damage(
      testDescription: "a shape too large",
      header: #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#,
      complaint: "does not fit"),
    Damage(
      testDescription: "a shape that does not fit",
      header: #"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#,
      complaint: "has 8 bytes, which does not fit F32 [3]"),
    Damage(
      testDescription: "offsets in the wrong order",
      header: #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, complaint: "ends at 0, before its 8"
    ),
    Damage(
      testDescription: "an offset beyond Int",
      header: #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}}"#,
      complaint: "needs exactly"),
    Damage(
      testDescription: "beyond the end", header: #"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#,
      complaint: "ends at 16, but the file has only 8"),
    Damage(
      testDescription: "a hole", header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      complaint: "follows a hole"),
    Damage(
      testDescription: "an overlap",
      header: #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"#
        + #""data_offsets":[4,8]}}"#, complaint: "'b' overlaps"),
    Damage(
      testDescription: "bytes left over", header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
      complaint: "4 bytes after its last tensor"),
    Damage(
      testDescription: "metadata of numbers", header: #"{"__metadata__":{"a":1}}"#, data: 0,
      complaint: "not an object of strings"),
  ]

  static func file(header: String, data: Int) -> [UInt8] {
    let length = header.utf8.count
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
  }

  @Test(arguments: damages)
  func damagedFilesAreRefused(_ damage: Damage) {
    let bytes = Self.file(header: damage.header, data: damage.data)
    let error = #expect(throws: SafeTensorsError.self) { try SafeTensors(parsing: bytes, path: "x.st") }
    #expect(error?.problem.contains(damage.complaint) == true, "\(String(describing: error))")
    #expect(error?.problem.contains("x.st") == true && error?.status == .badData)
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = SafeTensors(tensors: Self.tensors, metadata: ["format": "pt"]).encoded
    for count in bytes.indices {
      #expect(throws: SafeTensorsError.self, "\(count) bytes") {
        try SafeTensors(parsing: Array(bytes[..<count]), path: "x")
      }
    }
  }

  @Test func noChangedByteTraps() throws {
    let bytes = SafeTensors(tensors: Self.tensors, metadata: ["format": "pt"]).encoded
    for index in bytes.indices {
      for change: UInt8 in [1, 0x80, 0xFF] {
        var changed = bytes
        changed[index] ^= change
        _ = try? SafeTensors(parsing: changed, path: "x")
      }
    }
  }

  @Test func whatIsNoFileIsRefused() {
    for (path, complaint) in [
      ("/nowhere/a", "there is no file '/nowhere/a'"), ("/tmp", "a folder, expected a regular file"),
      ("/dev/zero", "a device, expected a regular file"),
    ] {
      let error = #expect(throws: SafeTensorsError.self) { try SafeTensors(readingFrom: path) }
      #expect(error?.problem.contains(complaint) == true, "\(path)")
    }
  }
}
