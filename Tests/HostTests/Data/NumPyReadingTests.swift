import Foundation
import Host
import TestSupport
import Testing

/// Arrays that numpy wrote are read back, element for element. Skipped without `.venv` (run 'make deps').
@Suite(.enabled(if: Python.interpreter != nil, "numpy is absent: run 'make deps'"))
struct NumPyReadingTests {
  /// What numpy says about an array that it wrote.
  struct Expected: Decodable {
    let file, key, dtype: String
    let shape: [Int]
    let floats: [Double]
  }

  /// Writes `*.npz` and `*.npy` files and prints what they hold, as JSON.
  static let writer = """
    import itertools, json, sys, numpy as np
    from numpy.lib import format
    folder, expected = sys.argv[1], []
    def note(file, key, a):
        expected.append(dict(file=file, key=key, dtype=a.dtype.str[1:], shape=list(a.shape),
                             floats=a.astype('f8').ravel().tolist()))
    rng = np.random.default_rng(5)
    shapes = [(), (0,), (7,), (1, 1), (3, 4), (2, 0, 5), (2, 3, 4), (2, 1, 3, 1, 2)]
    types = ['|b1', '|u1', '|i1'] + [o + t for o in '<>' for t in
             ['u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f2', 'f4', 'f8']]
    arrays = {}
    for t, shape, order in itertools.product(types, shapes, 'CF'):
        a = rng.integers(0, 2, shape) if t == '|b1' else rng.integers(-100, 100, shape)
        a = a / 8 if 'f' in t else a if 'i' in t else abs(a)
        arrays[f'{t[1:]} {"big" if t[0] == ">" else "little"} {shape} {order} é'] = \\
            np.asarray(a).astype(t, order=order)
    for name, save in [('stored', np.savez), ('deflated', np.savez_compressed)]:
        save(f'{folder}/{name}.npz', **arrays)
        for key, a in arrays.items(): note(f'{name}.npz', key, a)
    for version in [(1, 0), (2, 0), (3, 0)]:
        a = np.arange(12, dtype='>i4').reshape(3, 4, order='F')
        name = f'version{version[0]}.npy'
        with open(f'{folder}/{name}', 'wb') as f: format.write_array(f, a, version=version)
        note(name, '', a)
    extremes = dict(f4=np.array([np.inf, -np.inf, 1e-45, 3.4e38], 'f4'), f2=np.array([6e-8, 65504], 'f2'),
                    u8=np.array([2**63 - 1024], 'u8'), i8=np.array([-2**63], 'i8'))
    np.savez(f'{folder}/extremes.npz', **extremes)
    for key, a in extremes.items():
        if key != 'f4': note('extremes.npz', key, a)
    print(json.dumps(expected))
    """

  @Test func everyTypeOrderShapeAndCompressionIsRead() throws {
    try Repository.withTemporaryFolder { folder in
      let result = try Python.run(Self.writer, [folder.path])
      try #require(result.status == 0, "\(result.errors)")
      let expectations = try JSONDecoder().decode([Expected].self, from: Data(result.output.utf8))
      #expect(expectations.count > 600)
      var archives: [String: NPZ] = [:]
      for expected in expectations {
        let path = folder.appendingPathComponent(expected.file).path
        let array: NPYArray
        if expected.file.hasSuffix(".npy") {
          array = try NPYArray(path: path)
        } else {
          let archive = try archives[path] ?? NPZ(path: path)
          archives[path] = archive
          array = try archive.array(expected.key)
        }
        #expect(array.shape == expected.shape, "\(expected.file) \(expected.key)")
        #expect(array.dtype.rawValue == expected.dtype, "\(expected.file) \(expected.key)")
        #expect(array.floats() == expected.floats.map(Float.init), "\(expected.file) \(expected.key)")
        if expected.floats.allSatisfy({ $0 == $0.rounded() }) {
          #expect(
            try array.int64s() == expected.floats.map { Int64($0) }, "\(expected.file) \(expected.key)")
        }
      }
      let extremes = try #require(archives[folder.appendingPathComponent("extremes.npz").path])
      #expect(try extremes.array("f4").floats() == [.infinity, -.infinity, .leastNonzeroMagnitude, 3.4e38])
    }
  }

  @Test func fractionsAndUnsignedNumbersOutOfRangeAreNotWhole() throws {
    try Repository.withTemporaryFolder { folder in
      let path = folder.appendingPathComponent("a.npz").path
      let script = """
        import sys, numpy as np
        np.savez(sys.argv[1], half=np.array([1, 2.5]), nan=np.array([np.nan], 'f2'), huge=np.array([2**64-1], 'u8'))
        """
      try #require(try Python.run(script, [path]).status == 0)
      let archive = try NPZ(path: path)
      for (key, index, value) in [("half", 1, "2.5"), ("nan", 0, "nan"), ("huge", 0, "18446744073709551615")]
      {
        #expect(throws: DataError.notWhole(DataPlace(file: path, entry: key), index: index, value: value)) {
          try archive.array(key).int64s()
        }
      }
    }
  }

  @Test func whatIsNoArrayOfNumbersIsRefusedByName() throws {
    let cases = [
      ("np.array([{1: 2}, None])", "holds pickled Python objects"),
      ("np.zeros(3, dtype=[('a', 'i4'), ('b', 'f8')])", "found a structured type"),
      ("np.array(['text'])", "found '<U4'"),
      ("np.zeros(2, 'c8')", "found '<c8'"),
      ("np.zeros(2, 'M8[s]')", "found '<M8[s]'"),
    ]
    for (expression, message) in cases {
      try Repository.withTemporaryFolder { folder in
        let path = folder.appendingPathComponent("a.npz").path
        let script = "import sys, numpy as np; np.savez(sys.argv[1], x=\(expression))"
        try #require(try Python.run(script, [path]).status == 0)
        let error = #expect(throws: DataError.self) { try NPZ(path: path).array("x") }
        #expect(error?.problem.contains(message) == true, "\(error?.problem ?? "")")
        #expect(error?.problem.contains("'\(path)', array 'x'") == true)
        #expect(error?.status == .badData)
      }
    }
  }
}

/// The real images beside the checkout are read. Skipped where they are absent.
@Suite(.enabled(if: Repository.images("cifar10-lt_train.npz") != nil, "the real images are absent"))
struct RealArrayTests {
  @Test func realArchivesAreRead() throws {
    let path = try #require(Repository.images("cifar10-lt_train.npz")).path
    let archive = try NPZ(path: path)
    #expect(archive.names == ["arr_0", "arr_1"])
    #expect(try archive.array("arr_0").shape == [12406, 32, 32, 3])
    #expect(try archive.array("arr_1").int64s().count == 12406)
    let error = #expect(throws: DataError.self) { try archive.array("images") }
    #expect(error?.problem.contains("'arr_0', 'arr_1'") == true)
  }
}
