internal import Foundation
internal import Host
internal import TestSupport
internal import Testing

/// Bad input gets one clear message, the right exit status, and leaves nothing behind.
@Suite struct BadInputTests {
  /// Files in a folder of their own, and what `brhost train` says about them.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Writes files into the folder.
    var prepare: @Sendable (URL) throws -> Void = { _ in }
    /// What follows `brhost train`; `FOLDER` stands for the folder.
    let arguments: [String]
    let status: Int32
    /// What the message says.
    let says: [String]
  }

  // MARK: - Data

  private static func data(
    _ name: String, status: Int32 = 65, says: [String], _ prepare: @escaping @Sendable (URL) throws -> Void
  ) -> Case {
    Case(
      testDescription: name, prepare: prepare, arguments: ["--dataset", "set", "--data-dir", "FOLDER"],
      status: status, says: says)
  }

  static let dataCases = [
    data("no data set", says: ["no training set of 'set'", "set_train.npz", "Try:"]) { _ in },
    data("a cut archive", says: ["set_train.npz", "Try:"]) { folder in
      try write(images: 20, to: folder)
      let file = folder.appendingPathComponent("set_train.npz")
      try Data(contentsOf: file).dropLast(30).write(to: file)
    },
    data("text instead of an archive", says: ["set_train.npz", "Try:"]) { folder in
      try Data("images".utf8).write(to: folder.appendingPathComponent("set_train.npz"))
    },
    data("too few labels", says: ["set_train.npz", "20", "19"]) { folder in
      try write(images: 20, labels: (0..<19).map { Int64($0 % 4) }, to: folder)
    },
    data("a negative label", says: ["set_train.npz", "-3"]) { folder in
      try write(images: 20, labels: (0..<20).map { $0 == 7 ? -3 : Int64($0 % 4) }, to: folder)
    },
    data("a test label beyond the classes", says: ["set_test.npz", "9"]) { folder in
      try write(images: 20, to: folder)
      try write(images: 4, labels: [0, 1, 2, 9], part: "test", to: folder)
    },
    data("a pixel that is no number", says: ["set_train.npz", "nan"]) { folder in
      try write(images: 20, pixel: .nan, to: folder)
    },
    data("no test set", says: ["set_test.npz"]) { folder in try write(images: 20, to: folder) },
    data("test images of another size", says: ["set_test.npz"]) { folder in
      try write(images: 20, to: folder)
      try write(images: 4, side: 6, part: "test", to: folder)
    },
  ]

  private static func write(
    images: Int, side: Int = 5, labels: [Int64]? = nil, pixel: Float = 0.25, part: String = "train",
    to folder: URL
  ) throws {
    let labels = labels ?? (0..<images).map { Int64($0 % 4) }
    var pixels = (0..<images * side * side).map { Float($0 % 7) / 7 }
    pixels[11] = pixel
    let tensors = [
      NamedTensor(name: "images", shape: [images, side, side], floats: pixels),
      NamedTensor(name: "labels", shape: [labels.count], integers: labels),
    ]
    try NumPyWriter.write(tensors, to: folder.appendingPathComponent("set_\(part).npz").path)
  }

  // MARK: - Orders

  @Test func aMaskIsNoOrder() throws {
    try check(
      Case(
        testDescription: "a mask",
        prepare: { folder in
          let mask = NamedTensor(name: "mask", dtype: .bool, shape: [3], bytes: [1, 0, 1])
          try NumPyWriter.write(mask, to: folder.appendingPathComponent("mask.npy").path)
        },
        arguments: ["--dataset", "digits-lt", "--order", "FOLDER/mask.npy"], status: 65,
        says: ["mask.npy", "sample ids", "booleans"]))
  }

  // MARK: - Weights

  /// A trained run in a folder, and how `eval` refuses what became of it.
  struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let damage: @Sendable (_ run: URL) throws -> Void
    var arguments: [String] = []
    let status: Int32
    let says: [String]
  }

  private static func set(_ tensor: String, to value: Float, in run: URL) throws {
    let path = run.appendingPathComponent("weights.safetensors").path
    let tensors = try SafeTensors(readingFrom: path).tensors.map {
      $0.name == tensor
        ? NamedTensor(
          name: tensor, shape: $0.shape, floats: $0.floats().map { _ in value }) : $0
    }
    try SafeTensors(tensors: tensors).write(to: path)
  }

  static let damages = [
    Damage(
      testDescription: "a weight that is no number", damage: { try set("conv1.weight", to: .nan, in: $0) },
      status: 65, says: ["weights.safetensors", "conv1.weight", "nan", "finite"]),
    Damage(
      testDescription: "an infinite weight", damage: { try set("linear.bias", to: -.infinity, in: $0) },
      status: 65, says: ["linear.bias", "-inf", "finite"]),
    Damage(
      testDescription: "a negative variance", damage: { try set("bn1.running_var", to: -1, in: $0) },
      status: 65, says: ["bn1.running_var", "-1.0", "at least 0"]),
    Damage(
      testDescription: "weights too large to compute with",
      damage: { try set("linear.weight", to: .greatestFiniteMagnitude, in: $0) },
      status: 1, says: ["test image"]),
    Damage(
      testDescription: "an unknown normalisation",
      damage: { run in
        let file = run.appendingPathComponent("run.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data(text.replacing("\"half\"", with: "\"sepia\"").utf8).write(to: file)
      }, status: 65, says: ["run.json", "sepia", "--normalize"]),
    Damage(
      testDescription: "predictions over the weights", damage: { _ in },
      arguments: ["--predictions", "RUN/../run/weights.safetensors"], status: 64,
      says: ["weights.safetensors", "--predictions"]),
  ]

  @Test(arguments: damages) func badWeightsAreRefused(_ c: Damage) throws {
    try Repository.withTemporaryFolder { folder in
      let run = folder.appendingPathComponent("run")
      let train = ["train", "--dataset", "digits-lt", "--steps", "1", "--run-dir", run.path]
      #expect(try TestSupport.run(program, train, in: Repository.root).status == 0)
      try c.damage(run)
      let weights = run.appendingPathComponent("weights.safetensors")
      let before = try Data(contentsOf: weights)
      let evaluate =
        ["eval", "--weights", weights.path] + c.arguments.map { $0.replacing("RUN", with: run.path) }
      let result = try TestSupport.run(program, evaluate, in: Repository.root)
      #expect(result.status == c.status && result.output.isEmpty)
      #expect(result.errors.hasPrefix("brhost: ") && result.errors.contains("\n  Try: "), "\(result.errors)")
      for text in c.says { #expect(result.errors.contains(text), "\(result.errors)") }
      #expect(try Data(contentsOf: weights) == before)
    }
  }

  // MARK: - Plugins

  private static func plugin(
    _ name: String, status: Int32, says: [String], _ flags: [String], more: [String] = []
  ) -> Case {
    Case(
      testDescription: name,
      prepare: { folder in
        let source = Repository.root.appendingPathComponent("Tests/ContractTests/Plugins/faulty.c")
        _ = try CompiledPlugin.build(source, flags, in: folder)
      },
      arguments: ["--dataset", "digits-lt", "--epochs", "1", "--strategy", "FOLDER/x.so"] + more,
      status: status, says: says)
  }

  static let pluginCases = [
    Case(
      testDescription: "no such library",
      arguments: ["--dataset", "digits-lt", "--strategy", "FOLDER/none.so"], status: 64,
      says: ["none.so", "Try:"]),
    Case(
      testDescription: "text instead of a library",
      prepare: { try Data("int main;".utf8).write(to: $0.appendingPathComponent("x.so")) },
      arguments: ["--dataset", "digits-lt", "--strategy", "FOLDER/x.so"], status: 65, says: ["x.so", "ELF"]),
    plugin("no manifest symbol", status: 65, says: ["br_manifest_v1"], ["-Dbr_manifest_v1=other"]),
    plugin("broken JSON", status: 65, says: ["x.so", "line 1"], [#"-DMANIFEST="{\"brhost\": 1,,""#]),
    plugin(
      "an unknown input", status: 65, says: ["strategies[0].inputs[0]", "losses", "loss"],
      [
        #"-DMANIFEST="{\"brhost\": 1, \"strategies\": [{\"id\": \"faulty\", \"version\": \"1\", "#
          + #"\"name\": \"F\", \"summary\": \"S\", \"inputs\": [{\"name\": \"losses\"}], "#
          + #"\"outputs\": [\"weight\"]}]}""#
      ]),
    plugin(
      "a parameter out of range", status: 64, says: ["gamma", "1.5", "from -1 to 1"], [],
      more: ["--set", "gamma=1.5"]),
    plugin(
      "an unknown parameter", status: 64, says: ["gama", "--set gamma="], [], more: ["--set", "gama=1"]),
    plugin("weights that are no numbers", status: 1, says: ["weight", "nan", "step 0"], ["-DWEIGHT(i)=NAN"]),
    plugin("negative weights", status: 1, says: ["weight", "-1", "step 0"], ["-DWEIGHT(i)=-1.0f"]),
    plugin("weights of zero", status: 1, says: ["weight", "step 0"], ["-DWEIGHT(i)=0.0f"]),
  ]

  // Asking for too much is an answer or a warning to the plugin, never the end of the program.
  @Test(
    .enabled(if: CompiledPlugin.compiler != nil, "no C compiler"),
    arguments: [
      ("parallel_for(h, INT64_MAX, (void (*)(void *, int64_t, int64_t))getpid, f) != BR_OK", "", [String]()),
      ("sgemm(h, 0, 0, 1, 1, 1, 1, f, 1ll << 40, f, 1, 0, f, 1) != BR_ERROR_ARGUMENT", "", []),
      ("scratch(h, 1ull << 63) != NULL", "", []),
      (
        "cancelled(h)",
        "char n[9]; for (int i = 0; i < 100000; i++) { n[0] = 'a' + i % 26; n[1] = 'a' + i / 26 % 26;"
          + " n[2] = 'a' + i / 676 % 26; n[3] = 0; h->metric(h, n, i); }", ["at most 256"]
      ),
    ])
  func excessiveRequestsAreBorne(refused: String, loop: String, says: [String]) throws {
    try Repository.withTemporaryFolder { folder in
      let source = Repository.root.appendingPathComponent("Tests/ContractTests/Plugins/faulty.c")
      let step =
        "-DSTEP=const br_host *h = step->host; float f[4] = {0}; (void)f; \(loop) "
        + "if (h->\(refused)) return BR_ERROR_INTERNAL"
      let plugin = try CompiledPlugin.build(source, [step], in: folder)
      let train = ["train", "--dataset", "digits-lt", "--steps", "1", "--strategy", plugin]
      let result = try TestSupport.run(
        program, train + ["--run-dir", folder.path + "/run"], in: Repository.root)
      #expect(result.status == 0, "\(result.errors)")
      for text in says { #expect(result.errors.contains(text), "\(result.errors)") }
    }
  }

  @Test(arguments: dataCases) func badDataIsRefused(_ c: Case) throws { try check(c) }

  @Test(.enabled(if: CompiledPlugin.compiler != nil, "no C compiler"), arguments: pluginCases)
  func badPluginsAreRefused(_ c: Case) throws { try check(c) }

  private func check(_ c: Case) throws {
    try Repository.withTemporaryFolder { folder in
      try c.prepare(folder)
      let run = folder.appendingPathComponent("run")
      let arguments = c.arguments.map { $0.replacing("FOLDER", with: folder.path) }
      let result = try TestSupport.run(
        program, ["train", "--run-dir", run.path] + arguments, in: Repository.root)
      #expect(result.status == c.status)
      #expect(result.output.isEmpty)
      #expect(result.errors.hasPrefix("brhost: ") && result.errors.contains("\n  Try: "), "\(result.errors)")
      for text in c.says { #expect(result.errors.contains(text), "\(result.errors)") }
      // A batch whose numbers are not finite is kept.
      let kept = FileManager.default.fileExists(atPath: run.appendingPathComponent("nonfinite").path)
      #expect(FileManager.default.fileExists(atPath: run.path) == kept)
      #expect(kept == result.errors.contains("the batch is kept in"))
    }
  }
}
